"""How cost goes on: anomalies, on series made with and without them."""

import datetime
import math
import random

from harness import index, main, run, scratch, test, write

HEADING = "BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ServiceName,ChargeCategory,ResourceId\n"
FIRST = datetime.date(2024, 1, 1)


def series(generator, days, noise):
    """Costs of a service a day: a level, a trend, a week, and chance."""
    level = math.exp(generator.uniform(math.log(10), math.log(2000)))
    growth = generator.uniform(-0.03, 0.06) / 30
    weekend = generator.uniform(0.5, 1.1)
    for day in range(days):
        expected = level * (1 + growth * day) * (weekend if (FIRST + datetime.timedelta(day)).weekday() > 4 else 1)
        yield expected * math.exp(generator.gauss(0, noise))


def line(day, service, cost, resource="", charge="Usage", currency="EUR"):
    return f"{cost:.6f},{cost:.6f},{currency},{FIRST + datetime.timedelta(day)},{service},{charge},{resource}\n"


def held(folder, lines):
    write(folder / "bill.csv", HEADING + "".join(lines))
    index(folder / "w", "-q", folder / "bill.csv", code=0)


def report(folder, *words, code=0):
    answer = run("cost", *words, "--data", folder / "w", "-o", "json", code=code).json
    return answer["items"], answer["meta"]


@test
def what_is_even_but_for_chance_is_no_anomaly():
    days, count = 420, 60
    generator = random.Random(7)
    with scratch() as folder:
        held(folder, [line(day, f"s{number}", cost) for number in range(count)
                      for day, cost in enumerate(series(generator, days, generator.uniform(0.02, 0.08)))])
        rows, meta = report(folder, "anomalies", "--limit", "1000")
        assert meta["series"] == count and meta["series_days"] > count * (days - 40), meta
        alarms = sum(row["days"] for row in rows)
        assert alarms * 1000 <= meta["series_days"], f"{alarms} of {meta['series_days']} days"


@test
def three_days_of_half_as_much_again_are_found():
    days, count = 200, 80
    generator = random.Random(11)
    planted = {f"s{number}": generator.randint(60, days - 5) for number in range(count)}
    with scratch() as folder:
        held(folder, [line(day, name, cost * (1.5 if 0 <= day - at < 3 else 1)) for name, at in planted.items()
                      for day, cost in enumerate(series(generator, days, generator.uniform(0.02, 0.06)))])
        rows, _ = report(folder, "anomalies", "--limit", "1000")
        found = set()
        for row in rows:
            begin = (datetime.date.fromisoformat(row["day"]) - FIRST).days
            if begin < planted[row["service"]] + 3 and begin + row["days"] > planted[row["service"]]:
                found.add(row["service"])
                assert float(row["excess"]) > 0 and float(row["confidence"]) > 99, row
        assert len(found) >= 0.9 * count, sorted(set(planted) - found)


def even(days, cost=100):
    """Weekdays of 100, weekends of 60, and a little of nothing in particular."""
    return [cost * (0.6 if day % 7 > 4 else 1) * (1 + (day * 37 % 11 - 5) / 500) for day in range(days)]


@test
def an_anomaly_says_when_how_much_and_whose():
    with scratch() as folder:
        held(folder, [line(day, "a", cost / 2, resource) for day, cost in enumerate(even(100)) for resource in ("r1", "r2")]
             + [line(80, "a", 70, "r2"), line(81, "a", 70, "r2"), line(82, "a", 500, "r3", charge="Purchase")])
        rows, meta = report(folder, "anomalies")
        assert [(row["day"], row["days"], row["service"], row["new_level"]) for row in rows] == [
            ("2024-03-21", 2, "a", False)], rows
        assert 135 < float(rows[0]["excess"]) < 145 and float(rows[0]["low"]) < float(rows[0]["expected"]), rows
        assert float(rows[0]["cost"]) > float(rows[0]["high"]), rows
        assert (rows[0]["largest"], rows[0]["resources"][0]["resource"]) == ("r2", "r2"), rows
        assert 138 < float(rows[0]["resources"][0]["change"]) < 142, rows
        assert report(folder, "anomalies", "--from", "2024-03-21")[0] == rows
        assert report(folder, "anomalies", "--from", "2024-03-23")[0] == []
        assert report(folder, "anomalies", "--until", "2024-03-20")[0] == []
        said = run("cost", "anomalies", "--by", "month", "--data", folder / "w", code=2).err
        assert "by day" in said, said


@test
def what_lasts_a_week_is_a_new_level():
    with scratch() as folder:
        held(folder, [line(day, "a", cost) for day, cost in enumerate(even(60) + even(80, 300)[4:])])
        rows, _ = report(folder, "anomalies")
        assert [(row["day"], row["days"], row["new_level"]) for row in rows] == [("2024-03-01", 7, True)], rows


@test
def nothing_is_said_of_days_without_weeks_before_them():
    with scratch() as folder:
        held(folder, [line(day, "a", 1000 if day == 20 else cost) for day, cost in enumerate(even(24))])
        rows, meta = report(folder, "anomalies")
        assert (rows, meta["series_days"]) == ([], 0), (rows, meta)


@test
def the_newest_days_may_still_grow():
    with scratch() as folder:
        held(folder, [line(day, name, cost if day < 99 else low) for name, low in (("a", 20), ("b", 200))
                      for day, cost in enumerate(even(100))])
        rows, _ = report(folder, "anomalies")
        assert [(row["service"], row["day"]) for row in rows] == [("b", "2024-04-09")], rows


@test
def a_forecast_is_as_good_as_its_backtests_say():
    days = 500
    generator = random.Random(3)
    costs = list(series(generator, days, 0.05))
    fees = [day for day in range(days) if (FIRST + datetime.timedelta(day)).day == 1]
    with scratch() as folder:
        held(folder, [line(day, "a", cost) for day, cost in enumerate(costs)]
             + [line(day, "fee", 50, charge="Purchase") for day in fees])
        rows, meta = report(folder, "forecast", "--until", "2025-01-11")
        assert [row["month"] for row in rows] == ["2025-01", "2025-02", "2025-03", "2025-04"], rows
        assert meta["known_until"] == "2025-01-11T00:00:00Z", meta
        actual = {row["month"]: float(row["cost"]) for row in report(folder, "report", "--by", "month")[0]}
        for row in rows:
            assert abs(float(row["forecast"]) / actual[row["month"]] - 1) < 0.1, (row, actual)
            assert float(row["low"]) <= float(row["forecast"]) * 1.05 and float(row["low"]) < float(row["high"]), row
            assert 0 < float(row["error"]) < 10 and row["backtests"] >= 8 and 75 < float(row["confidence"]) < 90, row
        so_far = sum(round(cost * 10**6) for day, cost in enumerate(costs)
                     if datetime.date(2025, 1, 1) <= FIRST + datetime.timedelta(day) < datetime.date(2025, 1, 11)) + 50 * 10**6
        assert round(float(rows[0]["so_far"]) * 10**6) == so_far and rows[1]["so_far"] == "0", rows[:2]
        by_service, _ = report(folder, "forecast", "--by", "service", "--until", "2025-01-11")
        assert {row["service"]: row["forecast"] for row in by_service if row["month"] == "2025-02"}["fee"] == "50.00"


@test
def of_too_few_days_there_is_no_forecast():
    with scratch() as folder:
        held(folder, [line(day, "a", 100) for day in range(20)])
        rows, _ = report(folder, "forecast")
        assert [(r["month"], r["so_far"], r["forecast"], r["low"], r["error"], r["backtests"]) for r in rows][0] == (
            "2024-01", "2000", None, None, None, 0), rows


BUDGETS = """budgets:
  - {name: plenty, amount: 4000 EUR}
  - {name: tight, amount: 2900.5 EUR, where: service=a}
  - {name: gone, amount: 100 EUR, where: service=b}
  - {name: quarter, amount: 9000 EUR, per: quarter, where: service=a}
  - {name: year, amount: 40000 EUR, per: year, metric: billed, where: service=a}
  - {name: dollars, amount: 1 USD}
  - {name: found, amount: 1 EUR, query: "name:web"}
"""


@test
def budgets_say_what_is_left_and_what_will_break():
    with scratch() as folder:
        held(folder, [line(day, "a", 100) for day in range(100)] + [line(day, "b", 5) for day in range(91, 100)]
             + [line(99, "b", 60)])
        write(folder / "budgets.yaml", BUDGETS)
        words = ("budget", "--file", folder / "budgets.yaml")
        rows, _ = report(folder, *words, code=6)
        shown = {r["name"]: (r["period"], r["spent"], r["used"], r["forecast"], r["state"]) for r in rows}
        assert shown["plenty"][:3] == ("2024-04", "1005", "25.1") and shown["plenty"][4] == "ok", shown
        assert shown["tight"] == ("2024-04", "900", "31.0", "3000.00", "breaking"), shown
        assert shown["gone"][1:3] == ("105", "105.0") and shown["gone"][4] == "broken", shown
        assert shown["quarter"] == ("2024-Q2", "900", "10.0", "9100.00", "breaking"), shown
        assert shown["year"] == ("2024", "10000", "25.0", "36600.00", "ok"), shown
        assert shown["dollars"] == shown["found"] == (None, None, None, None, "unknown"), shown
        write(folder / "budgets.yaml", "\n".join(BUDGETS.splitlines()[:2]))
        assert report(folder, *words)[0][0]["state"] == "ok"


@test
def a_budget_that_cannot_be_read_names_its_line():
    with scratch() as folder:
        held(folder, [line(0, "a", 100)])
        for text, said in (("budgets: []", "line 1: expected a list"),
                           ("budgets:\n- amount: 1 EUR", "line 2: a budget has a name"),
                           ("budgets:\n- name: a\n  amount: 1", "line 3: a budget has an amount"),
                           ("budgets:\n- name: a\n  amount: -1 EUR", "line 3: a budget has an amount"),
                           ("budgets:\n- name: a\n  amount: 1 EUR\n  per: day", "line 4: a budget is per month"),
                           ("budgets:\n- name: a\n  amount: 1 EUR\n  were: b=c", "did you mean ‘where’"),
                           ("budgets:\n- name: a\n  amount: 1 EUR\n  where: servce=b", "line 2: a: ")):
            write(folder / "b.yaml", text)
            err = run("cost", "budget", "--file", folder / "b.yaml", "--data", folder / "w", code=2).err
            assert said in err and "b.yaml" in err, err


main()
