"""The examples of the query language, each with its rows, on data made for them.

The data below is a small company: every example that this version answers finds something in it,
and passes over something that is nearly right.
"""

import datetime
import json

from harness import add_test, main, run, scratch

NOW = datetime.datetime.now(datetime.timezone.utc)


def ago(days):
    return (NOW - datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


def thing(name, native_type, properties=None, tags=None, **more):
    record = {"record": "resource", "address": more.pop("address", name), "name": name,
              "native_type": native_type, "provider": more.pop("provider", "aws"),
              "native_id": more.pop("id", name), "properties": properties or {}, "tags": tags or {}}
    return {**record, **more}


def edge(start, kind, end):
    return {"record": "relation", "from": start, "type": kind, "to": end}


ARN = "arn:aws:s3:::"
OPEN = {"protocol": "tcp", "fromPort": 0, "toPort": 1024, "cidr": "0.0.0.0/0"}
LIVE = [
    thing("payments-api", "aws_instance", {"instanceType": "t3.large", "disks": [1, 2, 3, 4, 5],
          "state": "running", "address": "10.68.19.32"},
          {"env": "prod", "owner": "ana", "service": "payments"},
          id="i-0fabc11111111111", region="us-east-1", created=ago(3)),
    thing("prod-api-1", "aws_instance", {"instanceType": "m5.large", "disks": [1], "state": "stopped",
          "address": "10.20.3.4"}, {"env": "prod"}, id="i-0fabc22222222222", region="eu-west-1",
          created=ago(400)),
    thing("PROD-WEB-22", "google_compute_instance", {"status": "RUNNING", "ip": "10.20.200.1"},
          {"env": "test"}, id="i-0fff", provider="gcp", region="eu-north1", created=ago(3)),
    thing("prod-web-x", "aws_instance", {"state": "running", "net": "10.21.0.1"}, {"env": "dev"},
          id="i-0fabcx", region="eu-west-1", created=ago(10)),
    thing("acme-logs", "aws_s3_bucket", {"arn": ARN + "acme-logs", "bucket": "acme-logs",
          "server_side_encryption_configuration": []}, {"owner": "ops", "env": "test"}),
    thing("acme-data", "aws_s3_bucket", {"arn": ARN + "acme-data", "bucket": "acme-data",
          "server_side_encryption_configuration": [{"rule": []}]}),
    thing("acme-open", "aws_s3_bucket", {"arn": ARN + "acme-open", "bucket": "acme-open",
          "logging": {"target": ARN + "acme-logs"}}),
    thing("app", "aws_cloudwatch_log_group", {"note": "was out again of free memory at noon"}),
    thing("web", "aws_cloudwatch_log_group", {"note": "out one two three four five six seven memory"}),
    thing("disk-old", "aws_ebs_volume", {"state": "available", "size": 500}, created=ago(60)),
    thing("disk-new", "aws_ebs_volume", {"state": "available", "size": 10}, created=ago(2)),
    thing("disk-used", "aws_ebs_volume", {"state": "in-use", "size": 100}, created=ago(90)),
    thing("orders-db", "aws_rds_instance", {"storageEncrypted": False}, {"owner": "li"}),
    thing("users-db", "aws_rds_instance", {"storageEncrypted": True, "kmsKeyId": "alias/legacy-7"}),
    thing("stacked", "aws_sns_topic", {"deep": [{"x": {"kmsKeyId": "alias/new"}}]},
          {"aws:cloudformation:stack-name": "edge"}),
    thing("sg-open", "aws_security_group", {"ingress": [OPEN, {"protocol": "tcp", "fromPort": 443,
          "toPort": 443, "cidr": "10.0.0.0/8"}]}),
    thing("sg-any", "aws_security_group", {"ingress": [{**OPEN, "protocol": "-1", "fromPort": 500}]}),
    thing("sg-split", "aws_security_group", {"ingress": [{**OPEN, "fromPort": 443, "toPort": 443},
          {**OPEN, "cidr": "10.0.0.0/8"}]}),
    thing("issued", "aws_lb_listener", {"certificates": [{"status": "ISSUED"}, {"status": "ISSUED"}]}),
    thing("pending", "aws_lb_listener", {"certificates": [{"status": "ISSUED"}, {"status": "PENDING"}]}),
    thing("bare", "aws_lb_listener", {"certificates": []}),
    thing("snap-lost", "aws_ebs_snapshot", created=ago(500)),
    thing("snap-kept", "aws_ebs_snapshot", created=ago(500)),
    thing("snap-young", "aws_ebs_snapshot", created=ago(5)),
    thing("lb-alive", "aws_lb"), thing("lb-dead", "aws_lb"),
    thing("group", "aws_lb_target_group"),
    thing("service-a", "aws_lambda_function"), thing("service-b", "aws_lambda_function"),
    thing("soon", "aws_acm_certificate", {"notAfter": ago(-10)}),
    thing("later", "aws_acm_certificate", {"notAfter": ago(-100)}),
    thing("by-hand", "aws_sqs_queue", created=ago(1)),
    edge("disk-used", "references", "snap-kept"),
    edge("lb-alive", "targets", "group"), edge("group", "targets", "payments-api"),
    edge("lb-dead", "targets", "prod-api-1"),
    edge("service-a", "depends_on", "orders-db"), edge("service-b", "depends_on", "service-a"),
] + [thing(f"vol-{n}", "aws_ebs_volume", {"state": "in-use"}) for n in range(6)] + [
    edge("prod-web-x", "attached_to", f"vol-{n}") for n in range(6)]

CODE = [
    thing("only-code", "aws_sqs_queue", address="aws_sqs_queue.only", id="only-code"),
    thing("net", "aws_vpc", {"drift": {"path": "tags", "want": "a", "have": "b"}}, id="vpc-1",
          address="aws_vpc.net", stack="network", modified="2025-02-03T00:00:00Z", flags=["drifted"]),
    thing("net-old", "aws_vpc", id="vpc-2", address="aws_vpc.old", stack="network",
          modified="2024-12-31T00:00:00Z"),
]


def workload(name, image, **labels):
    return {"apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": {"name": name, "namespace": "prod", "labels": labels},
            "spec": {"selector": {"matchLabels": {"run": name}},
                     "template": {"metadata": {"labels": {"run": name}},
                                  "spec": {"containers": [{"name": "c", "image": image}]}}}}


CLUSTER = {"apiVersion": "v1", "kind": "List", "items": [
    workload("checkout", "r.example/checkout:latest", **{"app.kubernetes.io/name": "checkout"}),
    workload("report", "r.example/report:1.2"),
    {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "front", "namespace": "prod"},
     "spec": {"selector": {"run": "checkout"}}}]}

LAST_MONTH = (NOW.replace(day=1) - datetime.timedelta(days=1)).strftime("%Y-%m-02")
BILL = "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ServiceName,ChargeCategory,ResourceId\n" + "".join(
    f"{cost},{cost},{currency},{LAST_MONTH},Compute,Usage,{resource}\n" for cost, currency, resource in (
        ("60.5", "USD", "disk-old"), ("20", "USD", "disk-used"), ("99", "EUR", "disk-used"), ("100", "USD", "disk-new"),
        ("200", "USD", "i-0fabc11111111111")))

NAMES = [  # number, query, names found (in any order)
    (1, "payments prod", ["payments-api"]),
    (2, "10.68.19.32", ["payments-api"]),
    (3, "arn:aws:s3:::acme-logs", ["acme-logs", "acme-open"]),
    (4, '"out of memory"~5 type:log_group', ["app"]),
    (4, '"out seven memory"~5 type:log_group', []),
    (5, "i-0fabc* region:us-east-1", ["payments-api"]),
    (6, "type:bucket encrypted:false", ["acme-logs"]),
    (7, "kind:volume state:available age>30d", ["disk-old"]),
    (8, "kind:instance provider:(aws, gcp) region:eu-* tag.env:prod", ["prod-api-1"]),
    (9, "-tag.owner: kind:(instance OR database OR bucket)",
     ["prod-api-1", "PROD-WEB-22", "prod-web-x", "acme-data", "acme-open", "users-db"]),
    (10, "tag:env=prod tag.key:owner", ["payments-api"]),
    (11, "label.app.kubernetes.io/name:checkout namespace:prod", ["checkout"]),
    (12, 'tag."aws:cloudformation:stack-name":*', ["stacked"]),
    (13, ".instanceType:t3.* kind:instance", ["payments-api"]),
    (14, ".storageEncrypted=false type:aws_rds_instance", ["orders-db"]),
    (15, "type:security_group .ingress[*]{ (protocol:-1 OR fromPort<=22 AND toPort>=22) "
         "AND cidr:0.0.0.0/0 }", ["sg-open", "sg-any"]),
    (16, "type:listener all .certificates[*].status = ISSUED", ["issued"]),
    (17, r".**.kmsKeyId:/alias\/legacy-.*/", ["users-db"]),
    (18, "len(.disks)>4 kind:instance", ["payments-api"]),
    (18, "round(len(.disks) / 2) + 1 > 3 kind:instance", ["payments-api"]),
    (18, 'contains(name, "WEB") kind:instance', ["PROD-WEB-22", "prod-web-x"]),
    (18, 'cidr_contains("10.20.0.0/16", .ip)', ["PROD-WEB-22"]),
    (18, "round(age / 1d) = 60", ["disk-old"]),
    (18, "abs(.notAfter - now) < 30d", ["soon"]),
    (18, "abs(.size % 100) = 10", ["disk-new"]),
    (7, "kind:volume is:orphan", ["disk-old", "disk-new"]),
    (7, "kind:volume orphan:false", ["disk-used"] + [f"vol-{n}" for n in range(6)]),
    (7, "is:idle", ["prod-api-1"]),
    (25, "kind:snapshot orphan:false", ["snap-kept"]),
    (43, "is:drifted", ["net"]),
    (43, "drifted:false", []),
    (44, "is:stale", []),
    (18, "lower(tag.env)=prod region:us-east-1", ["payments-api"]),
    (19, "ip:10.20.0.0/16", ["prod-api-1", "PROD-WEB-22"]),
    (20, r"name:/^prod-(api|web)-\d+$/i", ["prod-api-1", "PROD-WEB-22"]),
    (21, "created:>now-7d -managed_by:*",
     ["payments-api", "PROD-WEB-22", "disk-new", "snap-young", "by-hand"]),
    (22, "modified:[2025-01-01 to 2025-03-31] stack:network", ["net"]),
    (23, "size:>=100GiB kind:volume cost.month>$20", ["disk-old"]),
    (24, "is:untagged cost.month:100..500", ["disk-new"]),
    (25, "kind:snapshot age>1y no(<-[references]- kind:volume)", ["snap-lost"]),
    (26, "kind:load_balancer no(-[targets*1..3]-> kind:instance state:running)", ["lb-dead"]),
    (27, "kind:instance count(-[attached_to]-> kind:volume)>5", ["prod-web-x"]),
    (28, "name=orders-db <-[depends_on*1..6]-", ["service-a", "service-b"]),
    (29, "name=orders-db | <-[depends_on*0..4]- as dependents",
     ["orders-db", "service-a", "service-b"]),
    (41, "source:(terraform, opentofu) -source:live", ["only-code", "net", "net-old"]),
    (45, "kind:certificate .notAfter:<now+30d", ["soon"]),
    (46, "provider:kubernetes kind:workload .spec.template.spec.containers[*]{ image:*:latest }",
     ["checkout"]),
    (47, "provider:kubernetes kind:workload no(<-[selects]- kind:service)", ["report"]),
]

ROWS = [  # number, query, columns, rows
    (31, "type:aws_sqs* | count by type", ["type", "count"], [["aws.sqs.queue", 2]]),
    (32, "kind:instance | facet region, tag.env top 10", ["field", "value", "count"],
     [["region", "eu-west-1", 2], ["region", "eu-north1", 1], ["region", "us-east-1", 1],
      ["tag.env", "prod", 2], ["tag.env", "dev", 1], ["tag.env", "test", 1]]),
    (33, "kind:instance | summarize n=count(), disks=sum(.disks), cost=sum(cost.usd.month) by region | sort by cost desc | limit 2",
     ["region", "n", "disks", "cost"], [["us-east-1", 1, None, "200"], ["eu-north1", 1, None, None]]),
    (34, "kind:volume .size: | summarize n=count(), gb=sum(.size), max(.size), p50(.size), avg(.size), share(.size) by .state",
     [".state", "n", "gb", "max(.size)", "p50(.size)", "avg(.size)", "share(.size)"],
     [["available", 2, 510, 500, 10, 255, 83.6], ["in-use", 1, 100, 100, 100, 100, 16.4]]),
    (34, "kind:volume | summarize spent=sum(cost.usd.month), least=min(cost.usd.month), avg(cost.usd.month), "
         "share(cost.usd.month), newest=max(created), dcount(.state)",
     ["spent", "least", "avg(cost.usd.month)", "share(cost.usd.month)", "newest", "dcount(.state)"],
     [["180.5", "20", "60.166666667", 100, ago(2), 2]]),
    (34, "kind:volume .size: | summarize n=count(), gb=sum(size/1GiB), most=max(size / 1GiB) by provider, encrypted=.encrypted",
     ["provider", "encrypted", "n", "gb", "most"], [["aws", None, 3, 610, 500]]),
    (34, "kind:volume .size: | project name, half=size/2GiB, upper(name), on=len(.state) - 1, day(created) | sort by half",
     ["name", "half", "upper(name)", "on", "day(created)"],
     [["disk-new", 5, "DISK-NEW", 8, ago(2)[:10] + "T00:00:00Z"], ["disk-used", 50, "DISK-USED", 5, ago(90)[:10] + "T00:00:00Z"],
      ["disk-old", 250, "DISK-OLD", 8, ago(60)[:10] + "T00:00:00Z"]]),
    (34, "kind:instance | count by upper(tag.env)", ["upper(tag.env)", "count"], [["PROD", 2], ["DEV", 1], ["TEST", 1]]),
    (34, "kind:instance | sort by len(.disks) desc, name | limit 2 | project name, n=len(.disks), late=round((now - created) / 1d)",
     ["name", "n", "late"], [["payments-api", 5, 3], ["prod-api-1", 1, 400]]),
    (35, "kind:volume | cost usd by month last 2mo | summarize spend=sum(amount) by month, service",
     ["month", "service", "spend"], [[LAST_MONTH[:7], "Compute", "180.5"]]),
    (36, "provider:aws | cost amortized by day, currency | summarize spend=sum(amount), most=max(amount) by currency | top 1 by spend desc",
     ["currency", "spend", "most"], [["USD", "380.5", "380.5"]]),
    (36, "kind:volume | cost by resource.name | where amount>50 | sort by amount desc",
     ["resource.name", "currency", "amount", "lines"],
     [["disk-new", "USD", "100", 1], ["disk-used", "EUR", "99", 1], ["disk-old", "USD", "60.5", 1]]),
    (33, "kind:volume | summarize n=count(), gb=sum(.size) by .state | where n > 1 and (gb >= 500 or -.state:available)",
     [".state", "n", "gb"], [["available", 2, 510], ["in-use", 7, 100]]),
    (32, "kind:(volume, bucket) | facet kind, encrypted | where value:(volume, true) | where count>=1", ["field", "value", "count"],
     [["kind", "volume", 9], ["encrypted", True, 1]]),
    (32, "kind:bucket | count by encrypted | where encrypted:true or encrypted:false | sort by encrypted", ["encrypted", "count"],
     [[False, 1], [True, 1]]),
    (42, "source:live -managed_by:* created:>now-30d kind:queue | count by account",
     ["account", "count"], [[None, 1]]),
    (43, "is:drifted stack:network | project name, .drift.path, .drift.want, .drift.have",
     ["name", ".drift.path", ".drift.want", ".drift.have"], [["net", "tags", "a", "b"]]),
    (44, "seen:<now-3d -deleted:* | count by account, source", ["account", "source", "count"], []),
]

LATER = [(30, "kind:role | path to (kind:bucket)"),
 
         (37, "kind:instance at:now-7d | count"), (38, "kind:database | diff now-1d"),
         (39, "type:security_group | changes last 24h"), (40, "name=orders-db | history last 30d"),
         (48, "kind:instance | join left (kind:image) on .imageId == id"),
         (49, "type:security_group | unnest .ingress[*] as rule"), (50, "check:s3-public"),
         (51, "kind:bucket is:public | assert none"), (52, 'kind:access_key | format "{name}"')]


def write_stream(path, source, kind, records):
    with open(path, "w", encoding="utf-8") as stream:
        for record in records:
            stream.write(json.dumps({"source": source, "source_kind": kind, **record}) + "\n")


def company(folder):
    write_stream(f"{folder}/live.ndjson", "account-1", "aws", LIVE)
    write_stream(f"{folder}/code.ndjson", "infra", "terraform", CODE)
    with open(f"{folder}/cluster.json", "w", encoding="utf-8") as stream:
        json.dump(CLUSTER, stream)
    with open(f"{folder}/bill.csv", "w", encoding="utf-8") as stream:
        stream.write(BILL)
    run("index", "-q", "--data", f"{folder}/data", f"{folder}/live.ndjson", f"{folder}/code.ndjson",
        f"{folder}/cluster.json", f"{folder}/bill.csv", code=0)


def answer(folder, query):
    return json.loads(run("search", "--data", f"{folder}/data", "-o", "json", "--limit", "100", query,
                          code=0).out)


def names_test(folder, query, expected):
    def check():
        found = sorted(item["name"] for item in answer(folder, query)["items"])
        assert found == sorted(expected), f"found {found}, expected {sorted(expected)}"
    return check


def rows_test(folder, query, columns, rows):
    def check():
        got = answer(folder, query)
        assert got["columns"] == columns, got["columns"]
        assert got["rows"] == rows, got["rows"]
    return check


def later_test(folder, query):
    def check():
        said = run("search", "--data", f"{folder}/data", query, code=2).err
        assert "not part of this version" in said, said
    return check


def deep_test(folder, query):
    def check():
        run("search", "--data", f"{folder}/data", "--limit", "1", query, code=0)
    return check


DEPTH = 45
DEEP = {  # what the language allows, the engine answers
    "negations": "NOT (kind:ip " * DEPTH + "b" + ")" * DEPTH,
    "groups": "".join(f"(name:a{i} {'OR' if i % 2 else 'AND'} " for i in range(90)) + "b" + ")" * 90,
    "relations": "has(--> name:a OR " * DEPTH + "b" + ")" * DEPTH,
    "counts": "count(--> " * DEPTH + "b" + ")>1" * DEPTH,
    "hops and limits": "a" + " | limit 5 | -->" * DEPTH,
    "rows": "a | project name" + " | limit 5 | sort name" * DEPTH,
    "conditions": " ".join(f".p{i}:{i}" for i in range(999)),
    "values": ".p:(" + ", ".join(str(i) for i in range(2000)) + ")",
}


with scratch() as company_folder:
    company(company_folder)
    for number, query, expected in NAMES:
        add_test(f"example {number}: {query}", names_test(company_folder, query, expected))
    for number, query, columns, rows in ROWS:
        add_test(f"example {number}: {query}", rows_test(company_folder, query, columns, rows))
    for number, query in LATER:
        add_test(f"example {number} is known and said to come: {query}",
                 later_test(company_folder, query))
    for what, query in DEEP.items():
        add_test(f"many {what} are answered", deep_test(company_folder, query))
    main()
