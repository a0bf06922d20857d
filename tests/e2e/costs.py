"""Reports of cost that join the bill to what the inventory knows."""

import datetime
import json
from xml.etree import ElementTree

from harness import index, main, run, scratch, test, write

HEADING = "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ServiceName,ChargeCategory,ResourceId,Tags\n"
LINES = (
    ("1", "1", "EUR", "2025-01-15", "A", "Usage", "i-00000000000000001", ""),
    ("2", "2", "EUR", "2025-02-15", "A", "Usage", "i-00000000000000001", ""),
    ("-0.5", "-0.5", "EUR", "2025-02-16", "A", "Credit", "i-00000000000000001", ""),
    ("10", "10", "EUR", "2025-02-15", "B", "Usage", "vol-00000000000000002", ""),
    ("0.000000000000000001", "0.000000000000000001", "EUR", "2025-02-15", "B", "Usage", "vol-00000000000000003", ""),
    ("100", "100", "EUR", "2025-02-15", "C", "Usage", "", '"{""team"": ""red""}"'),
    ("7", "7", "USD", "2025-02-15", "C", "Usage", "", ""),
)
RESOURCES = (
    {"record": "resource", "source": "s", "address": "stack", "native_type": "app_stack", "native_id": "stack-1",
     "name": "shop"},
    {"record": "resource", "source": "s", "address": "machine", "native_type": "aws_instance",
     "native_id": "i-00000000000000001", "name": "web", "tags": {"team": "red"}},
    {"record": "resource", "source": "s", "address": "disk", "native_type": "aws_ebs_volume",
     "native_id": "vol-00000000000000002", "name": "data"},
    {"record": "resource", "source": "s", "address": "other", "native_type": "aws_ebs_volume",
     "native_id": "vol-00000000000000003", "name": "other"},
    {"record": "relation", "source": "s", "from": "machine", "to": "stack", "type": "in_stack"},
    {"record": "relation", "source": "s", "from": "disk", "to": "machine", "type": "depends_on"},
    {"record": "relation", "source": "s", "from": "disk", "to": "stack", "type": "parent"},
    {"record": "relation", "source": "s", "from": "stack", "to": "disk", "type": "depends_on"},
    {"record": "relation", "source": "s", "from": "other", "to": "stack", "type": "uses"},
)


def held(folder):
    """The bill beside the inventory; the uid of each resource by its name."""
    write(folder / "bill.csv", HEADING + "".join(",".join(line) + "\n" for line in LINES))
    index(folder / "w", "-q", folder / "bill.csv", code=0)
    index(folder / "w", "-q", "-", stdin="\n".join(map(json.dumps, RESOURCES)).encode(), code=0)
    found = run("search", "--data", folder / "w", "-o", "json", "*", code=0).json["items"]
    return {row["name"]: row["uid"] for row in found}


def report(folder, *words):
    answer = run("cost", "--data", folder / "w", "-o", "json", *words, code=0).json
    return answer["items"], answer["meta"]


@test
def the_first_of_the_largest_are_those_of_all_of_them():
    with scratch() as folder:
        held(folder)
        for words in (("top", "--by", "resource"), ("top", "--by", "month,resource.name,charge"), ("untagged", "owner"), ("unallocated",),
                      ("top", "--by", "resource", "--compare", "--in", "2025-02")):
            rows, meta = report(folder, *words, "--limit", "1000")
            for limit in range(1, len(rows) + 1):
                some, about = report(folder, *words, "--limit", str(limit))
                assert some == rows[:limit], (words, limit, some, rows)
                assert about == meta, (words, about, meta)


@test
def a_share_that_is_rounded_to_nothing_has_no_sign():
    with scratch() as folder:
        lines = ("1000,1000,EUR,2025-02-15,A,Usage,,\n", "-0.01,-0.01,EUR,2025-02-15,B,Credit,,\n")
        write(folder / "bill.csv", HEADING + "".join(lines))
        index(folder / "w", "-q", folder / "bill.csv", code=0)
        rows, _ = report(folder, "top", "--by", "service")
        assert [(r["service"], r["share"]) for r in rows] == [("A", "100.0"), ("B", "0.0")], rows
        for form in ("table", "csv"):
            shown = run("cost", "top", "--data", folder / "w", "--by", "service", "-o", form, code=0).out
            assert "-0.0 " not in shown and "-0.0," not in shown and "0.0" in shown, shown


@test
def a_resource_shows_what_it_costs_by_month_and_kind_of_charge():
    with scratch() as folder:
        uid = held(folder)["web"]
        rows, meta = report(folder, "show", uid)
        assert [(r["month"], r["charge"], r["cost"], r["share"]) for r in rows] == [
            ("2025-01", "Usage", "1", "40.0"), ("2025-02", "Credit", "-0.5", "-20.0"),
            ("2025-02", "Usage", "2", "80.0")], rows
        assert (meta["name"], meta["type"]) == ("web", "aws.ec2.instance"), meta
        assert [t["cost"] for t in meta["totals"]] == ["2.5"], meta


@test
def a_tree_counts_each_resource_once_whatever_leads_to_it():
    with scratch() as folder:
        uids = held(folder)
        rows, meta = report(folder, "tree", uids["shop"])
        assert [(r["resource.name"], r["cost"]) for r in rows] == [("data", "10"), ("web", "2.5")], rows
        assert [t["cost"] for t in meta["totals"]] == ["12.5"], meta
        rows, _ = report(folder, "tree", uids["other"])
        assert [(r["resource.name"], r["cost"]) for r in rows] == [("other", "0.000000000000000001")], rows


@test
def a_resource_that_is_not_known_costs_nothing_that_could_be_said():
    with scratch() as folder:
        held(folder)
        for verb in ("show", "tree"):
            said = run("cost", verb, "nothing", "--data", folder / "w", code=1).err
            assert "no resource with this uid, and no bill names it" in said, said
            assert "this report takes: UID" in run("cost", verb, "--data", folder / "w", code=2).err


@test
def what_no_inventory_knows_is_seen_only_in_a_bill():
    with scratch() as folder:
        write(folder / "bill.csv", HEADING + "".join(",".join(line) + "\n" for line in LINES))
        index(folder / "w", "-q", folder / "bill.csv", code=0)
        rows, meta = report(folder, "show", "vol-00000000000000002")
        assert [(r["month"], r["cost"]) for r in rows] == [("2025-02", "10")], rows
        assert meta["seen"] == "only in a bill" and meta.get("name") is None, meta
        rows, _ = report(folder, "report", "--by", "match", "--where", "currency=EUR")
        assert {r["match"]: r["cost"] for r in rows} == {"no resource id": "100",
                                                         "seen only in a bill": "12.500000000000000001"}, rows
        for verb in ("report", "top", "movers", "untagged", "explain", "commitments", "anomalies", "forecast", "currencies",
                     "unallocated", "periods", "changes"):
            words = {"movers": ["--in", "2025-02"], "untagged": ["team"], "explain": ["2025-01", "2025-02"]}.get(verb, [])
            run("cost", verb, *words, "--data", folder / "w", code=0)


@test
def what_is_untagged_has_the_tag_neither_in_the_bill_nor_at_the_resource():
    with scratch() as folder:
        held(folder)
        rows, meta = report(folder, "untagged", "team", "--by", "service")
        assert [(r["service"], r["currency"], r["cost"], r["share"]) for r in rows] == [
            ("B", "EUR", "10.000000000000000001", "8.9"), ("C", "USD", "7", "100.0")], rows
        assert {t["currency"]: t["cost"] for t in meta["whole"]} == {
            "EUR": "112.500000000000000001", "USD": "7"}, meta


@test
def a_table_shows_money_in_hundredths_and_says_what_it_leaves_out():
    with scratch() as folder:
        held(folder)
        shown = run("cost", "top", "--by", "service", "--limit", "3", "--data", folder / "w", code=0)
        assert shown.out.splitlines() == [
            "SERVICE  CURRENCY    COST  SHARE  LINES  UNKNOWN", "C        EUR       100.00   88.9      1        0",
            "B        EUR        10.00    8.9      2        0", "A        EUR         2.50    2.2      3        0",
        ], shown.out
        assert "3 of 4 rows; see more with --limit" in shown.err, shown.err
        assert "shown in hundredths" in shown.err and "112.500000000000000001 EUR of 6 lines" in shown.err, shown.err
        rows = run("cost", "periods", "--limit", "1", "--data", folder / "w", "-o", "json", code=0).json
        assert (len(rows["items"]), rows["meta"]["rows"]) == (1, 3), rows


@test
def a_chart_is_drawn_of_blocks_or_as_a_picture_that_holds_the_exact_sums():
    with scratch() as folder:
        held(folder)
        words = ("cost", "report", "--data", folder / "w", "--where", "currency=EUR")
        drawn = run(*words, "-o", "chart", code=0).out.splitlines()
        assert drawn[:4] == ["EUR", "C   █  100.00", "B   █   10.00", "A  ▆█    2.50"], drawn
        picture = run(*words, "-o", "svg", code=0).out
        titles = [t.text for t in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}title")]
        assert "2025-02 B: 10.000000000000000001 EUR" in titles and len(titles) == 7, titles
        for form in ("chart", "svg"):
            said = run("search", "kind:*", "--data", folder / "w", "-o", form, code=2).err
            assert "no column of numbers to draw" in said, said
        counted = run("search", "kind:* | count by kind | as chart", "--data", folder / "w", code=0).out
        assert "█" in counted and "volume" in counted, counted


@test
def a_report_is_of_what_a_query_finds():
    with scratch() as folder:
        uid = held(folder)["web"]
        rows, _ = report(folder, "report", "--by", "service", "--query", "kind:volume")
        assert [(r["service"], r["cost"]) for r in rows] == [("B", "10.000000000000000001")], rows
        rows, _ = report(folder, "top", "--by", "service", "--query", "name:web | -->")
        assert rows == [], rows
        assert run("cost", "report", "--query", "* | count", "--data", folder / "w", code=2).err
        said = run("cost", "show", uid, "--query", "name:web", "--data", folder / "w", code=2).err
        assert "leave --query out" in said, said


@test
def every_report_says_what_its_amounts_are_and_of_how_much():
    with scratch() as folder:
        uid = held(folder)["web"]
        rows, meta = report(folder, "report", "--where", "service=A", "--by", "service", "--in", "2025-02")
        assert meta["covers"] == [{"currency": "EUR", "of": "111.500000000000000001", "percent": "1.3"}], meta
        assert "covers" not in report(folder, "report", "--by", "service")[1]
        assert report(folder, "report", "--query", "name:web", "--by", ",")[1]["covers"][0]["percent"] == "2.2"
        for words, said in ((("report", "--in", "2025-02", "--where", "currency=EUR"),
                             "effective cost from bills, 2025-02-01 until before 2025-03-01"),
                            (("report", "--metric", "list", "--from", "2025-02"), "list cost from bills, from 2025-02-01"),
                            (("report", "--until", "2025-02-16"), "effective cost from bills, until before 2025-02-16"),
                            (("report", "--where", "basis=bill|estimate"), "effective cost from bills and estimates, all that is held"),
                            (("movers", "--in", "2025-02"), "2025-03-01, beside 2025-01-01 until before 2025-02-01"),
                            (("report", "-o", "chart"), "effective cost from bills, all that is held"),
                            (("show", uid), "; 2.2 % of all 112.500000000000000001")):
            err = run("cost", *words, "--data", folder / "w", code=0).err
            assert said in err, (words, err)
        for text, covers, dated in (("EUR,USD,2,2025-02\n", [{"currency": "USD", "of": "230.000000000000000002", "percent": "3.0"}],
                                     [{"from": "EUR", "month": "2025-02", "rate": "2"}]), ("GBP,USD,2,2025-02\n", None, [])):
            write(folder / "rates.csv", text)
            rows, meta = report(folder, "report", "--by", ",", "--in", "2025-02", "--where", "currency=USD", "--rates", folder / "rates.csv")
            assert (rows[0]["cost"], meta.get("covers"), meta["converted"]["dated"]) == ("7", covers, dated), meta
        title = run("cost", "movers", "--in", "2025-02", "-o", "svg", "--data", folder / "w", code=0).out
        assert "movers: change of effective cost from bills by service, 2025-02-01 until before 2025-03-01" in title
        by_bill, meta = report(folder, "show", RESOURCES[1]["native_id"])
        assert by_bill == report(folder, "show", uid)[0] and meta["seen"] == "in the inventory" and meta["name"] == "web", meta


@test
def amounts_are_converted_at_rates_that_are_shown():
    with scratch() as folder:
        held(folder)
        write(folder / "rates.csv", "from,to,rate\nEUR,USD,1.1\nGBP,USD,1.3\n")
        rates = ("--rates", folder / "rates.csv")
        rows, meta = report(folder, "report", "--by", "service", *rates)
        assert [(r["service"], r["currency"], r["cost"]) for r in rows] == [
            ("A", "USD", "2.75"), ("B", "USD", "11.000000000000000001"), ("C", "USD", "117")], rows
        assert [(t["currency"], t["cost"], t["lines"]) for t in meta["totals"]] == [
            ("USD", "130.750000000000000001", 7)], meta
        assert meta["converted"] == {"to": "USD", "rates": {"EUR": "1.1", "GBP": "1.3"}}, meta
        shown = run("cost", "report", "--by", "service", *rates, "--data", folder / "w", code=0).err
        assert "converted to USD: 1 EUR is 1.1, 1 GBP is 1.3" in shown, shown
        for words in (("movers", "--in", "2025-02"), ("explain", "2025-01", "2025-02"), ("untagged", "team"), ("forecast",),
                      ("commitments",), ("anomalies",)):
            rows, meta = report(folder, *words, *rates)
            assert {r["currency"] for r in rows} <= {"USD"} and meta["converted"]["to"] == "USD", rows
        for text, said in (("EUR,USD,x", "line 1: a rate is"), ("EUR,USD,1\nGBP,EUR,2", "line 2: expected two codes"),
                           ("EUR,USD", "line 1: expected from, to, rate"), ("from,to,rate\n", "there is no rate"),
                           ("EUR,USD,1\nEUR,USD,2", "two rates of EUR begin at the same time"),
                           ("EUR,USD,1,2025-03\nEUR,USD,2,2025-03-01", "two rates of EUR begin at the same time"),
                           ("EUR,USD,1,2025", "line 1: a rate holds in a month, 2025-03, or from a day, 2025-03-04"),
                           ("EUR,USD,1,2025-03-04T05:06:07Z", "line 1: a rate holds in a month"),
                           ("EUR,USD,1,2025-02", "there is no rate from EUR to USD on 2025-01-01"),
                           ("EUR,USD,1,2025-01-15,x", "line 1: expected from, to, rate and perhaps a month or day"),
                           ("GBP,USD,2", "there is no rate from EUR to USD")):
            write(folder / "rates.csv", text)
            err = run("cost", "report", *rates, "--data", folder / "w", code=2).err
            assert said in err, err


@test
def the_day_of_a_charge_decides_which_rate_it_has():
    with scratch() as folder:
        held(folder)  # 1 EUR on 2025-01-15, then 2 and -0.5 on 2025-02-15 and 16, 110 and a little on 2025-02-15
        def converted(text, *words):
            write(folder / "rates.csv", text)
            rows, meta = report(folder, "report", *words, "--rates", folder / "rates.csv")
            return {r.get("month") or r.get("week") or r.get("day") or r.get("year"): r["cost"] for r in rows}, meta
        by_service = ("--where", "service=A")
        months = "from,to,rate,when\nEUR,USD,10,2025-01\nEUR,USD,100,2025-02\nEUR,USD,7,2024-12\n"
        sums, meta = converted(months, "--by", "month", *by_service)
        assert sums == {"2025-01": "10", "2025-02": "150"}, sums
        assert meta["converted"] == {"to": "USD", "rates": {}, "dated": [
            {"from": "EUR", "month": "2025-01", "rate": "10"}, {"from": "EUR", "month": "2025-02", "rate": "100"}]}, meta
        for words, expected in ((("--by", ","), {None: "160"}), (("--by", "year"), {"2025": "160"}),
                                (("--by", "week"), {"2025-01-13": "10", "2025-02-10": "150"}),
                                (("--by", "day"), {"2025-01-15": "10", "2025-02-15": "200", "2025-02-16": "-50"})):
            assert converted(months, *words, *by_service)[0] == expected, (words, converted(months, *words, *by_service)[0])
        days = "EUR,USD,2\nEUR,USD,3,2025-02-16\nEUR,USD,5,2025-03-01\n"
        sums, meta = converted(days, "--by", "month", *by_service)
        assert sums == {"2025-01": "2", "2025-02": "2.5"}, sums
        assert meta["converted"] == {"to": "USD", "rates": {"EUR": "2"},
                                     "dated": [{"from": "EUR", "since": "2025-02-16", "rate": "3"}]}, meta
        both = "EUR,USD,2,2025-01-01\nEUR,USD,4,2025-02\n"
        assert converted(both, "--by", "month", *by_service)[0] == {"2025-01": "2", "2025-02": "6"}
        said = run("cost", "report", "--rates", folder / "rates.csv", "--data", folder / "w", code=0).err
        assert "converted to USD: 1 EUR is 2 from 2025-01-01, 1 EUR is 4 in 2025-02" in said, said
        write(folder / "rates.csv", months)
        rows, _ = report(folder, "movers", "--in", "2025-02", "--by", "service", "--where", "service=A", "--rates", folder / "rates.csv")
        assert [(r["before"], r["now"]) for r in rows] == [("10", "150")], rows


COMMITTED = """BilledCost,EffectiveCost,ContractedCost,BillingCurrency,ChargePeriodStart,ServiceName,ChargeCategory,PricingCategory,\
CommitmentDiscountId,CommitmentDiscountStatus
0,6,10,EUR,2025-02-01,EC2,Usage,Committed,sp-1,Used
0,0.5,1,EUR,2025-02-01,RDS,Usage,Committed,sp-1,Used
0,2,0,EUR,2025-02-01,EC2,Usage,Committed,sp-1,Unused
5,5,5,EUR,2025-02-01,EC2,Usage,Standard,,
3,3,3,EUR,2025-02-01,S3,Usage,Standard,,
2,2,9,EUR,2025-02-01,EC2,Usage,Dynamic,,
8.5,0,0,EUR,2025-02-01,EC2,Purchase,Committed,sp-1,
1,1,1,EUR,2025-02-01,EC2,Tax,Standard,,
0,4,,USD,2025-02-01,EC2,Usage,Committed,sp-2,Used
"""


@test
def commitments_are_used_and_cover_and_save():
    with scratch() as folder:
        write(folder / "bill.csv", COMMITTED)
        index(folder / "w", "-q", folder / "bill.csv", code=0)
        members = ("used", "unused", "utilisation", "covered", "uncovered", "coverage", "saved")
        rows = {(r["commitment"], r["currency"]): tuple(r[m] for m in members) for r in report(folder, "commitments")[0]}
        assert rows == {("sp-1", "EUR"): ("6.5", "2", "76.5", "11", "0", "100.0", "2.5"),
                        ("sp-2", "USD"): ("4", "0", "100.0", None, "0", None, None),
                        (None, "EUR"): ("0", "0", None, "0", "8", "0.0", "0")}, rows
        rows = {(r["service"], r["currency"]): tuple(r[m] for m in members)
                for r in report(folder, "commitments", "--by", "service,month")[0]}
        assert rows == {("EC2", "EUR"): ("6", "2", "75.0", "10", "5", "66.7", "2"),
                        ("EC2", "USD"): ("4", "0", "100.0", None, "0", None, None),
                        ("RDS", "EUR"): ("0.5", "0", "100.0", "1", "0", "100.0", "0.5"),
                        ("S3", "EUR"): ("0", "0", None, "0", "3", "0.0", "0")}, rows
        said = run("cost", "commitments", "--metric", "billed", "--data", folder / "w", code=2).err
        assert "leave --metric out" in said, said


def spent(folder, query):
    """The rows of `query`, and the notes of the answer."""
    answer = run("search", "--data", folder / "w", "-o", "json", query, code=0).json
    rows = answer["rows"] if "rows" in answer else [item["name"] for item in answer["items"]]
    return rows, answer["meta"]["notes"]


@test
def queries_filter_sort_and_show_what_resources_cost():
    today = datetime.datetime.now(datetime.timezone.utc).date()
    month = (today.replace(day=1) - datetime.timedelta(days=1)).replace(day=1)
    before = (month - datetime.timedelta(days=1)).replace(day=1)
    web, data, other = (resource["native_id"] for resource in RESOURCES[1:4])
    lines = ((before, web, "2", "4", "EUR"), (month, web, "2", "5", "EUR"), (month, web, "-0.5", "-0.5", "EUR"),
             (month, data, "10", "0.000000000000000001", "EUR"), (month, other, "0", "0", "EUR"),
             (today - datetime.timedelta(days=1), other, "1", "1", "EUR"), (month, "not-known", "50", "50", "EUR"))
    with scratch() as folder:
        write(folder / "bill.csv", HEADING + "".join(
            f"{billed},{effective},{currency},{day},A,Usage,{resource},\n"
            for day, resource, billed, effective, currency in lines))
        index(folder / "w", "-q", folder / "bill.csv", code=0)
        index(folder / "w", "-q", "-", stdin="\n".join(map(json.dumps, RESOURCES)).encode(), code=0)
        rows, notes = spent(folder, "cost.month: | sort by cost.month desc | project name, cost.month, cost.billed.month, "
                                    "cost.change, cost.prev")
        if today.day > 1:  # yesterday is in this month
            assert rows == [["web", "4.5", "1.5", "12.5", "4"], ["data", "0.000000000000000001", "10", None, None],
                            ["other", "0", "0", None, None]], rows
        assert any(note.startswith(f"cost.month: effective cost from {month} until before {today.replace(day=1)}, "
                                   "from bills; EUR") for note in notes), notes
        assert spent(folder, "cost.change>10%")[0] == ["web"]
        assert spent(folder, "cost.change>13%")[0] == []
        assert spent(folder, "cost.prev>0EUR")[0] == ["web"]
        assert spent(folder, "cost.day=1")[0] == ["other"]
        assert spent(folder, "-cost.month: name:*")[0] == ["shop"]
        assert spent(folder, "cost.month>$0")[0] == []
        assert spent(folder, "cost.month>0 | <-- | project name")[0] == [["shop"], ["data"]]
        assert spent(folder, "cost.estimate:")[0] == []


def daily(uid, amounts, until, category="Usage"):
    """A line for each of the days before `until`, the last amount of the day before it."""
    return "".join(f"{amount},{amount},EUR,{until - datetime.timedelta(days=len(amounts) - i)},A,{category},{uid},\n"
                   for i, amount in enumerate(amounts))


@test
def the_forecast_of_a_resource_is_a_field_of_queries():
    today = datetime.datetime.now(datetime.timezone.utc).date()
    first = today.replace(day=1)
    days = ((first + datetime.timedelta(days=31)).replace(day=1) - first).days
    web, data, other = (resource["native_id"] for resource in RESOURCES[1:4])
    with scratch() as folder:
        write(folder / "bill.csv", HEADING + daily(web, ["2"] * 80, today) + daily(data, ["3"] * 5, today))
        write(folder / "estimate.json", {"code": 200, "data": [{"x": {
            "properties": {"cluster": "c", "providerID": other}, "totalCost": 1,
            "window": {"start": f"{first}T00:00:00Z", "end": f"{first}T01:00:00Z"}}}]})
        index(folder / "w", "-q", folder, code=0)
        index(folder / "w", "-q", "-", stdin="\n".join(map(json.dumps, RESOURCES)).encode(), code=0)
        rows, notes = spent(folder, "cost.forecast: | project name, cost.forecast, cost.billed.eur.forecast")
        assert rows == [["web", str(2 * days), str(2 * days)]], rows
        assert any(note == f"cost.forecast: effective cost of {first:%Y-%m}, from bills until before {today}, "
                           "a forecast from there; EUR" for note in notes), notes
        assert spent(folder, f"cost.forecast>{2 * days - 1} -cost.usd.forecast:")[0] == ["web"]
        assert spent(folder, "-cost.forecast: cost.30d: | sort by cost.forecast")[0] == ["data"], "five days say nothing"
        report_of = run("cost", "forecast", "--by", "resource.name", "--data", folder / "w", "-o", "json", code=0).json["items"]
        assert float(next(r["forecast"] for r in report_of if r["resource.name"] == "web" and r["month"] == f"{first:%Y-%m}")
                     ) == 2 * days or today.day == 1, report_of
        for query, names in (("cost.basis:bill", ["web", "data"]), ("cost.basis:billed", ["web", "data"]),
                             ("cost.basis:estimate", ["other"]), ("cost.basis:(bill, estimate)", ["web", "data", "other"]),
                             ("-cost.basis:", ["shop"])):
            assert sorted(spent(folder, query)[0]) == sorted(names), (query, spent(folder, query)[0])
        assert spent(folder, "cost.basis=estimate | project name, cost.basis")[0] == [["other", "estimate"]]
        said = run("search", "--data", folder / "w", "cost.usd.basis:bill", code=2).err
        assert "a basis has no metric and no currency" in said, said


@test
def costs_of_several_currencies_are_shown_but_not_sorted():
    with scratch() as folder:
        today = datetime.datetime.now(datetime.timezone.utc)
        month = (today.replace(day=1) - datetime.timedelta(days=1)).strftime("%Y-%m-01")
        uid = RESOURCES[1]["native_id"]
        write(folder / "bill.csv", HEADING + f"1,1,EUR,{month},A,Usage,{uid},\n2,2,USD,{month},A,Usage,{uid},\n")
        index(folder / "w", "-q", folder / "bill.csv", code=0)
        index(folder / "w", "-q", "-", stdin="\n".join(map(json.dumps, RESOURCES)).encode(), code=0)
        assert spent(folder, "cost.month: | project cost.month, cost.usd.month")[0] == [["1 EUR, 2 USD", "2"]]
        said = run("search", "--data", folder / "w", "* | sort by cost.month", code=2).err
        assert "costs in several currencies have no order" in said, said
        assert spent(folder, "cost.usd.month: | sort by cost.usd.month")[0] == ["web"]


@test
def a_charge_has_the_tags_of_its_day():
    def scan(folder, **tags):
        lines = [json.dumps({**RESOURCES[i], "tags": tags.get(name, {})}) for i, name in ((1, "web"), (2, "data"), (3, "other"))]
        index(folder / "w", "-q", "--source", "s", "-", stdin="\n".join(lines).encode(), code=0)
    web, data, other = (resource["native_id"] for resource in RESOURCES[1:4])
    with scratch() as folder:
        write(folder / "bill.csv", HEADING + "".join(f"{cost},{cost},EUR,{day},A,Usage,{of},\n" for cost, day, of in (
            (1, "2025-01-15", web), (2, "2999-01-15", web), (4, "2025-01-20", data), (8, "2999-01-20", data),
            (16, "2025-01-20", other), (32, "2999-02-20", other), (64, "2025-01-01", ""))))
        index(folder / "w", "-q", folder / "bill.csv", code=0)
        scan(folder, web={"team": "red", "a\"b.c": "1"}, other={"team": "green"})
        def by(name, *words):
            rows = report(folder, "report", "--by", name, *words)[0]
            return {(row[name], row.get("month")): row["cost"] for row in rows} if "," not in name else {
                tuple(row[n] for n in name.split(",")): row["cost"] for row in rows}
        assert by("resource.tag.team") == {("red", None): "3", ("green", None): "48", (None, None): "76"}
        scan(folder, web={"team": "blue"}, data={"team": "blue"}, other={"team": "green", "x": "y"})
        scan(folder, web={"team": "white"}, data={"team": "blue"}, other={"team": "green"})
        assert by("resource.tag.team") == {("red", None): "1", ("white", None): "2", ("blue", None): "8", ("green", None): "48",
                                           (None, None): "68"}, by("resource.tag.team")
        assert by("month,resource.tag.team", "--where", "match=matched") == {
            ("2025-01", "red"): "1", ("2025-01", "green"): "16", ("2025-01", None): "4", ("2999-01", "blue"): "8",
            ("2999-01", "white"): "2", ("2999-02", "green"): "32"}
        assert by("resource.tag.team", "--from", "2999") == {("white", None): "2", ("blue", None): "8", ("green", None): "32"}
        assert by("resource.tag.a\"b.c", "--until", "2999")[("1", None)] == "1"
        assert by("service", "--where", "resource.tag.team=red") == {("A", None): "1"}
        assert by("service", "--where", "resource.tag.team=") == {("A", None): "68"}
        rows, meta = report(folder, "untagged", "team", "--by", "resource.name")
        assert [(row["resource.name"], row["cost"]) for row in rows] == [(None, "64"), ("data", "4")], rows
        everything, _ = report(folder, "report", "--by", "resource.tag.team,resource.name,day")
        assert sum(float(row["cost"]) for row in everything) == 127 and len(everything) == 7, everything


@test
def a_charge_has_the_owner_stack_and_project_of_its_day_in_every_report():
    web, data = (resource["native_id"] for resource in RESOURCES[1:3])

    def scan(folder, **more):
        index(folder / "w", "-q", "--source", "s", "-", stdin=json.dumps({**RESOURCES[1], "tags": {}, **more}).encode(), code=0)

    def by(folder, name, verb="report", *words):
        rows = report(folder, verb, *words, "--by", name)[0]
        return {row[name]: row["cost"] for row in rows if row["cost"] != "0"}
    with scratch() as folder:
        write(folder / "bill.csv", HEADING + "".join(f"{cost},{cost},EUR,{day},A,Usage,{of},\n" for cost, day, of in (
            (1, "2025-01-15", web), (2, "2999-01-15", web), (4, "2025-01-20", data))))
        index(folder / "w", "-q", folder / "bill.csv", code=0)
        scan(folder, stack="old", project="p", tags={"Owner": "ana", "squad": "s1"}, labels={"owner": "no"})
        scan(folder, stack="old", project="p", tags={"Owner": "ana", "squad": "s1", "other": "x"}, labels={"owner": "no"})
        assert by(folder, "resource.owner") == {"ana": "3", None: "4"}
        scan(folder, stack="new", project="q", tags={"team": "blue"}, labels={"owner": "bo"}, name="renamed")
        for name, expected in (("resource.owner", {"ana": "1", "bo": "2", None: "4"}),
                               ("resource.team", {"s1": "1", "blue": "2", None: "4"}),
                               ("resource.stack", {"old": "1", "new": "2", None: "4"}),
                               ("resource.project", {"p": "1", "q": "2", None: "4"}),
                               ("resource.name", {"renamed": "3", None: "4"})):
            assert by(folder, name) == expected, (name, by(folder, name))
        assert by(folder, "resource.stack", "report", "--from", "2026") == {"new": "2"}
        write(folder / "rules.yaml", "dimension: owner\nrules:\n  - target: ana\n    where: resource.owner=ana\n"
                                     "  - target: late\n    where: resource.stack=new\n")
        rows, _ = report(folder, "allocate", "--file", str(folder / "rules.yaml"))
        assert {r["target"]: r["cost"] for r in rows} == {"ana": "1", "late": "2", "unallocated": "4"}, rows
        write(folder / "orders.csv", "2025-01,10\n2999-01,10\n")
        rows, _ = report(folder, "unit", "--file", str(folder / "orders.csv"), "--by", "month,resource.owner")
        assert [(r["month"], r["resource.owner"], r["cost"]) for r in rows] == [
            ("2025-01", "ana", "1"), ("2025-01", None, "4"), ("2999-01", "bo", "2")], rows
        rows, _ = report(folder, "explain", "2025-01", "2999-01", "--by", "resource.owner")
        assert {r["resource.owner"]: r["change"] for r in rows} == {"ana": "-1", "bo": "2", None: "-4"}, rows


@test
def costs_are_by_label_and_by_owner_too():
    with scratch() as folder:
        pods = [{"record": "resource", "source": "s", "address": f"pod-{n}", "native_type": "v1/Pod", "native_id": f"pod-{n}",
                 "name": f"pod-{n}", "provider": "kubernetes", **more} for n, more in enumerate((
                     {"labels": {"app.kubernetes.io/name": "shop", "Owner": "ana"}}, {"tags": {"owned-by": "li"}, "labels": {"owner": "bo"}},
                     {"annotations": {"note": "x"}}))]
        write(folder / "bill.csv", HEADING + "".join(f"{2 ** n},{2 ** n},EUR,2025-01-0{n + 1},A,Usage,pod-{n},\n" for n in range(3)))
        index(folder / "w", "-q", folder / "bill.csv", code=0)
        index(folder / "w", "-q", "-", stdin="\n".join(map(json.dumps, pods)).encode(), code=0)
        for name, expected in (("resource.label.app.kubernetes.io/name", {"shop": "1", None: "6"}),
                               ("resource.annotation.note", {"x": "4", None: "3"}),
                               ("resource.owner", {"ana": "1", "bo": "2", None: "4"})):
            rows, _ = report(folder, "report", "--by", name)
            assert {row[name]: row["cost"] for row in rows} == expected, (name, rows)
        rows, _ = report(folder, "report", "--by", "service", "--where", "resource.owner=ana|bo")
        assert [row["cost"] for row in rows] == ["3"], rows
        assert spent(folder, "| cost by resource.owner | where resource.owner:ana")[0] == [["ana", "EUR", "1", 1]]


@test
def sums_are_compared_with_the_period_before():
    with scratch() as folder:
        held(folder)
        rows, _ = report(folder, "report", "--by", "month,service", "--metric", "billed", "--compare", "--where", "currency=EUR")
        assert [(r["month"], r["service"], r["cost"], r["before"], r["change"], r["percent"]) for r in rows] == [
            ("2025-01", "A", "1", None, None, None), ("2025-02", "A", "1.5", "1", "0.5", "50.0"),
            ("2025-02", "B", "10.000000000000000001", "0", "10.000000000000000001", None),
            ("2025-02", "C", "100", "0", "100", None)], rows
        same, _ = report(folder, "report", "--by", "month,service", "--metric", "billed", "--compare", "--where", "currency=EUR",
                         "--in", "2025-02")
        assert [{k: v for k, v in r.items() if k != "share"} for r in same] == [
            {k: v for k, v in r.items() if k != "share"} for r in rows[1:]], same
        rows, _ = report(folder, "top", "--by", "service", "--compare", "--in", "2025-02", "--where", "currency=EUR,service=A")
        assert [(r["cost"], r["before"], r["change"], r["percent"]) for r in rows] == [("1.5", "1", "0.5", "50.0")], rows
        rows, _ = report(folder, "top", "--by", "service", "--compare", "--in", "2025-01", "--where", "service=A")
        assert [(r["cost"], r["before"], r["change"]) for r in rows] == [("1", None, None)], rows
        assert "only sums are compared" in run("cost", "--data", folder / "w", "movers", "--compare", code=2).err
        assert "which span of time" in run("cost", "--data", folder / "w", "top", "--compare", code=2).err


@test
def months_that_are_not_charged_to_their_end_are_said_to_be_partial():
    heading = "BilledCost,EffectiveCost,BillingCurrency,BillingPeriodStart,ChargePeriodStart,ChargePeriodEnd,ServiceName,ChargeCategory\n"
    with scratch() as folder:
        for name, lines in (("daily", ("2025-01-01,2025-01-31,2025-02-01", "2025-02-01,2025-02-03,2025-02-04", "2025-02-01,2025-02-01,2025-03-01")),
                            ("monthly", ("2025-02-01,2025-02-01,2025-03-01",)), ("older", ("2025-01-01,2025-01-09,",)),
                            ("hourly", ("2025-02-01,2025-02-28T23:00:00Z,2025-03-01T00:00:00Z",))):
            write(folder / f"{name}.csv", heading + "".join(f"1,1,EUR,{line},A,Usage\n" for line in lines))
            index(folder / "w", "-q", "--source", name, folder / f"{name}.csv", code=0)
        def partial(*words):
            return [(p["month"], p["source"], p["until"]) for p in report(folder, *words)[1]["partial"]]
        old, new = ("2025-01", "older", "2025-01-10T00:00:00Z"), ("2025-02", "daily", "2025-02-04T00:00:00Z")
        assert partial("report") == [new, old], partial("report")
        assert partial("report", "--in", "2025-02") == [new]
        assert partial("report", "--in", "2025-01-20") == [old]
        assert partial("report", "--in", "2025-01-03") == []
        assert partial("report", "--in", "2024-12") == []
        said = run("cost", "--data", folder / "w", "report", "--in", "2025-02", code=0).err
        assert "partial: 2025-02 of daily goes until 2025-02-04\n" in said, said


@test
def the_stage_cost_says_what_the_report_says():
    with scratch() as folder:
        held(folder)
        for by, metric, span in ((("month", "service"), "effective", "in 2025"), (("quarter", "charge", "tag.team"), "billed", ""),
                                 (("day", "resource"), "effective", "since 2025-02"), (("resource.name",), "billed", "until 2025-02")):
            words = ["report", "--by", ",".join(by), "--metric", metric]
            where = {"in": "--in", "since": "--from", "until": "--until"}
            words += [where[span.split()[0]], span.split()[1]] if span else []
            expected = [[row[name] for name in (*by, "currency", "cost", "lines")] for row in report(folder, *words)[0]]
            rows, notes = spent(folder, f"| cost {metric} by {', '.join(by)} {span}")
            assert rows == expected, (by, rows, expected)
            assert any(note.startswith(f"cost: {metric} cost") for note in notes), notes
            total = spent(folder, f"| cost {metric} by {', '.join(by)} {span} | summarize sum(amount), n=sum(lines) by currency")[0]
            sums = report(folder, *words)[1]["totals"]
            assert total == [[t["currency"], t["cost"], t["lines"]] for t in sums], (total, sums)


@test
def the_stage_cost_is_of_what_was_found():
    with scratch() as folder:
        held(folder)
        assert spent(folder, "name:web | cost by month")[0] == [
            ["2025-01", "web", "aws.ec2.instance", spent(folder, "name:web | project uid")[0][0][0], "EUR", "1", 1],
            ["2025-02", "web", "aws.ec2.instance", spent(folder, "name:web | project uid")[0][0][0], "EUR", "1.5", 2]]
        assert spent(folder, "name:web <-[depends_on]- | cost by service")[0] == [["B", "EUR", "10", 1]]
        assert spent(folder, "* | sort by name | limit 2 | cost by service | summarize sum(amount)")[0] == [
            ["10.000000000000000001"]]
        assert spent(folder, "name:nothing | cost by service")[0] == []
        assert spent(folder, "kind:volume | cost by service | count")[0] == [[1]]


@test
def costs_of_several_currencies_are_never_added():
    with scratch() as folder:
        held(folder)
        for query in ("| cost | summarize sum(amount)", "| cost by currency | summarize share(amount) by currency",
                      "| cost by service | project amount | summarize max(amount)"):
            said = run("search", "--data", folder / "w", query, code=2).err
            assert "costs in several currencies (EUR, USD) are never added" in said, said
        assert spent(folder, "| cost usd | summarize sum(amount)")[0] == [["7"]]
        assert spent(folder, "| cost by service | summarize n=count(), dcount(amount)")[0] == [[4, 4]]


main()
