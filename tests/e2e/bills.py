"""Bills: every number that is known of the samples comes out of a dry run, to the last decimal."""

import decimal
import json

from harness import SAMPLES, dry_run, main, skip, test

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


if __name__ == "__main__":
    main()
