"""The facts of the samples, once out of a dry run and once out of the warehouse.

facts.json says of each sample file what is in it: counts by type, modules, sample addresses with
their ids, parents, secrets, namespaces. Every fact that can be said of records is compared with
the records of `index --dry-run`; then all files are indexed into one warehouse, each as a source
of its own, and each source has to hold what its dry run showed.
"""

import collections
import functools
import json
import re
import tempfile

import harness
from harness import add_test, dry_run, index, main, of_kind, search, skip

PARTS = ("terraform/", "pulumi/", "cloudformation/", "kubernetes/", "gcp/tfplan")
SECRET = "[secret]"
ALL = ("--limit", "100000")


def load():
    path = harness.SAMPLES / "facts.json"
    if not path.exists():
        return []
    return [f for f in json.loads(path.read_text()) if f["file"].startswith(PARTS)]


def same(what, found, expected):
    assert found == expected, f"{what}: found {found!r}, expected {expected!r}"


def flagged(records, flag):
    return [r for r in records if flag in r["flags"]]


def types_of(records):
    return dict(collections.Counter(r["native_type"] for r in records))


def check_types(records, expected):
    """The facts list the most frequent types alone, so only those are compared."""
    found = types_of(records)
    for name, number in expected.items():
        same(f"resources of type {name}", found.get(name, 0), number)


def by_address(records):
    return {r["address"]: r for r in records if not r.get("variant")}


def check_ids(records, samples, key, fact_id="id"):
    known = by_address(records)
    for sample in samples:
        assert sample[key] in known, f"no resource {sample[key]}"
        same(sample[key], known[sample[key]]["native_id"], sample[fact_id])


def notes_of(records):
    return " | ".join(r["reason"] for r in of_kind(records, "note"))


# ---- terraform ----


def module_of(address):
    """'module.a["x"].aws_b.c' -> 'module.a["x"]'; "(root)" outside of modules."""
    step = re.compile(r'module\.[^.\[]+(\["(?:[^"\\]|\\.)*"\]|\[\d+\])?\.')
    at = 0
    while match := step.match(address, at):
        at = match.end()
    return address[: at - 1] if at else "(root)"


def key_of(key):
    """Old states write null_resource.foo.0 for null_resource.foo[0]."""
    return re.sub(r"\.(\d+)$", r"[\1]", key)


def is_counted(address):
    return re.search(r"\[\d+\]$", address) is not None


def is_named(address):
    return address.endswith('"]')


def check_terraform_keys(live, facts):
    counted = sum(is_counted(r["address"]) for r in live)
    named = sum(is_named(r["address"]) for r in live)
    if "indexed_instances" in facts:
        same("instances with an index", counted + named, facts["indexed_instances"])
    if "for_each_instances" in facts:
        same("instances of for_each", named, facts["for_each_instances"])
        same("instances of count", counted, facts["count_instances"])


def check_terraform_modules(resources, facts):
    old = {"root": "(root)"}
    expected = {
        old.get(m, re.sub(r"(^|\.)root\.(\w+)", r"module.\2", m) if m.startswith("root.") else m)
        for m in facts["modules"]
    }
    found = {re.sub(r"\[.*?\]$", "", module_of(r["address"])) for r in resources}
    missing = {re.sub(r"\[.*?\]$", "", m) for m in expected} - found
    # A module of modules holds no resource of its own.
    missing = {m for m in missing if not any(f.startswith(m + ".") for f in found)} - {"(root)"}
    assert not missing, f"modules {sorted(missing)} are missing"


def check_terraform_providers(resources, facts):
    for provider in facts.get("providers", []):
        name = provider.rsplit("/", 1)[-1]
        short = {"azurerm": "azure", "google": "gcp", "google-beta": "gcp"}.get(name, name)
        if any(r["native_type"].startswith(name + "_") for r in resources):
            assert any(r["provider"] == short for r in resources), f"no provider {short}"


def check_plan(records, facts):
    same("kinds of source", {r["source_kind"] for r in of_kind(records, "resource")}, {"plan"})
    words = {"create": "to create", "update": "to update", "no-op": "unchanged"}
    for action, number in facts["changes_by_action"].items():
        phrase = f"{number} {words[action]}"
        assert phrase in notes_of(records), f"no note says {phrase}: {notes_of(records)}"


def check_terraform(records, facts):
    resources = of_kind(records, "resource")
    external = flagged(resources, "external")
    managed = [r for r in resources if "external" not in r["flags"] and not r.get("variant")]
    same("managed instances", len(managed), facts["managed_instances"])
    same("instances of data sources", len(external), facts["data_instances"])
    same("managed types", len(types_of(managed)), facts["distinct_managed_types"])
    same("tainted instances", len(flagged(resources, "tainted")), facts.get("tainted", 0))
    same("deposed instances", len(flagged(resources, "deposed")), facts.get("deposed", 0))
    check_types(managed, facts["instances_by_type"])
    check_terraform_keys(managed, facts)
    check_terraform_modules(resources, facts)
    check_terraform_providers(resources, facts)
    check_ids(managed, facts.get("sample_addresses", []), "address")
    keys = [{"key": key_of(s["key"]), "id": s["id"]} for s in facts.get("sample_keys", [])]
    check_ids(managed, keys, "key")
    if "changes_by_action" in facts:
        check_plan(records, facts)
    else:
        kinds = {r["source_kind"] for r in resources}
        assert kinds <= {"terraform", "opentofu"}, f"kinds of source: {kinds}"


def check_terraform_relations(records, facts):
    """A dependency may name what is no resource (a variable), so the fact is an upper bound."""
    if "instances_with_dependencies" in facts:
        froms = {r["from"] for r in of_kind(records, "relation") if r["type"] == "depends_on"}
        most = facts["instances_with_dependencies"]
        assert len(froms) <= most, f"{len(froms)} instances depend, at most {most} may"


def check_terraform_secrets(records, facts):
    """Attributes that the state marks are hidden wherever they have a value."""
    if not facts.get("instances_with_sensitive_attributes"):
        return
    state = json.loads((harness.SAMPLES / facts["file"]).read_text())
    instances = [i for block in state["resources"] for i in block["instances"]]
    paths = [path for i in instances for path in i.get("sensitive_attributes", [])]
    marked = {path[0]["value"] for path in paths if len(path) == 1}
    assert marked, "no attribute is marked"
    for record in of_kind(records, "resource"):
        for name in marked & set(record["properties"]):
            value = record["properties"][name]
            assert value in (None, SECRET), f"{record['address']}: {name} came out"


# Counted by hand: dependencies that name resources, of every instance.
RELATIONS = {
    "terraform/aws-s3-full.tfstate": 28,
    "terraform/aws-route53-count.tfstate": 9,
    "terraform/v3-simple.tfstate": 3,
    "terraform/show-json-state-014.json": 15,
    "terraform/v4-module-simple.tfstate": 0,
}


def terraform_facts(records, facts):
    if facts["file"] in RELATIONS:
        same("relations", len(of_kind(records, "relation")), RELATIONS[facts["file"]])
    assert "PRIVATE KEY" not in json.dumps(records), "a private key came out"
    check_terraform(records, facts)
    check_terraform_secrets(records, facts)
    check_terraform_relations(records, facts)


# ---- pulumi ----


def pulumi_facts(records, facts):
    resources = of_kind(records, "resource")
    relations = of_kind(records, "relation")
    components = flagged(resources, "component")
    providers = [r for r in resources if r["native_type"].startswith("pulumi:providers:")]
    stacks = [r for r in resources if r["native_type"] == "pulumi:pulumi:Stack"]
    same("resources", len(resources), facts["resources"])
    same("components", len(components), facts["component_or_stack"])
    same("custom resources", len(resources) - len(components), facts["custom"])
    same("providers", len(providers), facts["providers"])
    same("stacks", len(stacks), facts["stack_resources"])
    same("types", len(types_of(resources)), facts["distinct_types"])
    same("kinds of source", {r["source_kind"] for r in resources}, {"pulumi"})
    check_types(resources, facts["resources_by_type"])
    check_ids(resources, facts["sample_resources"], "urn")
    parents = {r["from"] for r in relations if r["type"] == "parent"}
    same("resources with a parent", len(parents), facts["with_parent"])
    depending = {r["from"] for r in relations if r["type"] == "depends_on" and not r.get("path")}
    same("resources that depend", len(depending), facts.get("with_dependencies", 0))
    if "with_created" in facts:
        created = sum(r["created"] is not None for r in resources)
        same("resources with a time of creation", created, facts["with_created"])
    secrets = facts["secret_values"]
    if secrets:
        assert f"{secrets} secret values replaced" in notes_of(records), notes_of(records)
    text = json.dumps(records)
    assert not secrets or SECRET in text, "no secret was dropped"
    assert "ciphertext" not in text, "a ciphertext came out"
    if "unsupported" in facts["file"]:
        assert "unsupported-feature" in notes_of(records), notes_of(records)


# ---- cloudformation ----


def logical_id(record):
    return record["address"].rsplit("/", 1)[-1].rsplit(".", 1)[-1]


def cloudformation_template(records, facts):
    resources = of_kind(records, "resource")
    same("resources", len(resources), facts["resources"])
    same("types", len(types_of(resources)), facts["distinct_types"])
    check_types(resources, facts["resources_by_type"])
    known = {logical_id(r): r["native_type"] for r in resources}
    for sample in facts["sample_logical_ids"]:
        same(sample["id"], known.get(sample["id"]), sample["type"])
    conditional = sum("$Condition" in (r["properties"] or {}) for r in resources)
    same("conditional resources", conditional, facts["conditional_resources"])
    policies = sum("$DeletionPolicy" in (r["properties"] or {}) for r in resources)
    same("resources with a deletion policy", policies, facts["with_deletion_policy"])
    loops = len(facts.get("fn_foreach_keys", []))
    word = f"Fn::ForEach loops in Resources, not expanded: {loops}"
    same("a word about loops", word in notes_of(records), loops > 0)
    assert not any("Fn::ForEach" in r["address"] for r in resources), "a loop is no resource"
    declared = {r["from"] for r in of_kind(records, "relation") if r["type"] == "depends_on"}
    least = facts["with_depends_on"]
    assert len(declared) >= least, f"{len(declared)} resources depend, at least {least} should"


def cloudformation_answer(records, facts):
    resources = of_kind(records, "resource")
    if "stack_resource_entries" in facts:
        same("resources", len(resources), facts["stack_resource_entries"])
        check_types(resources, facts["entries_by_resource_type"])
        return
    lists = [n for n in facts["top_level"].values() if isinstance(n, int)]
    same("resources", len(resources), sum(lists))
    for fact, sample in facts.items():
        if fact in ("sample_StackResources", "sample_StackResourceSummaries"):
            check_ids(
                [dict(r, address=logical_id(r)) for r in resources],
                [sample],
                "LogicalResourceId",
                "PhysicalResourceId",
            )
        elif fact == "sample_Stacks":
            stacks = {r["native_id"]: r["name"] for r in resources}
            same(sample["StackId"], stacks.get(sample["StackId"]), sample["StackName"])


def cloudformation_facts(records, facts):
    resources = of_kind(records, "resource")
    kinds = {r["source_kind"] for r in resources}
    assert kinds <= {"cloudformation"}, f"kinds of source: {kinds}"
    if "resources" in facts:
        cloudformation_template(records, facts)
    else:
        cloudformation_answer(records, facts)


# ---- kubernetes ----


def kind_of(record):
    """'apps/v1 Deployment' -> 'Deployment'."""
    return record["native_type"].rsplit(" ", 1)[-1]


def namespace_of(record):
    metadata = (record["properties"] or {}).get("metadata") or {}
    return metadata.get("namespace") or "(none)"


def kubernetes_facts(records, facts):
    resources = of_kind(records, "resource")
    same("objects", len(resources), facts["objects"])
    kinds = collections.Counter(map(kind_of, resources))
    same("kinds", len(kinds), facts["distinct_kinds"])
    for kind, number in facts["objects_by_kind"].items():
        same(f"objects of kind {kind}", kinds[kind], number)
    for sample in facts["sample"]:
        kind, *namespace, name = sample.split("/")
        fits = [r for r in resources if kind_of(r) == kind and r["name"] == name]
        assert fits, f"no {sample}"
        if namespace:
            assert any(namespace[0] in r["address"] for r in fits), f"{sample}: no namespace"
    spaces = collections.Counter(map(namespace_of, resources))
    for space, number in facts["namespaces"].items():
        same(f"objects in namespace {space}", spaces[space], number)


# ---- each file ----


def check_not_indexed(records, answer, words):
    """A file that holds nothing to index is named with the reason."""
    same("resources", len(of_kind(records, "resource")), 0)
    summary = records[-1]
    told = summary["failed"] + summary["skipped"] + summary["ignored"] + summary["remarks"]
    reasons = " | ".join(entry["reason"] for entry in told)
    assert reasons, "nothing is said of the file"
    for word in words:
        assert word in reasons, f"{word!r} is not said: {reasons}"


def words_of_refusal(facts):
    if facts["format"] == "not JSON":
        return ["line 16"]
    return ["encrypted"] if "encrypted" in facts["format"] else []


CHECKS = {
    "terraform": terraform_facts,
    "gcp": terraform_facts,
    "pulumi": pulumi_facts,
    "cloudformation": cloudformation_facts,
    "kubernetes": kubernetes_facts,
}


def holds_nothing(facts):
    empty = facts.get("managed_instances", 1) is None or facts.get("objects") == 0
    return empty or "error" in facts or "interactions" in facts


def check_dry_run(file, facts):
    records, answer = dry_run(harness.SAMPLES / file)
    same("the last record", records[-1]["record"], "summary")
    same("resources of the summary", records[-1]["resources"], len(of_kind(records, "resource")))
    if holds_nothing(facts):
        check_not_indexed(records, answer, words_of_refusal(facts))
    else:
        same("exit code", answer.code, 0)
        same("scopes", len(of_kind(records, "scope")), 1)
        CHECKS[file.split("/")[0]](records, dict(facts, file=file))


@functools.cache
def warehouse():
    """One warehouse of all samples, each a source with the file's name; made once."""
    folder = tempfile.TemporaryDirectory(prefix="infradex-e2e-")
    for sample in load():
        file = sample["file"]
        index(folder.name, "--quiet", "--source", file, harness.SAMPLES / file)
    return folder


def observations(records):
    return {(r["address"], r["native_type"]) for r in of_kind(records, "resource")}


def check_warehouse(file, facts):
    """What the dry run shows is what the warehouse holds of this source."""
    records, _ = dry_run("--source", file, harness.SAMPLES / file)
    answer = search(warehouse().name, f'deleted:any source="{file}"', *ALL)
    said = [s for item in answer["items"] for s in item["sources"] if s["source"] == file]
    found = {(s["address"], s["native_type"]) for s in said}
    missing = sorted(observations(records) - found)
    surplus = sorted(found - observations(records))
    assert not missing, f"{len(missing)} are missing, first {missing[0]}"
    assert not surplus, f"{len(surplus)} too many, first {surplus[0]}"
    uids = {r["uid"] for r in of_kind(records, "resource")}
    same("resources", {item["uid"] for item in answer["items"]}, uids)
    ids = {(r["address"], r["native_type"], r["native_id"]) for r in of_kind(records, "resource")}
    stored = {(s["address"], s["native_type"], s["native_id"]) for s in said}
    assert stored <= ids, f"another id: {sorted(stored - ids, key=str)[0]}"


def add_tests():
    samples = load()
    if not samples:
        add_test("facts of the samples", lambda: skip("the samples are not there"))
    for sample in samples:
        file, facts = sample["file"], sample["facts"]
        add_test(f"dry run of {file}", functools.partial(check_dry_run, file, facts))
    for sample in samples:
        file, facts = sample["file"], sample["facts"]
        add_test(f"warehouse of {file}", functools.partial(check_warehouse, file, facts))


add_tests()
main()
