"""What indexing again does: nothing when nothing changed, exactly the change when something did, and
nothing at all when the input is broken."""

import gzip
import json
import random
import re

from harness import SAMPLES, count, index, main, run, scratch, search, skip, test, write


def thing(number, source="fleet", **more):
    return {
        "record": "resource",
        "source": source,
        "source_kind": "ndjson",
        "address": f"thing/{number}",
        "native_type": "acme_thing",
        "name": f"thing-{number}",
        "provider": "acme",
        "region": f"r{number % 3}",
        "tags": {"team": f"t{number % 4}", "env": "prod"},
        "properties": {"size": number, "rows": [{"a": number}, {"b": "x"}], "on": True},
        **more,
    }


def edge(number):
    return {
        "record": "relation",
        "source": "fleet",
        "from": f"thing/{number}",
        "type": "depends_on",
        "basis": "declared",
        "to": f"thing/{number - 1}",
    }


def lines(records):
    return "".join(json.dumps(record) + "\n" for record in records)


FLEET = [thing(number) for number in range(40)] + [edge(number) for number in range(1, 40)]


def bucket(name, **more):
    return {"id": name, "arn": f"arn:aws:s3:::{name}", "bucket": name, "region": "eu-west-1", **more}


def state(*buckets, serial=1):
    return {
        "version": 4,
        "terraform_version": "1.8.0",
        "serial": serial,
        "lineage": "11111111-2222-3333-4444-555555555555",
        "outputs": {},
        "resources": [
            {
                "mode": "managed",
                "type": "aws_s3_bucket",
                "name": f"b{at}",
                "provider": 'provider["registry.terraform.io/hashicorp/aws"]',
                "instances": [{"schema_version": 0, "attributes": attributes}],
            }
            for at, attributes in enumerate(buckets)
        ],
    }


def pulumi_state(name):
    """The same bucket, as Pulumi knows it."""
    urn = "urn:pulumi:dev::app::aws:s3/bucket:Bucket::b"
    resource = {
        "urn": urn,
        "custom": True,
        "id": name,
        "type": "aws:s3/bucket:Bucket",
        "inputs": {"bucket": name},
        "outputs": bucket(name),
    }
    manifest = {"time": "2024-01-01T00:00:00Z", "magic": "m", "version": "v3.0.0"}
    return {"version": 3, "deployment": {"manifest": manifest, "resources": [resource]}}


def counts(answer):
    """The last line: N added, N changed, N unchanged, N retired; generation N."""
    found = re.findall(r"(\d+) (added|changed|unchanged|retired)", answer.err)
    assert len(found) == 4, f"no counts: {answer}"
    return {name: int(number) for number, name in found}


def content_hash(data):
    return run("doctor", "--data", data, "-o", "json", code=0).json["content_hash"]


def into(folder, data, records, *words, name="fleet.ndjson", code=0):
    path = write(folder / name, records if isinstance(records, (str, bytes)) else lines(records))
    return index(folder / data, *words, path, code=code)


@test
def indexing_twice_changes_nothing():
    with scratch() as folder:
        first = counts(into(folder, "d", FLEET))
        assert first == {"added": 40, "changed": 0, "unchanged": 0, "retired": 0}, first
        before = content_hash(folder / "d")
        second = counts(into(folder, "d", FLEET))
        assert second == {"added": 0, "changed": 0, "unchanged": 40, "retired": 0}, second
        assert content_hash(folder / "d") == before
        history = run("history", "--data", folder / "d", "-o", "json", "thing-3", code=0)
        assert history.out.count("changed") <= first["changed"] + 1, history.out


@test
def the_order_of_records_does_not_matter():
    with scratch() as folder:
        shuffled = list(FLEET)
        random.Random(5).shuffle(shuffled)
        assert shuffled[0] != FLEET[0]
        into(folder, "a", FLEET)
        into(folder, "b", shuffled)
        assert content_hash(folder / "a") == content_hash(folder / "b")
        again = counts(into(folder, "a", shuffled))
        assert again["unchanged"] == 40, again


@test
def the_order_of_members_and_tags_does_not_matter():
    def turned(node):
        if isinstance(node, dict):
            return {key: turned(value) for key, value in reversed(node.items())}
        return node

    with scratch() as folder:
        into(folder, "a", FLEET)
        again = counts(into(folder, "a", [turned(record) for record in FLEET]))
        assert again == {"added": 0, "changed": 0, "unchanged": 40, "retired": 0}, again


@test
def several_files_in_any_order_and_pieces_give_the_same_warehouse():
    with scratch() as folder:
        write(folder / "in" / "a.tfstate", state(bucket("alpha"), bucket("beta")))
        write(folder / "in" / "b.json", pulumi_state("alpha"))
        write(folder / "in" / "c.ndjson", lines(FLEET))
        names = ["a.tfstate", "b.json", "c.ndjson"]
        index(folder / "whole", folder / "in", code=0)
        for name in reversed(names):
            index(folder / "pieces", folder / "in" / name, code=0)
        assert content_hash(folder / "whole") == content_hash(folder / "pieces")
        items = [search(folder / d, "deleted:any", "--limit", "0")["items"] for d in ("whole", "pieces")]
        uids = [{item["uid"] for item in found} for found in items]
        assert uids[0] == uids[1]


@test
def a_compressed_input_is_the_same_input():
    with scratch() as folder:
        plain = write(folder / "x.tfstate", state(bucket("alpha")))
        packed = write(folder / "x.tfstate.gz", gzip.compress(plain.read_bytes()))
        index(folder / "a", "--source", "s", plain, code=0)
        index(folder / "b", "--source", "s", packed, code=0)
        assert content_hash(folder / "a") == content_hash(folder / "b")


@test
def another_content_has_another_hash():
    with scratch() as folder:
        into(folder, "a", FLEET)
        into(folder, "b", FLEET[1:])
        assert content_hash(folder / "a") != content_hash(folder / "b")


@test
def a_changed_value_is_one_change():
    with scratch() as folder:
        into(folder, "d", FLEET)
        changed = list(FLEET)
        changed[7] = thing(7, tags={"team": "other", "env": "prod"})
        result = counts(into(folder, "d", changed))
        assert result == {"added": 0, "changed": 1, "unchanged": 39, "retired": 0}, result
        assert count(folder / "d", "tag.team=other") == 1
        history = run("history", "--data", folder / "d", "-o", "json", "thing-7", code=0).out
        assert "other" in history and "t3" in history, history


@test
def an_input_that_shrinks_retires_what_is_gone():
    with scratch() as folder:
        into(folder, "d", FLEET)
        fewer = [r for r in FLEET if "thing/5" not in (r.get("address"), r.get("from"), r.get("to"))]
        result = counts(into(folder, "d", fewer))
        assert result["retired"] == 1, result
        data = folder / "d"
        assert count(data, "name=thing-5") == 0
        assert [i["name"] for i in search(data, "is:deleted")["items"]] == ["thing-5"]
        assert count(data, "deleted:any") == 40
        back = counts(into(folder, "d", FLEET))
        assert count(data, "name=thing-5") == 1 and count(data, "is:deleted") == 0, back


@test
def a_state_that_loses_a_resource_retires_it():
    with scratch() as folder:
        path = write(folder / "a.tfstate", state(bucket("alpha"), bucket("beta")))
        index(folder / "d", path, code=0)
        write(path, state(bucket("alpha"), serial=2))
        result = counts(index(folder / "d", path, code=0))
        assert result["retired"] == 1 and result["added"] == 0, result
        assert [i["name"] for i in search(folder / "d", "is:deleted")["items"]] == ["beta"]


@test
def a_partial_scope_retires_nothing():
    with scratch() as folder:
        whole = {"record": "scope", "source": "fleet", "scope": "", "outcome": "whole"}
        into(folder, "d", FLEET + [whole])
        partial = {**whole, "outcome": "partial", "text": "rate limit"}
        result = counts(into(folder, "d", FLEET[:3] + [partial]))
        assert result["retired"] == 0, result
        assert count(folder / "d", "is:deleted") == 0


@test
def a_cut_file_changes_nothing():
    with scratch() as folder:
        text = json.dumps(state(bucket("alpha"), bucket("beta")))
        path = write(folder / "a.tfstate", text)
        index(folder / "d", path, code=0)
        before = content_hash(folder / "d")
        for part in (0.2, 0.5, 0.8, 0.99):
            write(path, text[: int(len(text) * part)])
            answer = index(folder / "d", path, code=1)
            assert "a.tfstate" in answer.err, answer
            assert content_hash(folder / "d") == before, f"changed by {part} of the file"


@test
def a_cut_stream_changes_nothing():
    with scratch() as folder:
        into(folder, "d", FLEET)
        before = content_hash(folder / "d")
        answer = into(folder, "d", lines(FLEET)[:-20], code=1)
        assert "line 79" in answer.err, answer
        assert content_hash(folder / "d") == before


@test
def a_cut_compressed_file_changes_nothing():
    with scratch() as folder:
        packed = gzip.compress(lines(FLEET).encode())
        into(folder, "d", packed, name="f.ndjson.gz")
        before = content_hash(folder / "d")
        into(folder, "d", packed[: len(packed) // 2], name="f.ndjson.gz", code=1)
        assert content_hash(folder / "d") == before


@test
def one_broken_file_of_several_is_a_partial_success():
    with scratch() as folder:
        write(folder / "in" / "good.tfstate", state(bucket("alpha")))
        write(folder / "in" / "bad.tfstate", '{"version": 4, "terraform_version": "1.8.0", "res')
        answer = index(folder / "d", folder / "in", code=7)
        assert "bad.tfstate" in answer.err, answer
        assert count(folder / "d", "") == 1


@test
def strict_makes_an_unknown_file_a_failure():
    with scratch() as folder:
        write(folder / "in" / "good.tfstate", state(bucket("alpha")))
        write(folder / "in" / "notes.txt", "just words\n")
        answer = index(folder / "d", folder / "in", code=0)
        assert "notes.txt" in answer.err and "skipped" in answer.err, answer
        index(folder / "d", "--strict", folder / "in", code=1)


@test
def a_bucket_of_two_sources_is_one_resource():
    with scratch() as folder:
        write(folder / "a.tfstate", state(bucket("alpha")))
        write(folder / "b.json", pulumi_state("alpha"))
        index(folder / "d", folder / "a.tfstate", folder / "b.json", code=0)
        items = search(folder / "d", "kind:bucket")["items"]
        assert len(items) == 1, [item["uid"] for item in items]
        kinds = sorted(s["source_kind"] for s in items[0]["sources"])
        assert kinds == ["pulumi", "terraform"], kinds
        assert items[0]["type"] == "aws.s3.bucket", items[0]["type"]


def related(data, name, kind):
    """The names that the resource of this name is related to, by the type of the relation."""
    items = search(data, f'name="{name}"')["items"]
    assert len(items) == 1, items
    shown = run("show", "--data", data, "-o", "json", items[0]["uid"], code=0).json
    return sorted(r["name"] for r in shown["relations"] if r["type"] == kind and r["direction"] == "to")


@test
def a_service_reaches_its_load_balancer_by_the_host():
    host = "k8s-shop-web-0123456789.elb.eu-west-1.amazonaws.com"
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "web", "namespace": "shop", "uid": "0b1c2d3e-0000-4000-8000-000000000001"},
        "status": {"loadBalancer": {"ingress": [{"hostname": host}]}},
    }
    balancer = {"record": "resource", "source": "cloud", "address": "lb", "native_type": "aws_lb", "name": "balancer"}
    for order in (("a.json", "b.ndjson"), ("b.ndjson", "a.json")):
        with scratch() as folder:
            write(folder / "a.json", service)
            write(folder / "b.ndjson", lines([{**balancer, "properties": {"dns_name": host}}]))
            for name in order:
                index(folder / "d", folder / name, code=0)
            assert related(folder / "d", "web", "represents") == ["balancer"], order


@test
def stacks_find_what_others_export():
    with scratch() as folder:
        exporting = {
            "Resources": {"Network": {"Type": "AWS::EC2::VPC"}},
            "Outputs": {"Id": {"Value": {"Ref": "Network"}, "Export": {"Name": "net-vpc"}}},
        }
        group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"VpcId": {"Fn::ImportValue": "net-vpc"}}}
        write(folder / "in" / "a.json", exporting)
        write(folder / "in" / "b.json", {"Resources": {"Group": group}})
        index(folder / "d", "--source", "templates", folder / "in", code=0)
        assert related(folder / "d", "Group", "consumes_outputs_of") == ["Network"]


@test
def a_thing_lives_as_long_as_one_source_knows_it():
    with scratch() as folder:
        write(folder / "a.tfstate", state(bucket("alpha")))
        write(folder / "b.json", pulumi_state("alpha"))
        index(folder / "d", folder / "a.tfstate", folder / "b.json", code=0)
        write(folder / "a.tfstate", state(serial=2))
        index(folder / "d", folder / "a.tfstate", code=0)
        items = search(folder / "d", "kind:bucket")["items"]
        assert len(items) == 1 and count(folder / "d", "is:deleted") == 0
        assert [s["source_kind"] for s in items[0]["sources"]] == ["pulumi"], items[0]["sources"]


@test
def equal_names_without_an_id_stay_two_things():
    with scratch() as folder:
        for source in ("one", "two"):
            into(folder, "d", [thing(1, source=source)], name=f"{source}.ndjson")
        assert count(folder / "d", "name=thing-1") == 2


@test
def what_is_exported_can_be_indexed():
    with scratch() as folder:
        into(folder, "a", FLEET)
        exported = run("export", "--data", folder / "a", code=0).out
        into(folder, "b", exported, name="exported.ndjson")
        assert content_hash(folder / "a") == content_hash(folder / "b")


@test
def a_dry_run_can_be_indexed():
    with scratch() as folder:
        path = write(folder / "fleet.ndjson", lines(FLEET))
        index(folder / "a", path, code=0)
        dry = run("index", "--dry-run", "-o", "ndjson", path, code=0).out
        index(folder / "b", "-", stdin=dry.encode(), code=0)
        assert content_hash(folder / "a") == content_hash(folder / "b")


def several_sources(folder):
    """A warehouse's worth of inputs: two states of one bucket, a template with a note in front of
    its resources, and an exchange file of two sources."""
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {"Queue": {"Type": "AWS::SQS::Queue"}, "Topic": {"Type": "AWS::SNS::Topic", "DependsOn": "Queue"}},
    }
    write(folder / "in" / "a.tfstate", state(bucket("alpha"), bucket("beta")))
    write(folder / "in" / "b.json", pulumi_state("alpha"))
    write(folder / "in" / "c.json", template)
    write(folder / "in" / "d.ndjson", lines(FLEET + [thing(1, source="other")]))
    return folder / "in"


@test
def an_export_of_several_sources_makes_the_same_warehouse():
    with scratch() as folder:
        inputs = several_sources(folder)
        index(folder / "a", inputs, code=0)
        exported = run("export", "--data", folder / "a", code=0).out
        sources = {record["source"] for record in map(json.loads, exported.splitlines())}
        assert len(sources) == 5, sources
        index(folder / "b", "-", stdin=exported.encode(), code=0)
        assert content_hash(folder / "a") == content_hash(folder / "b")
        kinds = [run("sources", "--data", folder / d, "-o", "json", code=0).json["items"] for d in ("a", "b")]
        kinds = [sorted((row["source"], row["kind"]) for row in rows) for rows in kinds]
        assert kinds[0] == kinds[1], kinds
        again = counts(index(folder / "b", "-", stdin=exported.encode(), code=0))
        assert again["added"] == again["changed"] == again["retired"] == 0, again


@test
def a_dry_run_of_several_inputs_makes_the_same_warehouse():
    with scratch() as folder:
        inputs = several_sources(folder)
        index(folder / "a", inputs, code=0)
        dry = run("index", "--dry-run", "-o", "ndjson", inputs, code=0).out
        index(folder / "b", "-", stdin=dry.encode(), code=0)
        assert content_hash(folder / "a") == content_hash(folder / "b")


@test
def real_files_come_through_export_and_dry_run_as_they_are():
    if not SAMPLES.is_dir():
        skip("the samples are not here")
    with scratch() as folder:
        index(folder / "a", SAMPLES)
        for words in (("export", "--data", folder / "a"), ("index", "--dry-run", "-o", "ndjson", SAMPLES)):
            index(folder / words[0], "-", stdin=run(*words).out_bytes, code=0)
            assert content_hash(folder / words[0]) == content_hash(folder / "a"), words[0]


@test
def an_export_of_one_source_of_scopes_retires_what_is_gone_from_it():
    with scratch() as folder:
        for name, records in (("x.ndjson", FLEET[:3]), ("y.ndjson", [thing(50), thing(51)])):
            write(folder / "in" / name, lines(records))
        index(folder / "a", "--source", "all", folder / "in", code=0)
        index(folder / "b", "-", stdin=run("export", "--data", folder / "a").out_bytes, code=0)
        write(folder / "in" / "y.ndjson", lines([thing(50)]))
        index(folder / "a", "--source", "all", folder / "in", code=0)
        copied = counts(index(folder / "b", "-", stdin=run("export", "--data", folder / "a").out_bytes, code=0))
        assert copied["retired"] == 1, copied
        assert count(folder / "b", "") == 4


@test
def an_export_of_a_query_retires_nothing_where_it_is_read():
    with scratch() as folder:
        into(folder, "d", FLEET)
        some = run("export", "--data", folder / "d", "name=thing-3", code=0)
        assert len([r for r in some.lines if r["record"] == "resource"]) == 1, some.out
        result = counts(index(folder / "d", "-", stdin=some.out_bytes, code=0))
        assert result["retired"] == 0 and count(folder / "d", "is:deleted") == 0, result


@test
def a_stream_of_mixed_sources_keeps_the_whole_ones():
    with scratch() as folder:
        mixed = [thing(1, source="a"), thing(1, source="b"), thing(2, source="a")]
        answer = into(folder, "d", mixed, code=7)
        assert "line 3" in answer.err and "1 sources before it were indexed" in answer.err, answer
        assert count(folder / "d", "source=a") == 1 and count(folder / "d", "source=b") == 0


@test
def a_dry_run_of_a_broken_input_says_that_it_is_not_all():
    with scratch() as folder:
        path = write(folder / "f.ndjson", lines(FLEET)[:-20])
        dry = run("index", "--dry-run", "-o", "ndjson", path, code=1)
        outcomes = [r["outcome"] for r in dry.lines if r["record"] == "scope"]
        assert outcomes == ["failed"], outcomes


@test
def a_dry_run_touches_nothing():
    with scratch() as folder:
        path = write(folder / "fleet.ndjson", lines(FLEET))
        index(folder / "d", "--dry-run", "-o", "ndjson", path, code=0)
        assert not (folder / "d").exists()


@test
def repair_keeps_the_content():
    with scratch() as folder:
        into(folder, "d", FLEET)
        before = content_hash(folder / "d")
        run("repair", "--data", folder / "d", code=0)
        assert content_hash(folder / "d") == before
        assert count(folder / "d", "thing-3") == 1


@test
def a_backup_is_a_warehouse():
    with scratch() as folder:
        into(folder, "d", FLEET)
        (folder / "copy").mkdir()
        run("backup", "--data", folder / "d", folder / "copy" / "infradex.db", code=0)
        assert content_hash(folder / "d") == content_hash(folder / "copy")
        assert count(folder / "copy", "") == 40


@test
def the_generation_rises_with_each_publication():
    with scratch() as folder:
        seen = []
        for records in (FLEET, FLEET[:10], FLEET):
            into(folder, "d", records)
            seen.append(search(folder / "d", "")["meta"]["generation"])
        assert seen == sorted(set(seen)), seen


main()
