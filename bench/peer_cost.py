"""The questions of cost.c, asked of DuckDB and of ClickHouse's engine (chdb) on the same CSV.

    peer_cost.py ENGINE BILL.csv FOLDER

Prints "loaded", seconds, CPU seconds and bytes on disk; then a line for each question as cost.c does.
Amounts are DECIMAL(38, 18), as exact as infradex's; tags stay JSON, as the bill has them.
"""

import os
import statistics
import sys
import time

TIMES = 11
EFFECTIVE = "sum(EffectiveCost)"
QUESTIONS = {
    "total by month": "SELECT {month}, {sum} FROM bill GROUP BY 1",
    "service by month": "SELECT {month}, ServiceName, {sum} FROM bill GROUP BY 1, 2",
    "resources of a month": "SELECT ResourceId, {sum} FROM bill WHERE ChargePeriodStart >= '2025-06-01 00:00:00' "
                            "AND ChargePeriodStart < '2025-07-01 00:00:00' GROUP BY 1",
    "top 50 resources of a month": "SELECT ResourceId, {sum} FROM bill WHERE ChargePeriodStart >= '2025-06-01 00:00:00' "
                                   "AND ChargePeriodStart < '2025-07-01 00:00:00' GROUP BY 1 ORDER BY 2 DESC LIMIT 50",
    "team by day, 90 days": "SELECT {day}, {team}, {sum} FROM bill WHERE ChargePeriodStart >= '2025-09-01 00:00:00' "
                            "AND ChargePeriodStart < '2025-11-30 00:00:00' GROUP BY 1, 2",
    "untagged": "SELECT {sum} FROM bill WHERE {untagged}",
    "account by month": "SELECT {month}, SubAccountId, {sum} FROM bill GROUP BY 1, 2",
    "unforeseen: consumed unit by month": "SELECT {month}, ConsumedUnit, {sum} FROM bill GROUP BY 1, 2",
    "unforeseen: consumed quantity of a day": "SELECT ConsumedQuantity, {sum} FROM bill WHERE ChargePeriodStart >= "
                                              "'2025-06-01 00:00:00' AND ChargePeriodStart < '2025-06-02 00:00:00' GROUP BY 1",
}
TEXTS = ("BillingAccountId", "SubAccountId", "BillingCurrency", "ChargeCategory", "ProviderName", "ServiceName", "RegionId",
         "ResourceId", "SkuId", "ConsumedUnit")
TIMESTAMPS = ("BillingPeriodStart", "ChargePeriodStart", "ChargePeriodEnd")
DECIMALS = ("ConsumedQuantity", "BilledCost", "EffectiveCost", "ListCost")


class DuckDB:
    words = {"month": "date_trunc('month', ChargePeriodStart)", "day": "date_trunc('day', ChargePeriodStart)",
             "team": "json_extract_string(Tags, '$.team')", "sum": EFFECTIVE,
             "untagged": "json_extract_string(Tags, '$.team') IS NULL"}

    def __init__(self, folder):
        import duckdb
        self.db = duckdb.connect(os.path.join(folder, "bill.duckdb"))

    def load(self, path):
        types = {**{t: "VARCHAR" for t in TEXTS + ("Tags",)}, **{t: "TIMESTAMP" for t in TIMESTAMPS},
                 **{d: "DECIMAL(38, 18)" for d in DECIMALS}}
        self.db.execute(f"CREATE TABLE bill AS SELECT * FROM read_csv('{path}', header = true, types = {types})")
        self.db.execute("CHECKPOINT")

    def rows(self, sql):
        return self.db.execute(sql).fetchall()


class ClickHouse:
    words = {"month": "toStartOfMonth(ChargePeriodStart)", "day": "toDate(ChargePeriodStart)",
             "team": "JSONExtractString(Tags, 'team')", "sum": EFFECTIVE,
             "untagged": "JSONExtractString(Tags, 'team') = ''"}

    def __init__(self, folder):
        from chdb import session
        self.session = session.Session(os.path.join(folder, "clickhouse"))
        self.session.query("CREATE DATABASE IF NOT EXISTS bench ENGINE = Atomic")
        self.session.query("USE bench")

    def load(self, path):
        columns = ", ".join([f"{t} LowCardinality(String)" for t in TEXTS if t != "ResourceId"] + ["ResourceId String"]
                            + [f"{t} DateTime('UTC')" for t in TIMESTAMPS] + [f"{d} Decimal(38, 18)" for d in DECIMALS]
                            + ["Tags String"])
        self.session.query(f"CREATE TABLE bench.bill ({columns}) ENGINE = MergeTree ORDER BY (ChargePeriodStart, ServiceName)")
        self.session.query(f"INSERT INTO bench.bill SELECT * FROM file('{path}', 'CSVWithNames') "
                           "SETTINGS date_time_input_format = 'best_effort'")

    def rows(self, sql):
        text = str(self.session.query(sql.replace("FROM bill", "FROM bench.bill"), "TabSeparated"))
        return [line.split("\t") for line in text.splitlines()]


def size_of(folder):
    return sum(os.path.getsize(os.path.join(path, name)) for path, _, names in os.walk(folder) for name in names
               if os.path.isfile(os.path.join(path, name)))


def main():
    engine, path, folder = sys.argv[1:]
    os.makedirs(folder, exist_ok=True)
    peer = {"duckdb": DuckDB, "clickhouse": ClickHouse}[engine](folder)
    began, cpu = time.monotonic(), time.process_time()
    peer.load(path)
    print("loaded", f"{time.monotonic() - began:.2f}", f"{time.process_time() - cpu:.2f}", size_of(folder), sep="\t", flush=True)
    from decimal import Context, Decimal
    exact = Context(prec=60)
    for what, sql in QUESTIONS.items():
        times = []
        for _ in range(TIMES):
            began = time.monotonic()
            rows = peer.rows(sql.format(**peer.words))
            times.append((time.monotonic() - began) * 1000)
        total = Decimal(0)
        for row in rows:
            total = exact.add(total, Decimal(row[-1] or 0))
        print(what, f"{statistics.median(times):.3f}", len(rows), f"{total:f}".rstrip("0").rstrip("."), sep="\t", flush=True)


main()
