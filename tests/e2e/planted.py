"""Secrets of every kind that design and formats know, each in a file of the format that carries it.

A planted secret is a value around a core of letters that occurs nowhere else. Only the end of the
core is looked for, in any letter case, so that an index which folds case, splits values into words
or leaves out common beginnings hides nothing. `visible` values stand beside the secrets and must
come out: they show that the search would have found something.
"""

import base64
import csv
import io
import json
import random
import string

CORE_LETTERS = 24
TAIL_LETTERS = 10


class Garden:
    """Makes values and remembers what must not, and what must, come out."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.secrets = {}
        self.visible = {}

    def _letters(self, number=CORE_LETTERS):
        return "".join(self.random.choice(string.ascii_lowercase) for _ in range(number))

    def core(self, name):
        core = self._letters()
        tail = core[-TAIL_LETTERS:]
        encoded = [base64.b64encode((" " * lead + core).encode())[8:28] for lead in range(3)]
        self.secrets[name] = [tail.encode()] + [part.lower() for part in encoded]
        return core

    def seen(self, name):
        value = "seen" + self._letters(12)
        self.visible[name] = value.encode()
        return value

    # Values that are secret by where they stand.

    def word(self, name):
        return "canary-" + self.core(name)

    def strong(self, name):
        """High entropy, as a generator of passwords makes them."""
        return "zR7#kQ2v!9Lm" + self.core(name)

    def base64(self, name):
        return base64.b64encode(self.word(name).encode()).decode()

    # Values that are secret by their shape.

    def private_key(self, name):
        body = "MIIEowIBAAKCAQEAu1SU1LfVLPHCozMxH2Mo" + self.core(name)
        return f"-----BEGIN RSA PRIVATE KEY-----\n{body}\n-----END RSA PRIVATE KEY-----\n"

    def aws_key(self, name):
        core = self.core(name)[-16:].upper()
        return "AKIA" + core

    def github_token(self, name):
        return "ghp_" + "a1B2c3D4e5F6" + self.core(name)

    def jwt(self, name):
        head = base64.urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT"}').rstrip(b"=").decode()
        body = base64.urlsafe_b64encode(b'{"sub":"1234567890","name":"J"}').rstrip(b"=").decode()
        return f"{head}.{body}.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV{self.core(name)}"

    def url(self, name):
        return f"postgres://app:{self.core(name)}@db.internal:5432/orders"

    def by_shape(self, prefix):
        """One of each shape under names that say nothing."""
        return {
            "field_one": self.private_key(prefix + "private key block"),
            "field_two": self.aws_key(prefix + "AWS access key"),
            "field_three": "use " + self.github_token(prefix + "GitHub token") + " here",
            "field_four": self.jwt(prefix + "JWT"),
            "field_five": self.url(prefix + "URL with a password"),
            "db_password": self.strong(prefix + "value under a secret-like name"),
        }


PULUMI_TAG = "4dabf18193072939515e22adb298388d"
PULUMI_SECRET = "1b47061264138c4ac30d75fd1eb44270"
PULUMI_ASSET = "c44067f5952c0a294b673a41bacd8c17"


def terraform_resource(kind, name, attributes, sensitive=(), **more):
    instance = {
        "schema_version": 0,
        "attributes": attributes,
        "sensitive_attributes": list(sensitive),
        "private": base64.b64encode(b'{"schema_version":"0"}').decode(),
    }
    return {
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
        "instances": [{**instance, **more}],
    }


def get_attr(*steps):
    """A path of sensitive_attributes: names and indexes."""
    path = []
    for step in steps:
        if isinstance(step, str):
            path.append({"type": "get_attr", "value": step})
        else:
            path.append({"type": "index", "value": {"value": step, "type": "number"}})
    return path


def terraform_state(g):
    policy = json.dumps({"Note": g.seen("json string"), "db_password": g.strong("json string")})
    marked = {
        "id": g.seen("marked id"),
        "plain": g.word("sensitive_attributes"),
        "list": [g.seen("list"), {"inner": g.word("sensitive_attributes with an index")}],
    }
    return {
        "version": 4,
        "terraform_version": "1.8.0",
        "serial": 1,
        "lineage": "11111111-2222-3333-4444-555555555555",
        "outputs": {"o": {"value": g.word("sensitive output"), "type": "string", "sensitive": True}},
        "resources": [
            terraform_resource(
                "acme_thing",
                "marked",
                marked,
                [get_attr("plain"), get_attr("list", 1, "inner")],
            ),
            terraform_resource(
                "aws_db_instance",
                "db",
                {"id": "db-1", "engine": g.seen("engine"), "password": g.word("password")},
            ),
            terraform_resource(
                "aws_instance",
                "vm",
                {
                    "id": "i-0123456789abcdef0",
                    "ami": g.seen("ami"),
                    "user_data": g.word("user_data"),
                    "tags": {"Name": g.seen("tag"), "note": g.github_token("token in a tag")},
                },
            ),
            terraform_resource(
                "aws_iam_access_key",
                "key",
                {"id": "key-1", "user": g.seen("user"), "secret": g.word("access key's secret")},
            ),
            terraform_resource(
                "tls_private_key",
                "tls",
                {"id": "tls-1", "algorithm": "RSA", "private_key_pem": g.word("private_key")},
            ),
            terraform_resource("random_password", "pw", {"id": "none", "result": g.word("result")}),
            terraform_resource(
                "azurerm_storage_account",
                "st",
                {
                    "id": g.seen("storage id"),
                    "primary_connection_string": g.word("connection string"),
                    "primary_access_key": g.strong("access key of a storage account"),
                },
            ),
            terraform_resource(
                "acme_thing",
                "shapes",
                {"id": "x", "policy": policy, "auth_token": g.strong("token"), **g.by_shape("")},
            ),
        ],
    }


def terraform_show(g):
    values = {"id": g.seen("id"), "plain": g.word("sensitive_values"), **g.by_shape("")}
    resource = {
        "address": "acme_thing.a",
        "mode": "managed",
        "type": "acme_thing",
        "name": "a",
        "provider_name": "registry.terraform.io/acme/acme",
        "schema_version": 0,
        "values": {**values, "rows": [{"k": g.seen("row"), "v": g.word("sensitive in a list")}]},
        "sensitive_values": {"plain": True, "rows": [{"v": True}]},
    }
    return {
        "format_version": "1.0",
        "terraform_version": "1.9.1",
        "values": {
            "outputs": {"o": {"sensitive": True, "value": g.word("output"), "type": "string"}},
            "root_module": {"resources": [resource]},
        },
    }


def terraform_old(g):
    attributes = {"id": "db-1", "engine": g.seen("engine"), "password": g.word("flat password")}
    resource = {
        "type": "aws_db_instance",
        "depends_on": [],
        "primary": {"id": "db-1", "attributes": {**attributes, **g.by_shape("")}},
        "deposed": [],
        "provider": "provider.aws",
    }
    output = {"sensitive": True, "type": "string", "value": g.word("output")}
    module = {"path": ["root"], "outputs": {"o": output}, "resources": {"aws_db_instance.a": resource}}
    return {
        "version": 3,
        "terraform_version": "0.11.1",
        "serial": 1,
        "lineage": "11111111-2222-3333-4444-555555555556",
        "modules": [module],
    }


def terraform_plan(g):
    values = {"name": g.seen("name"), "plain": g.word("sensitive_values"), **g.by_shape("")}
    planned = {
        "address": "acme_thing.a",
        "mode": "managed",
        "type": "acme_thing",
        "name": "a",
        "provider_name": "registry.terraform.io/acme/acme",
        "values": values,
        "sensitive_values": {"plain": True},
    }
    change = {
        "actions": ["create"],
        "before": None,
        "after": values,
        "after_unknown": {"id": True},
        "before_sensitive": False,
        "after_sensitive": {"plain": True},
    }
    return {
        "format_version": "1.2",
        "terraform_version": "1.8.0",
        "variables": {"v": {"value": g.word("variable")}},
        "planned_values": {"root_module": {"resources": [planned]}},
        "resource_changes": [{**planned, "values": None, "change": change}],
        "configuration": {"root_module": {"variables": {"v": {"default": g.word("default")}}}},
    }


def pulumi_value(**more):
    return {PULUMI_TAG: PULUMI_SECRET, **more}


def pulumi_state(g):
    urn = "urn:pulumi:dev::app::"
    asset = {
        PULUMI_TAG: PULUMI_ASSET,
        "hash": "0f",
        "text": g.word("text of an asset"),
    }
    inputs = {
        "label": g.seen("input"),
        "hidden": pulumi_value(ciphertext=g.word("ciphertext")),
        "clear": pulumi_value(plaintext=json.dumps(g.word("plaintext"))),
        "nested": [{"deep": pulumi_value(plaintext=json.dumps({"a": g.word("nested plaintext")}))}],
        "code": asset,
    }
    outputs = {"shown": g.seen("output"), "named": g.word("additionalSecretOutputs"), **inputs}
    custom = {
        "urn": urn + "acme:index/thing:Thing::t",
        "custom": True,
        "id": g.seen("id"),
        "type": "acme:index/thing:Thing",
        "inputs": inputs,
        "outputs": {**outputs, **g.by_shape("")},
        "additionalSecretOutputs": ["named"],
    }
    provider = {
        "urn": urn + "pulumi:providers:acme::p",
        "custom": True,
        "id": "11111111-1111-1111-1111-111111111111",
        "type": "pulumi:providers:acme",
        "inputs": {"version": "1.0.0", "password": g.strong("provider's password")},
    }
    return {
        "version": 3,
        "checkpoint": {
            "stack": "organization/app/dev",
            "config": {
                "app:clear": {"value": g.word("config")},
                "app:secure": {"secure": g.word("secure config")},
            },
            "latest": {
                "manifest": {"time": "2024-01-01T00:00:00Z", "magic": "m", "version": "v3.0.0"},
                "secrets_providers": {
                    "type": "passphrase",
                    "state": {"salt": g.word("state of the secrets provider")},
                },
                "resources": [provider, custom],
            },
        },
    }


def cloudformation_template(g):
    parameters = {
        "Hidden": {"Type": "String", "NoEcho": True, "Default": g.word("default of NoEcho")},
        "Spelled": {"Type": "String", "NoEcho": "true", "Default": g.word("NoEcho as a text")},
    }
    database = {
        "Engine": g.seen("engine"),
        "MasterUserPassword": g.word("password"),
        "MasterUsername": {"Ref": "Hidden"},
    }
    function = {
        "Handler": g.seen("handler"),
        "Environment": {"Variables": {"ANY": g.word("environment of a function")}},
    }
    machine = {"ImageId": g.seen("image"), "UserData": {"Fn::Base64": g.word("user data")}}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": parameters,
        "Resources": {
            "Database": {"Type": "AWS::RDS::DBInstance", "Properties": database},
            "Code": {"Type": "AWS::Lambda::Function", "Properties": function},
            "Machine": {"Type": "AWS::EC2::Instance", "Properties": machine},
            "Other": {
                "Type": "Acme::Thing::Thing",
                "Properties": {"Label": g.seen("label"), **g.by_shape("")},
            },
        },
    }


def cloudformation_stacks(g):
    """describe-stacks hides NoEcho values itself; what shapes and names tell stays to be dropped."""
    stack = {
        "StackId": "arn:aws:cloudformation:us-east-1:123456789012:stack/app/1234",
        "StackName": g.seen("stack"),
        "StackStatus": "CREATE_COMPLETE",
        "CreationTime": "2024-01-01T00:00:00Z",
        "Parameters": [
            {"ParameterKey": "DbPassword", "ParameterValue": g.strong("parameter by its name")},
            {"ParameterKey": "Plain", "ParameterValue": g.github_token("parameter by its shape")},
        ],
        "Outputs": [{"OutputKey": "Url", "OutputValue": g.url("output by its shape")}],
        "Tags": [{"Key": "note", "Value": g.jwt("tag by its shape")}],
    }
    return {"Stacks": [stack]}


def kubernetes_list(g):
    container = {
        "name": "c",
        "image": g.seen("image"),
        "env": [
            {"name": "MODE", "value": g.word("env of a container")},
            {"name": "REF", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
        ],
    }
    first = {"name": "i", "image": "i", "env": [{"name": "X", "value": g.word("env of an init")}]}
    pod = {"containers": [container], "initContainers": [first]}
    applied = json.dumps({"kind": "Secret", "data": {"k": g.base64("last-applied")}})
    return {
        "apiVersion": "v1",
        "kind": "List",
        "items": [
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {
                    "name": g.seen("secret's name"),
                    "namespace": "n",
                    "annotations": {
                        "kubectl.kubernetes.io/last-applied-configuration": applied,
                        "team": g.seen("annotation"),
                    },
                },
                "type": "Opaque",
                "data": {"k": g.base64("data")},
                "stringData": {"s": g.word("stringData")},
            },
            {
                "apiVersion": "v1",
                "kind": "Secret",
                "metadata": {"name": "bootstrap-token-abcdef", "namespace": "kube-system"},
                "type": "bootstrap.kubernetes.io/token",
                "data": {"token-secret": g.base64("bootstrap token")},
            },
            {
                "apiVersion": "apps/v1",
                "kind": "Deployment",
                "metadata": {"name": "d", "namespace": "n"},
                "spec": {"template": {"spec": pod}},
            },
            {
                "apiVersion": "batch/v1",
                "kind": "CronJob",
                "metadata": {"name": "j", "namespace": "n"},
                "spec": {
                    "schedule": g.seen("schedule"),
                    "jobTemplate": {
                        "spec": {
                            "template": {
                                "spec": {
                                    "containers": [
                                        {
                                            "name": "c",
                                            "env": [{"name": "E", "value": g.word("env of a job")}],
                                        }
                                    ]
                                }
                            }
                        }
                    },
                },
            },
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": "m", "namespace": "n"},
                "data": {"label": g.seen("config"), **g.by_shape("")},
            },
        ],
    }


def exchange_lines(g):
    resource = {
        "record": "resource",
        "source": "planted-ndjson",
        "address": "thing/1",
        "native_type": "acme_thing",
        "name": g.seen("name"),
        "tags": {"label": g.seen("tag"), "note": g.github_token("token in a tag")},
        "labels": {"key": g.aws_key("AWS key in a label")},
        "annotations": {"note": g.jwt("JWT in an annotation")},
        "properties": {
            "label": g.seen("property"),
            "password": g.word("password"),
            "client_secret": g.strong("client secret"),
            "deep": [{"auth": {"api_token": g.strong("nested token")}}],
            "owners": {
                g.github_token("token as a name"): g.seen("what a token leads to"),
                g.url("URL as a name"): 1,
            },
            **g.by_shape(""),
        },
    }
    keyed = {
        "record": "resource",
        "source": "planted-ndjson",
        "address": f'thing["{g.aws_key("AWS key in an address")}"]',
        "native_type": "acme_thing",
    }
    relation = {
        "record": "relation",
        "source": "planted-ndjson",
        "from": keyed["address"],
        "type": "uses",
        "to": "thing/1",
        "path": f'owners["{g.github_token("token in a path")}"]',
    }
    return "".join(json.dumps(record) + "\n" for record in (resource, keyed, relation))


def focus_bill(g):
    rows = io.StringIO()
    writer = csv.writer(rows)
    shapes = list(g.by_shape("").values())[:-1]
    tags = {"team": g.seen("tag"), "db_password": g.strong("value of a tag under a secret-like name"),
            "note": g.github_token("token in a tag"), g.aws_key("AWS key as a name"): "x"}
    names = ["BilledCost", "EffectiveCost", "BillingCurrency", "ChargePeriodStart", "ServiceName", "ResourceId",
             "ChargeDescription", "SubAccountName", "x_Owner", "x_api_token", "Tags", "SkuPriceDetails"]
    writer.writerow(names)
    for shape in shapes:
        writer.writerow(["1", "1", "USD", "2025-01-01", g.seen("service " + shape[:9]), shape, f"use of {shape}", shape,
                         shape, g.word("x_api_token " + shape[:9]), json.dumps(tags),
                         json.dumps({"x_note": shape})])
    return rows.getvalue()


# name, file name, maker
FORMATS = [
    ("Terraform state v4", "v4.tfstate", terraform_state),
    ("Terraform state v3", "v3.tfstate", terraform_old),
    ("Terraform show -json", "show.json", terraform_show),
    ("Terraform plan", "plan.json", terraform_plan),
    ("Pulumi checkpoint", "dev.json", pulumi_state),
    ("CloudFormation template", "template.json", cloudformation_template),
    ("CloudFormation stacks", "stacks.json", cloudformation_stacks),
    ("Kubernetes", "objects.json", kubernetes_list),
    ("NDJSON", "things.ndjson", exchange_lines),
]
