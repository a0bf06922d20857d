"""Bills: every number that is known of the samples comes out of a dry run, to the last decimal."""

import decimal
import json

from harness import SAMPLES, dry_run, index, main, run, scratch, skip, test, write

EXACT = decimal.Context(prec=60)

# Their columns whose sums are known, and what they are in FOCUS; the others are kept beside.
FOCUS = {
    "lineItem/UnblendedCost": "BilledCost",
    "pricing/publicOnDemandCost": "ListCost",
    "cost/myCost": "EffectiveCost",
    "cost/myCostOverage": "BilledCost",
    "CostInBillingCurrency": "BilledCost",
    "product/service": "ServiceName",
    "MeterCategory": "ServiceName",
    "BillingCurrencyCode": "BillingCurrency",
    "lineItem/CurrencyCode": "BillingCurrency",
    "cost/currencyCode": "BillingCurrency",
    "product/region": "RegionId",
}
STARTS = ("ChargePeriodStart", "lineItem/UsageStartDate", "lineItem/intervalUsageStart", "Date")


def column_of(name, file):
    if name == "Cost":
        return "EffectiveCost" if "amortized" in file else "BilledCost"
    return FOCUS.get(name, name)


def value(line, name, file):
    if name.startswith("month_of_"):
        assert name[len("month_of_"):] in STARTS, name
        return line["ChargePeriodStart"][:7]
    found = line.get(column_of(name, file))
    return line.get("extra", {}).get(name, "(empty)") if found is None else found


def number(text):
    return decimal.Decimal(0 if text == "(empty)" else text)


def sums(lines, amount, by, file):
    totals = {}
    for line in lines:
        key = value(line, by, file) if by else None
        totals[key] = EXACT.add(totals.get(key, decimal.Decimal(0)), number(value(line, amount, file)))
    return totals


def nearly(found, wanted, lines):
    """Equal, but for what was rounded below 10^-18: half of the last decimal a line at most."""
    return abs(found - decimal.Decimal(wanted)) <= decimal.Decimal("5E-19") * lines


def check_fact(name, wanted, lines, file):
    rounded = isinstance(wanted, str) and len(wanted.partition(".")[2]) > 18
    if name == "rows":
        assert len(lines) == wanted, len(lines)
    elif name.startswith("sum_"):
        found = sums(lines, name[4:], None, file).get(None, decimal.Decimal(0))
        assert nearly(found, wanted, len(lines)) if rounded else found == decimal.Decimal(wanted), (name, found)
    elif name.startswith("negative_"):
        column = name[len("negative_"):-len("_rows")]
        found = sum(number(value(line, column, file)) < 0 for line in lines)
        assert found == wanted, (name, found)
    elif name.startswith("distinct_"):
        found = {value(line, name[len("distinct_"):], file) for line in lines}
        assert len(found) == wanted, (name, len(found))
    elif name.startswith("rows_by_"):
        column = name[len("rows_by_"):]
        for key, count in wanted.items():
            found = sum(value(line, column, file) == key for line in lines)
            assert found == count, (name, key, found)
    elif "_by_" in name:
        amount, _, by = name.partition("_by_")
        found = sums(lines, amount, by, file)
        for key, total in wanted.items():
            digits = len(total.partition(".")[2]) > 18
            got = found.get(key, decimal.Decimal(0))
            assert nearly(got, total, len(lines)) if digits else got == decimal.Decimal(total), (name, key, got)
    else:
        return False
    return True


def facts():
    return [s for s in json.loads((SAMPLES / "facts.json").read_text()) if s["file"].startswith("cost/")]


# About the file and not about what it says, or in the words of another column that is mapped.
OF_THE_FILE = {"format", "bom", "crlf", "columns", "physical_lines", "row_widths"}
@test
def every_fact_of_the_samples_comes_out():
    if not SAMPLES.is_dir():
        skip("the samples are not there")
    for sample in facts():
        records, _ = dry_run(SAMPLES / sample["file"])
        lines = [r for r in records if r["record"] == "cost"]
        assert records[-1]["costs"] == len(lines)
        checked = 0
        for name, wanted in sample["facts"].items():
            try:
                known = check_fact(name, wanted, lines, sample["file"])
            except AssertionError as fault:
                raise AssertionError(f"{sample['file']}: {fault}") from None
            assert known or name in OF_THE_FILE, f"{sample['file']}: nobody looks at {name}"
            checked += known
        assert checked >= 4, sample["file"]


# ---- reports ----

METRICS = {"billed": "BilledCost", "effective": "EffectiveCost", "list": "ListCost", "contracted": "ContractedCost"}
NAMED = {"service": "ServiceName", "account": "SubAccountId", "charge": "ChargeCategory", "region": "RegionId",
         "RESOURCEID": "ResourceId", "x_CommitmentDiscountUnitPrice": None}
QUESTIONS = ("", "service", "month,service", "account,charge", "day", "quarter,region", "year", "tag.environment",
             "RESOURCEID,month", "x_CommitmentDiscountUnitPrice", "source,service")


def period(line, grain):
    day = line["ChargePeriodStart"][:10]
    quarter = f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"
    return {"day": day, "month": day[:7], "year": day[:4], "quarter": quarter}[grain]


def named_value(line, name):
    if name in ("day", "month", "quarter", "year"):
        return period(line, name)
    if name.startswith("tag."):
        return line.get("Tags", {}).get(name[4:])
    if name.startswith("x_"):
        return line.get("extra", {}).get(name)
    return line.get(NAMED.get(name, name))


def naive(lines, by, metric):
    """{(values…, currency): (sum or None, lines, unknown)}"""
    groups = {}
    for line in lines:
        key = tuple(named_value(line, name) for name in by) + (line.get("BillingCurrency"),)
        total, count, unknown = groups.get(key, (None, 0, 0))
        amount = line.get(METRICS[metric])
        if amount is None:
            unknown += 1
        else:
            total = EXACT.add(total or decimal.Decimal(0), decimal.Decimal(amount))
        groups[key] = (total, count + 1, unknown)
    return groups


def reported(folder, *words):
    answer = run("cost", "report", "--data", folder, "-o", "json", *words, code=0).json
    return answer["items"], answer["meta"]


def grouped(rows, by):
    return {
        tuple(row[name] for name in by) + (row["currency"],): (
            None if row["cost"] is None else decimal.Decimal(row["cost"]), row["lines"], row["unknown"])
        for row in rows
    }


@test
def every_report_is_the_exact_sum_of_its_lines():
    if not SAMPLES.is_dir():
        skip("the samples are not there")
    files = sorted(str(path) for path in (SAMPLES / "cost").glob("*.csv"))
    with scratch() as folder:
        index(folder, "-q", *files, code=0)
        records, _ = dry_run(*files)
        lines = [{**r, "source": r["source"]} for r in records if r["record"] == "cost"]
        for metric in METRICS:
            for question in QUESTIONS:
                by = [name for name in question.split(",") if name]
                rows, meta = reported(folder, "--metric", metric, "--by", question or ",")
                assert grouped(rows, by) == naive(lines, by, metric), (metric, question)
                totals = {(t["currency"],): decimal.Decimal(t["cost"]) for t in meta["totals"]}
                wanted = {key: total or 0 for key, (total, _, _) in naive(lines, [], metric).items()}
                assert totals == wanted, (metric, question, totals)


HEADING = "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ServiceName\n"


def bill(*rows):
    return HEADING + "".join(",".join(row) + "\n" for row in rows)


def generation(folder):
    return reported(folder, "--by", "month")[1]["generation"]


def by_month(folder, metric="billed"):
    return {row["month"]: row["cost"] for row in reported(folder, "--by", "month", "--metric", metric)[0]}


@test
def a_bill_that_comes_again_changes_nothing_and_a_corrected_one_its_own_period():
    january, february = ("10.10", "10.10", "EUR", "2025-01-15", "A"), ("5", "5", "EUR", "2025-02-01", "A")
    with scratch() as folder:
        path = folder / "bill.csv"
        write(path, bill(january, february))
        index(folder / "w", "-q", path, code=0)
        before = generation(folder / "w")
        index(folder / "w", "-q", path, code=0)
        assert generation(folder / "w") == before
        write(path, bill(("7.000000000000000001", "7", "EUR", "2025-01-20", "A")))
        index(folder / "w", "-q", path, code=0)
        assert by_month(folder / "w") == {"2025-01": "7.000000000000000001", "2025-02": "5"}
        changed = run("cost", "changes", "--data", folder / "w", "-o", "json", code=0).json["items"][0]
        assert changed["month"] == "2025-01" and changed["first"] is False, changed
        assert changed["difference"] == "-3.099999999999999999", changed


@test
def half_a_bill_changes_nothing():
    with scratch() as folder:
        path = folder / "bill.csv"
        write(path, bill(("1", "1", "EUR", "2025-01-15", "A")))
        index(folder / "w", "-q", path, code=0)
        write(path, bill(("2", "2", "EUR", "2025-01-15", "A"), ("3", "3", "EUR", "2025-01-15", '"A')))
        index(folder / "w", "-q", path, code=1)
        assert by_month(folder / "w") == {"2025-01": "1"}


@test
def a_refused_row_is_named_and_refuses_the_file_when_strict():
    with scratch() as folder:
        path = folder / "bill.csv"
        write(path, bill(("1", "1", "EUR", "2025-01-15", "A"), ("x", "1", "EUR", "2025-01-15", "A")))
        said = index(folder / "s", path, "--strict", code=1).err
        assert "line 3: BilledCost: no decimal number" in said, said
        said = index(folder / "w", path, code=0).err
        assert "1 cost lines; line 3: BilledCost: no decimal number" in said, said
        notes = [r for r in dry_run(path)[0] if r["record"] == "note"]
        assert any(n["skipped"] and n["path"].endswith("bill.csv:3") for n in notes), notes


@test
def what_a_bill_does_not_say_is_unknown_and_currencies_stay_apart():
    rows = (("1", "", "EUR", "2025-01-15", "A"), ("2", "", "USD", "2025-01-15", "A"), ("", "3", "USD", "2025-01-15", "B"))
    with scratch() as folder:
        write(folder / "bill.csv", bill(*rows))
        index(folder / "w", "-q", folder / "bill.csv", code=0)
        found, _ = reported(folder / "w", "--by", "service", "--metric", "billed")
        assert [(r["service"], r["currency"], r["cost"], r["unknown"]) for r in found] == [
            ("A", "EUR", "1", 0), ("A", "USD", "2", 0), ("B", "USD", None, 1)], found
        table = run("cost", "report", "--data", folder / "w", "--metric", "billed", code=0)
        assert "total 2 USD of 2 lines; 1 of them do not say it" in table.err, table.err


@test
def movers_compare_a_month_with_the_month_before():
    rows = (("10", "10", "EUR", "2025-01-15", "A"), ("15", "15", "EUR", "2025-02-15", "A"),
            ("4", "4", "EUR", "2025-01-31", "B"), ("1", "1", "EUR", "2025-02-28", "C"),
            ("99", "99", "EUR", "2025-03-01", "A"))
    with scratch() as folder:
        write(folder / "bill.csv", bill(*rows))
        index(folder / "w", "-q", folder / "bill.csv", code=0)
        words = ("cost", "movers", "--data", folder / "w", "--in", "2025-02", "-o", "json")
        moves = [(r["service"], r["before"], r["now"], r["change"], r["percent"])
                 for r in run(*words, code=0).json["items"]]
        assert moves == [("A", "10", "15", "5", "50.0"), ("B", "4", "0", "-4", "-100.0"), ("C", "0", "1", "1", None)], moves


@test
def a_line_is_joined_to_the_resource_that_its_id_names():
    machine = {"record": "resource", "source": "s", "address": "m", "native_type": "aws_instance",
               "native_id": "i-0123456789abcdef0", "name": "web", "tags": {"team": "red"}}
    rows = "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ServiceName,ResourceId\n"
    rows += "1,1,EUR,2025-01-15,A,i-0123456789abcdef0\n2,2,EUR,2025-01-15,A,i-0000000000000000f\n4,4,EUR,2025-01-15,B,\n"
    with scratch() as folder:
        write(folder / "bill.csv", rows)
        index(folder / "w", "-q", folder / "bill.csv", code=0)
        index(folder / "w", "-q", "-", stdin=json.dumps(machine).encode(), code=0)
        kinds, _ = reported(folder / "w", "--by", "resource.kind,resource.tag.team")
        assert [(r["resource.kind"], r["resource.tag.team"], r["cost"]) for r in kinds] == [
            ("instance", "red", "1"), (None, None, "6")], kinds
        words = ("cost", "unallocated", "--data", folder / "w", "-o", "json")
        left = {(r["match"], r["service"]): r["cost"] for r in run(*words, code=0).json["items"]}
        assert left == {("no resource id", "B"): "4", ("seen only in a bill", "A"): "2"}, left


ALLOCATION = {
    "properties": {"cluster": "one", "namespace": "shop", "controllerKind": "deployment", "controller": "web",
                   "providerID": "i-0123456789abcdef0", "labels": {"app": "web"}},
    "window": {"start": "2025-01-15T00:00:00Z", "end": "2025-01-16T00:00:00Z"}, "cpuCost": 0.25, "totalCost": 0.5,
}


@test
def what_opencost_estimates_is_never_added_to_a_bill():
    idle = {**ALLOCATION, "properties": {"cluster": "one"}, "totalCost": 2}
    broken = {**ALLOCATION, "totalCost": None}
    answer = {"code": 200, "data": [None, {}, {"one/shop": ALLOCATION, "__idle__": idle, "broken": broken}, {}]}
    with scratch() as folder:
        write(folder / "allocation.json", answer)
        write(folder / "bill.csv", bill(("10", "10", "USD", "2025-01-15", "A")))
        lines = [r for r in dry_run(folder / "allocation.json")[0] if r["record"] == "cost"]
        assert [line["AllocatedResourceId"] for line in lines] == ["one/shop/deployment/web", "one"], lines
        assert lines[0]["Tags"] == {"app": "web"} and lines[0]["extra"]["cpuCost"] == "0.25", lines[0]
        said = index(folder / "w", folder / "allocation.json", folder / "bill.csv", code=0).err
        assert "broken: totalCost: no number" in said, said
        assert [r["cost"] for r in reported(folder / "w", "--by", ",")[0]] == ["10"]
        estimates, _ = reported(folder / "w", "--by", "AllocatedResourceName", "--where", "basis=estimate")
        assert {r["AllocatedResourceName"]: r["cost"] for r in estimates} == {"one/shop": "0.5", "__idle__": "2"}
        both, meta = reported(folder / "w", "--by", "basis")
        assert {r["basis"]: r["cost"] for r in both} == {"bill": "10", "estimate": "2.5"} and meta["basis"] is None


def total(folder):
    return {t["currency"]: t["cost"] for t in reported(folder, "--by", ",", "--metric", "billed")[1]["totals"]}


PARTS = (("1", "1", "EUR", "2025-01-15", "A"), ("20", "20", "EUR", "2025-01-16", "A"), ("300", "300", "EUR", "2025-02-01", "B"))


def write_parts(folder, pattern):
    paths = [folder / (pattern % (i + 1)) for i in range(len(PARTS))]
    for path, row in zip(paths, PARTS):
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, bill(row))
    return paths


@test
def the_parts_of_a_bill_replace_its_periods_together():
    with scratch() as folder:
        paths = write_parts(folder / "in", "bill-%05d.csv")
        for call in (paths, [folder / "in"], [paths[1]], ["--source", "acme", *paths]):
            index(folder / "w", "-q", *call, code=0)
            index(folder / "w", "-q", *call, code=0)
            assert total(folder / "w") == {"EUR": "642" if "acme" in call else "321"}, (call, total(folder / "w"))
        write(paths[0], bill(("2", "2", "EUR", "2025-01-15", "A")))
        index(folder / "w", "-q", paths[0], code=0)
        sources = {row["source"] for row in run("cost", "periods", "--data", folder / "w", "-o", "json", code=0).json["items"]}
        assert total(folder / "w") == {"EUR": "643"} and sources == {"acme", f"{folder}/in/bill-*.csv"}, sources


@test
def a_part_that_is_broken_or_missing_keeps_nothing_of_the_bill():
    with scratch() as folder:
        paths = write_parts(folder, "export/20250101-20250131/part_0_%04d.csv")
        index(folder / "w", "-q", folder / "export", code=0)
        for row, path in enumerate(paths):
            write(path, bill(("8", "8", "EUR", "2025-01-15", "A")) + ('"' if row == 1 else ""))
        said = index(folder / "w", folder / "export", code=1).err
        assert said.count("not kept, as another part of the bill failed") == 2 and "quot" in said, said
        assert total(folder / "w") == {"EUR": "321"}
        write(paths[1], bill(("8", "8", "EUR", "2025-01-15", "A")))
        names = [{"blobName": f"root/{path.name}"} for path in paths] + [{"blobName": "root/part_0_0004.csv"}]
        write(paths[0].parent / "manifest.json", {"exportConfig": {}, "blobs": names})
        said = index(folder / "w", folder / "export", code=1).err
        assert "names part_0_0004.csv, which is not there" in said and "the manifest of a bill" in said, said
        write(paths[0].parent / "manifest.json", {"exportConfig": {}, "blobs": names[:3]})
        index(folder / "w", "-q", folder / "export", code=0)
        assert total(folder / "w") == {"EUR": "324"}  # February was not delivered again


@test
def of_several_deliveries_of_a_period_the_newest_counts():
    with scratch() as folder:
        old = "data/BILLING_PERIOD=2025-01/2025-01-30T00:00:00Z-a/x-%05d.csv"
        new = "data/BILLING_PERIOD=2025-01/2025-01-31T00:00:00Z-b/x-00001.csv"
        write_parts(folder, old)
        (folder / new).parent.mkdir()
        write(folder / new, bill(("5", "5", "EUR", "2025-01-15", "A")))
        said = index(folder / "w", folder / "data", code=0).err
        assert said.count("an older delivery") == 3 and total(folder / "w") == {"EUR": "5"}, said
        for version in "ab":
            write_parts(folder, f"cur/20250101-20250201/{version}/cur-%d.csv")
        said = index(folder / "v", folder / "cur", code=1).err
        assert said.count("index the folder of the one that counts") == 6, said
        index(folder / "v", "-q", folder / "cur/20250101-20250201/a", code=0)
        assert total(folder / "v") == {"EUR": "321"}


@test
def what_is_numbered_like_parts_and_is_no_bill_is_read_file_by_file():
    thing = {"record": "resource", "source": "s", "address": "a", "native_type": "aws_instance", "name": "web"}
    with scratch() as folder:
        write(folder / "things-00001.ndjson", json.dumps(thing))
        write(folder / "things-00002.ndjson", "no JSON")
        said = index(folder / "w", folder / "things-00001.ndjson", folder / "things-00002.ndjson", code=0).err
        assert "1 resources" in said and "skipped" in said, said


if __name__ == "__main__":
    main()
