"""Allocation: the first rule has the money, and the parts are the bill to the last decimal."""

import decimal
import json

from harness import SAMPLES, SOURCE, index, main, run, scratch, skip, test, write

EXACT = decimal.Context(prec=60)
HEADING = "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ServiceName,SubAccountId,ResourceId\n"
LINES = (
    ("3", "EUR", "2025-01-15", "A", "1", "i-00000000000000001"),
    ("1", "EUR", "2025-02-15", "A", "2", ""),
    ("2", "EUR", "2025-02-15", "B", "1", "vol-00000000000000002"),
    ("10", "EUR", "2025-01-15", "Support", "9", ""),
    ("-0.000000000000000001", "EUR", "2025-02-15", "Support", "9", ""),
    ("5", "EUR", "2025-02-15", "C", "9", ""),
    ("7", "USD", "2025-02-15", "Support", "9", ""),
    ("", "EUR", "2025-02-15", "D", "9", ""),
)
RESOURCES = (
    {"record": "resource", "source": "s", "address": "machine", "native_type": "aws_instance",
     "native_id": "i-00000000000000001", "name": "web", "tags": {"team": "red"}},
    {"record": "resource", "source": "s", "address": "disk", "native_type": "aws_ebs_volume",
     "native_id": "vol-00000000000000002", "name": "data"},
)
RULES = """dimension: team
rules:
  - target: red
    query: tag.team:red
  - target: blue
    where: service=A|B
  - name: support
    split: in proportion
    where: service=Support
  - target: unknown
    where: service=D
"""


def allocate(folder, rules, *words, code=0):
    write(folder / "rules.yaml", rules)
    return run("cost", "allocate", "--data", folder / "w", "-o", "json", "--file", folder / "rules.yaml", *words, code=code)


def held(folder):
    write(folder / "bill.csv", HEADING + "".join(f"{l[0] or 1},{','.join(l)}\n" for l in LINES))
    index(folder / "w", "-q", folder / "bill.csv", code=0)
    index(folder / "w", "-q", "-", stdin="\n".join(map(json.dumps, RESOURCES)).encode(), code=0)


def shown(answer, *names):
    return [tuple(row[name] for name in names) for row in answer.json["items"]]


def by_currency(meta):
    return sorted(meta["totals"], key=lambda total: total["currency"])


def totals(data, *words):
    answer = run("cost", "report", "--data", data, "-o", "json", *words, code=0).json
    return by_currency(answer["meta"])


def check_adds_up(data, answer, *words):
    meta = answer.json["meta"]
    assert by_currency(meta) == totals(data, *words), meta
    for total in meta["totals"]:
        costs = [decimal.Decimal(r["cost"] or 0) for r in answer.json["items"] if r["currency"] == total["currency"]]
        parts = decimal.Decimal(0)
        for cost in costs:
            parts = EXACT.add(parts, cost)
        assert parts == decimal.Decimal(total["cost"]), (total, parts)


@test
def the_first_rule_that_takes_a_line_has_it_and_shared_cost_follows_the_direct():
    with scratch() as folder:
        held(folder)
        answer = allocate(folder, RULES, "--in", "2025")
        assert shown(answer, "target", "rule", "how", "currency", "cost") == [
            ("red", "rule 1", "direct", "EUR", "3"),
            ("blue", "rule 2", "direct", "EUR", "3"),
            ("red", "support", "split", "EUR", "5"),
            ("blue", "support", "split", "EUR", "4.999999999999999999"),
            ("unknown", "support", "split", "EUR", "0"),
            ("unknown", "rule 4", "direct", "EUR", None),
            ("unallocated", None, "remainder", "EUR", "5"),
            ("unallocated", None, "remainder", "USD", "7"),
        ], answer.json["items"]
        assert answer.json["meta"]["dimension"] == "team"
        check_adds_up(folder / "w", answer, "--in", "2025")


@test
def each_month_is_divided_by_itself():
    with scratch() as folder:
        held(folder)
        answer = allocate(folder, RULES, "--by", "month", "--where", "currency=EUR,service!=D")
        assert shown(answer, "month", "target", "how", "cost") == [
            ("2025-01", "red", "direct", "3"),
            ("2025-01", "red", "split", "10"),
            ("2025-01", "blue", "split", "0"),
            ("2025-01", "unknown", "split", "0"),
            ("2025-01", "unallocated", "remainder", "0"),
            ("2025-02", "blue", "direct", "3"),
            ("2025-02", "red", "split", "0"),
            ("2025-02", "blue", "split", "-0.000000000000000001"),
            ("2025-02", "unknown", "split", "0"),
            ("2025-02", "unallocated", "remainder", "5"),
        ], answer.json["items"]
        check_adds_up(folder / "w", answer, "--where", "currency=EUR,service!=D")


@test
def weights_and_equal_shares_need_no_direct_cost():
    with scratch() as folder:
        held(folder)
        rules = "dimension: product\nrules:\n  - split: {a: 2, b: 1}\n    where: service=Support\n" \
                "  - split: evenly\n    among: [a, b, c]\n"
        answer = allocate(folder, rules, "--where", "currency=EUR,service=Support|C")
        assert shown(answer, "target", "cost") == [
            ("a", "6.666666666666666666"), ("b", "3.333333333333333333"),
            ("a", "1.666666666666666667"), ("b", "1.666666666666666667"), ("c", "1.666666666666666666"),
            ("unallocated", "0")], answer.json["items"]


@test
def the_rules_of_the_document_are_rules():
    text = (SOURCE / "docs/COSTS.md").read_text()
    rules = text.partition("```yaml\ndimension:")[2].partition("```")[0]
    assert rules.count("split:") == 3, text
    with scratch() as folder:
        held(folder)
        check_adds_up(folder / "w", allocate(folder, "dimension:" + rules))


@test
def rules_that_cannot_be_are_refused_with_their_line():
    with scratch() as folder:
        held(folder)
        for rules, wanted in (
            ("dimension: team\nrules:\n  - target: a\n    were: x\n", "line 4: unknown key ‘were’"),
            ("dimension: team\nrules:\n  - target: a\n    where: servise=A\n", "line 3: "),
            ("dimension: team\nrules:\n  - target: a\n    query: 'kind:'\n  - target: b\n    query: '* | count'\n",
             "line 5: the query must find resources"),
            ("dimension: [", "line 2, column 1"),
        ):
            said = allocate(folder, rules, code=2).err
            assert wanted in said and "rules.yaml" in said, said
        assert "told by a period alone" in allocate(folder, RULES, "--by", "service", code=2).err


@test
def every_bill_of_the_samples_is_divided_without_a_remainder_of_its_own():
    bills = sorted((SAMPLES / "cost").glob("*.csv*")) if (SAMPLES / "cost").is_dir() else []
    if not bills:
        skip("no bills among the samples")
    rules = "dimension: team\nrules:\n  - target: a\n    where: charge=Usage,region!=\n" \
            "  - split: {a: 1, b: 2, c: 3.7}\n    where: charge=Usage\n  - split: in proportion\n    where: charge=Tax\n"
    with scratch() as folder:
        for bill in bills[:4]:
            index(folder / "w", "-q", bill)
        for words in (("--metric", "billed"), ("--metric", "billed", "--by", "month")):
            check_adds_up(folder / "w", allocate(folder, rules, *words), *words)


def unit(folder, series, *words, code=0):
    write(folder / "orders.csv", series)
    return run("cost", "unit", "--data", folder / "w", "-o", "json", "--file", folder / "orders.csv", *words, code=code)


@test
def a_series_gives_the_cost_of_one():
    with scratch() as folder:
        held(folder)
        series = "day,orders\n2025-01-03,1\n2025-01-31,2.5\n2025-03-01,9\n"
        answer = unit(folder, series, "--where", "currency=EUR")
        assert shown(answer, "month", "cost", "units", "unit_cost") == [
            ("2025-01", "13", "3.5", "3.714285714"), ("2025-02", "7.999999999999999999", None, None)], answer.json
        assert answer.json["meta"]["digits"] == 9
        answer = unit(folder, series, "--by", "week", "--where", "service=A")
        assert shown(answer, "week", "units") == [("2025-01-13", None), ("2025-02-10", None)], answer.json
        answer = unit(folder, "2025-01-12,1\n2025-01-13,2\n2025-01-19,4\n2025-01-20,8\n", "--by", "week", "--in", "2025-01",
                      "--where", "service=A")
        assert shown(answer, "week", "units", "unit_cost") == [("2025-01-13", "6", "0.5")], answer.json
        for series, wanted in (("2025-01,2\n2025-02\n", "line 2: expected a time"), ("2025-01,-1\n", "line 1: a value"),
                               ("a,b\nc,1\n", "line 2: no time")):
            said = unit(folder, series, code=2).err
            assert "orders.csv, " + wanted in said, said
        assert "longer than the periods" in unit(folder, "2025-01,2\n", "--by", "day", code=2).err


main()
