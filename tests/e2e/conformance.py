"""Which rules of FOCUS a file breaks: each kind of rule, by a file that keeps it and one that does not."""

import gzip

from harness import SAMPLES, main, run, scratch, skip, test, write

# A row that keeps every rule that can be told from it.
ROW = {
    "AvailabilityZone": "", "BilledCost": "1.5", "BillingAccountId": "1", "BillingAccountName": "one", "BillingAccountType": "Account",
    "BillingCurrency": "USD", "BillingPeriodEnd": "2025-02-01T00:00:00Z", "BillingPeriodStart": "2025-01-01T00:00:00Z",
    "CapacityReservationId": "", "CapacityReservationStatus": "", "ChargeCategory": "Usage", "ChargeClass": "",
    "ChargeDescription": "hours", "ChargeFrequency": "Usage-Based", "ChargePeriodEnd": "2025-01-02T00:00:00Z",
    "ChargePeriodStart": "2025-01-01T00:00:00Z", "CommitmentDiscountCategory": "", "CommitmentDiscountId": "",
    "CommitmentDiscountName": "", "CommitmentDiscountQuantity": "", "CommitmentDiscountStatus": "", "CommitmentDiscountType": "",
    "CommitmentDiscountUnit": "", "ConsumedQuantity": "3", "ConsumedUnit": "Hours", "ContractedCost": "1.5",
    "ContractedUnitPrice": "0.5", "EffectiveCost": "1.5", "InvoiceId": "", "InvoiceIssuerName": "AWS", "ListCost": "3",
    "ListUnitPrice": "1", "PricingCategory": "Standard", "PricingCurrency": "USD", "PricingCurrencyContractedUnitPrice": "0.5",
    "PricingCurrencyEffectiveCost": "1.5", "PricingCurrencyListUnitPrice": "1", "PricingQuantity": "3", "PricingUnit": "Hours",
    "ProviderName": "AWS", "PublisherName": "AWS", "RegionId": "us-east-1", "RegionName": "US East", "ResourceId": "i-1",
    "ResourceName": "", "ResourceType": "Instance", "ServiceCategory": "Compute", "ServiceName": "EC2",
    "ServiceSubcategory": "Virtual Machines", "SkuId": "S", "SkuMeter": "Hours", "SkuPriceDetails": "{}", "SkuPriceId": "S.1",
    "SubAccountId": "2", "SubAccountName": "two", "SubAccountType": "Account", "Tags": '{"team": "a"}',
}


def text(rows, without=()):
    def cell(value):
        return '"' + value.replace('"', '""') + '"' if '"' in value or "," in value else value
    names = [name for name in ROW if name not in without]
    return "\n".join([",".join(names)] + [",".join(cell({**ROW, **row}[name]) for name in names) for row in rows]) + "\n"


def validate(folder, rows, *words, without=(), code=6):
    write(folder / "bill.csv", text(rows, without))
    return run("cost", "validate", folder / "bill.csv", "-o", "json", *words, code=code).json


def broken(answer):
    return {row["rule"]: (row["keyword"], row["breaches"], row["lines"]) for row in answer["items"]}


@test
def a_file_that_keeps_the_rules_conforms():
    with scratch() as folder:
        answer = validate(folder, [{}, {"ChargeCategory": "Tax", "SkuId": "", "SkuPriceId": "", "PricingQuantity": "", "PricingUnit": "",
                                        "ListUnitPrice": "", "ContractedUnitPrice": "", "PricingCategory": "", "ConsumedQuantity": "",
                                        "ConsumedUnit": "", "SkuMeter": "", "SkuPriceDetails": "", "ResourceId": "", "ResourceType": "",
                                        "PricingCurrencyListUnitPrice": "", "PricingCurrencyContractedUnitPrice": "", "ChargeFrequency": "One-Time"}],
                          code=0)
        assert answer["items"] == [], answer["items"]
        meta = answer["meta"]
        assert meta["conforms"] is True and meta["rows"] == 2 and meta["rules"]["broken"] == 0, meta
        assert meta["rules"]["kept"] > 300 and meta["rules"]["column_absent"] == 0 and meta["rules"]["not_in_the_file"] > 100, meta


@test
def rows_of_commas_alone_are_no_rows_and_other_versions_are_judged_by_what_1_2_says():
    with scratch() as folder:
        write(folder / "bill.csv", text([{}]) + "," * (len(ROW) - 1) + "\n,,\n")
        said = run("cost", "validate", folder / "bill.csv", code=0).err
        assert "FOCUS 1.2: 1 row;" in said, said
        said = run("cost", "validate", "--focus-version", "1.0", folder / "bill.csv", code=0).err
        assert "FOCUS 1.0 (by the rules of 1.2): 1 row;" in said, said
        write(folder / "bill.csv", text([{}], without=("ProviderName", "PublisherName", "InvoiceId", "ServiceSubcategory")))
        asked = {row["rule"] for row in run("cost", "validate", folder / "bill.csv", "-o", "json", code=6).json["items"]}
        assert {"CostAndUsage-D-038-M", "CostAndUsage-D-042-O"} <= asked, asked
        newest = run("cost", "validate", "--focus-version", "1.4", folder / "bill.csv", "-o", "json", code=0).json["items"]
        assert {row["rule"] for row in newest} == {"CostAndUsage-D-033-O", "CostAndUsage-D-042-O"}, newest
        oldest = run("cost", "validate", "--focus-version", "1.0", folder / "bill.csv", "-o", "json", code=6).json["items"]
        assert {row["rule"] for row in oldest} == {"CostAndUsage-D-038-M", "CostAndUsage-D-021-M"}, oldest


@test
def each_kind_of_rule_is_broken_by_its_id():
    cases = (  # what is wrong, and the rule that says so
        ({"BilledCost": ""}, "BilledCost-C-003-M"), ({"BilledCost": "1,5"}, "BilledCost-C-001-M"),
        ({"BilledCost": "$1"}, "BilledCost-C-002-M"), ({"ChargePeriodStart": "2025-01-01"}, "ChargePeriodStart-C-002-M"),
        ({"ChargePeriodStart": "soon"}, "ChargePeriodStart-C-001-M"), ({"BillingCurrency": "DOLLAR"}, "BillingCurrency-C-006-M"),
        ({"ChargeCategory": "Use"}, "ChargeCategory-C-003-M"), ({"ConsumedQuantity": ""}, "ConsumedQuantity-C-006-C"),
        ({"ListCost": "3.1"}, "ListCost-C-009-C"), ({"SubAccountType": ""}, "SubAccountType-C-005-C"),
        ({"CommitmentDiscountId": "c", "CommitmentDiscountStatus": "Active", "CommitmentDiscountCategory": "Usage",
          "CommitmentDiscountType": "x"}, "CommitmentDiscountStatus-C-005-M"),
        ({"ServiceSubcategory": "Caching"}, "ServiceSubcategory-C-004-M"), ({"ListUnitPrice": "-1", "ListCost": "-3"}, "ListUnitPrice-C-008-M"),
    )
    with scratch() as folder:
        for wrong, rule in cases:
            answer = validate(folder, [{}, wrong])
            found = broken(answer)
            assert rule in found and found[rule][1:] == (1, [3]), (wrong, rule, found)
            assert answer["meta"]["conforms"] is False
            row = [row for row in answer["items"] if row["rule"] == rule][0]
            assert row["check"] and (row["when"] is None or len(row["when"]) > 3), row


@test
def columns_that_must_be_there_are_missed_and_others_are_not():
    with scratch() as folder:
        found = broken(validate(folder, [{}], without=("ListCost", "AvailabilityZone")))
        assert [rule for rule, (_, count, lines) in found.items() if rule.startswith("CostAndUsage-D-") and (count, lines) == (1, [])], found
        assert len(found) == 1, found
        assert validate(folder, [{}], without=("AvailabilityZone",), code=0)["meta"]["rules"]["column_absent"] > 0
        old = validate(folder, [{}], "--focus-version", "1.0", without=("BillingAccountType", "InvoiceId", "PricingCurrency", "SkuMeter"), code=0)
        assert old["meta"]["version"] == "1.0" and old["items"] == [], old


@test
def pairs_of_columns_are_one_to_one():
    with scratch() as folder:
        found = broken(validate(folder, [{}, {"SkuId": "T"}, {"ServiceCategory": "Storage", "ServiceSubcategory": "Block Storage"}]))
        assert found["ServiceName-C-005-C"][1:] == (1, [4]), found


@test
def the_first_rows_are_named_and_all_are_counted():
    with scratch() as folder:
        rows = [{"BilledCost": "" if n % 2 else "1"} for n in range(40)]
        found = broken(validate(folder, rows))
        assert found["BilledCost-C-003-M"] == ("MUST NOT", 20, [3, 5, 7, 9, 11]), found
        said = run("cost", "validate", folder / "bill.csv", code=6)
        assert "3, 5, 7, 9, 11 …" in said.out and "BilledCost is not null" in said.out, said.out
        rows[2]["ListCost"] = "7"
        assert [row["rule"] for row in validate(folder, rows, "--limit", "1")["items"]] == ["BilledCost-C-003-M"]
        assert "1 of 3 broken rules" in run("cost", "validate", folder / "bill.csv", "--limit", "1", code=6).err
        assert "40 rows" in said.err and "1 broken (1 MUST)" in said.err, said.err


@test
def what_is_recommended_breaks_nothing():
    with scratch() as folder:
        answer = validate(folder, [{"ConsumedUnit": "GB /"}], code=0)
        assert broken(answer) == {"ConsumedUnit-C-003-O": ("SHOULD", 1, [2])}, answer
        assert answer["meta"]["conforms"] is True


@test
def rows_that_are_none_are_counted_and_named():
    with scratch() as folder:
        write(folder / "bill.csv", text([{}]) + "1,2" + "," * len(ROW) + "\n")
        answer = run("cost", "validate", folder / "bill.csv", "-o", "json", code=6).json
        assert (answer["meta"]["rows"], answer["meta"]["rows_unread"], answer["meta"]["lines_unread"]) == (1, 1, [3]), answer["meta"]
        assert "1 row could not be read, the first on line 3" in run("cost", "validate", folder / "bill.csv", code=6).err


@test
def compressed_files_are_read_and_what_is_no_focus_is_refused():
    with scratch() as folder:
        (folder / "bill.csv.gz").write_bytes(gzip.compress(text([{}]).encode()))
        assert run("cost", "validate", folder / "bill.csv.gz", "-o", "json", code=0).json["meta"]["rows"] == 1
        (folder / "cut.csv.gz").write_bytes(gzip.compress(text([{}] * 1000).encode())[:-20])
        assert "cut.csv.gz" in run("cost", "validate", folder / "cut.csv.gz", code=1).err
        write(folder / "other.csv", "a,b\n1,2\n")
        assert "line 1: no heading of FOCUS" in run("cost", "validate", folder / "other.csv", code=1).err
        write(folder / "empty.csv", "")
        assert "empty.csv" in run("cost", "validate", folder / "empty.csv", code=1).err
        assert "not there" in (said := run("cost", "validate", folder / "none.csv", code=1).err) or "No such file" in said, said
        assert "takes one file" in run("cost", "validate", code=2).err
        assert "1.0|1.1|1.2|1.3|1.4" in run("cost", "validate", folder / "bill.csv.gz", "--focus-version", "2", code=2).err


@test
def the_samples_of_the_specification_say_what_is_known_of_them():
    if not SAMPLES:
        skip("there are no samples here")
    bill = SAMPLES / "cost/focus-1.0-sample.csv"
    answer = run("cost", "validate", bill, "-o", "json", "--focus-version", "1.0", code=6).json
    found = broken(answer)
    assert answer["meta"]["rows"] == 1000
    for rule in ("BillingPeriodStart-C-002-M", "ChargePeriodStart-C-002-M", "ChargePeriodEnd-C-002-M"):  # no T and no Z
        assert found[rule][1] == 1000, found[rule]
    with open(bill, encoding="utf-8") as lines:
        import csv
        rows = list(csv.DictReader(lines))
    assert found["ResourceType-C-005-C"][1] == sum(row["ResourceId"] != "NULL" and row["ResourceType"] == "NULL" for row in rows)
    assert found["ContractedCost-C-003-M"][1] == sum(row["ContractedCost"] == "NULL" for row in rows)


main()
