"""Why two spans of time differ: the parts are the difference to the last decimal."""

import datetime
import decimal
import json
import random

from harness import SAMPLES, index, main, run, scratch, skip, test, write

EXACT = decimal.Context(prec=60)
COLUMNS = ("BilledCost", "EffectiveCost", "BillingCurrency", "ChargePeriodStart", "ServiceName", "ChargeCategory",
           "ChargeClass", "ResourceId", "SkuId", "PricingUnit", "PricingQuantity", "PricingCategory",
           "CommitmentDiscountId", "CommitmentDiscountStatus")
WEB, DATA, OTHER = "i-00000000000000001", "vol-00000000000000002", "vol-00000000000000003"


def line(cost, day, service, resource="", sku="", unit="", quantity="", currency="EUR", **more):
    row = {"BilledCost": cost, "EffectiveCost": cost, "BillingCurrency": currency, "ChargePeriodStart": day,
           "ServiceName": service, "ChargeCategory": "Usage", "ResourceId": resource, "SkuId": sku, "PricingUnit": unit,
           "PricingQuantity": quantity, **more}
    return ",".join(str(row.get(column, "")) for column in COLUMNS) + "\n"


def held(folder, lines):
    write(folder / "bill.csv", ",".join(COLUMNS) + "\n" + "".join(lines))
    index(folder / "w", "-q", folder / "bill.csv", code=0)


def explain(folder, *words):
    answer = run("cost", "explain", *words, "--data", folder / "w", "-o", "json", "--limit", "1000", code=0).json
    return answer["items"], answer["meta"]["differences"]


def total(rows, currency):
    return add_up(row["change"] for row in rows if row["currency"] == currency)


def add_up(texts):
    result = decimal.Decimal(0)
    for text in texts:
        result = EXACT.add(result, decimal.Decimal(text))
    return result


@test
def each_kind_of_change_has_its_part():
    committed = {"PricingCategory": "Committed", "CommitmentDiscountId": "sp", "CommitmentDiscountStatus": "Used"}
    with scratch() as folder:
        held(folder, [
            line(7, "2025-01-15", "EC2", WEB, "large", "h", 100), line(14, "2025-02-15", "EC2", WEB, "xlarge", "h", 100),
            line(10, "2025-01-15", "EBS", DATA, "gp3", "GB", 100), line(13, "2025-02-15", "EBS", DATA, "gp3", "GB", 120),
            line(5, "2025-02-15", "EBS", OTHER, "gp3", "GB", 50), line(2, "2025-01-15", "EBS", "vol-x", "gp3", "GB", 20),
            line(-3, "2025-02-15", "EBS", DATA, ChargeCategory="Credit"),
            line(-1, "2025-02-15", "EC2", WEB, "large", "h", 10, ChargeClass="Correction"),
            line("1.9", "2025-02-15", "Tax", ChargeCategory="Tax"),
            line(30, "2025-01-15", "RDS", "db", "m5", "h", 300),
            line(10, "2025-02-15", "RDS", "db", "m5", "h", 100), line(10, "2025-02-15", "RDS", "db", "m5", "h", 200, **committed),
            line(4, "2025-02-15", "RDS", "", "", "h", 40, **{**committed, "CommitmentDiscountStatus": "Unused"}),
            line(1, "2025-01-15", "Support"), line("1.5", "2025-02-15", "Support"),
            line(6, "2025-01-15", "Old", "x", currency="USD"),
        ])
        rows, differences = explain(folder, "2025-01", "2025-02")
        assert {(r["part"], r["currency"]): (r["change"], r["resources"]) for r in rows} == {
            ("usage", "EUR"): ("9", 2), ("commitments", "EUR"): ("-6", 1), ("new resources", "EUR"): ("5", 1),
            ("credits and refunds", "EUR"): ("-4", 2), ("vanished resources", "EUR"): ("-2", 1), ("taxes", "EUR"): ("1.9", 0),
            ("price", "EUR"): ("1", 1), ("unexplained", "EUR"): ("0.5", 0), ("vanished resources", "USD"): ("-6", 1)}, rows
        assert differences == [{"currency": "EUR", "before": "50", "now": "55.4", "change": "5.4"},
                               {"currency": "USD", "before": "6", "now": "0", "change": "-6"}], differences
        by_service, _ = explain(folder, "2025-01", "2025-02", "--by", "service")
        assert ("usage", "EBS", "2") in [(r["part"], r["service"], r["change"]) for r in by_service], by_service
        back, _ = explain(folder, "2025-02", "2025-01")
        assert total(back, "EUR") == decimal.Decimal("-5.4"), back
        text = run("cost", "explain", "2025-01", "2025-02", "--data", folder / "w", code=0)
        assert "50 EUR before, 55.4 now: 5.4 together" in text.err, text.err


@test
def what_the_inventory_saw_stands_beside_the_money():
    today = datetime.datetime.now(datetime.timezone.utc).date()
    last_month = (today.replace(day=1) - datetime.timedelta(days=1)).strftime("%Y-%m")
    def machine(kind):
        return json.dumps({"record": "resource", "source": "s", "address": "machine", "native_type": "aws_instance",
                           "native_id": WEB, "name": "web", "properties": {"instance_type": kind}}).encode()
    with scratch() as folder:
        held(folder, [line(7, f"{last_month}-02", "EC2", WEB, "large", "h", 100),
                      line(14, f"{today:%Y-%m}-01", "EC2", WEB, "xlarge", "h", 100)])
        for kind in ("m5.large", "m5.xlarge"):
            index(folder / "w", "-q", "-", stdin=machine(kind), code=0)
        row = explain(folder, last_month, f"{today:%Y-%m}")[0][0]
        largest = row["largest"][0]
        assert (row["part"], row["change"], largest["name"]) == ("usage", "7", "web"), row
        change = largest["changes"][0]
        assert (change["path"], change["old"], change["new"], change["source"]) == (
            ".instance_type", '"m5.large"', '"m5.xlarge"', "s"), largest
        assert row["why"].startswith('web: .instance_type was "m5.large", is "m5.xlarge" ('), row["why"]


@test
def the_parts_of_any_bill_add_up():
    for seed in range(30):
        generator = random.Random(seed)
        with scratch() as folder:
            held(folder, [line(
                f"{generator.randint(-50, 500)}.{generator.randint(0, 10**18):018}", f"2025-{generator.randint(1, 2):02}-15",
                generator.choice("ab"), generator.choice(["", "r1", "r2", "r3"]), generator.choice(["", "s1", "s2"]),
                generator.choice(["h", "GB"]), generator.choice(["", "0", "1.5", "7", "1000"]),
                generator.choice(["EUR", "USD"]),
                ChargeCategory=generator.choice(["Usage"] * 6 + ["Credit", "Tax", "Purchase", "Adjustment"]),
                CommitmentDiscountId=generator.choice(["", "", "sp"])) for _ in range(60)])
            for by in ("", "service", "resource,charge"):
                rows, differences = explain(folder, "2025-01", "2025-02", *(["--by", by] if by else []))
                for difference in differences:
                    expected = EXACT.subtract(decimal.Decimal(difference["now"]), decimal.Decimal(difference["before"]))
                    assert total(rows, difference["currency"]) == expected == decimal.Decimal(difference["change"]), (
                        seed, by, difference, rows)


@test
def the_parts_of_real_bills_add_up():
    if not SAMPLES.is_dir():
        skip("the samples are not here")
    with scratch() as folder:
        index(folder / "w", "-q", f"{SAMPLES}/cost")
        months = [row["month"] for row in run("cost", "report", "--by", "month", "--data", folder / "w", "-o", "json",
                                              code=0).json["items"]]
        for before, now in zip(sorted(set(months)), sorted(set(months))[1:]):
            rows, differences = explain(folder, before, now)
            for difference in differences:
                assert total(rows, difference["currency"]) == decimal.Decimal(difference["change"]), (before, now, rows)


@test
def what_cannot_be_compared_is_said():
    with scratch() as folder:
        held(folder, [line(1, "2025-01-15", "a")])
        for words, said in ((("explain", "2025-01"), "this report takes: FROM TO"),
                            (("explain", "2025-01", "someday"), "‘someday’ is no time"),
                            (("explain", "2025-01", "2025-02", "--by", "month"), "explained as wholes"),
                            (("report", "--versus", "2025-01"), "compares nothing")):
            err = run("cost", *words, "--data", folder / "w", code=2).err
            assert said in err, err


@test
def movers_are_beside_the_span_that_is_named():
    with scratch() as folder:
        held(folder, [line(1, "2024-02-15", "a"), line(5, "2025-01-15", "a"), line(3, "2025-02-15", "a")])
        answer = run("cost", "movers", "--in", "2025-02", "--versus", "2024-02", "--data", folder / "w", "-o", "json",
                     code=0).json
        assert [(r["before"], r["now"], r["change"]) for r in answer["items"]] == [("1", "3", "2")], answer
        assert answer["meta"]["before_until"] == "2024-03-01T00:00:00Z", answer["meta"]


main()
