"""Every report of cost as people see it: tests/cases/costs/NAME.txt holds the command, what it
prints and what it says. After a change that is meant, write them again and read them:

    IX_GOLDEN_WRITE=1 IX_BUILD_DIR=build python3 tests/e2e/golden.py
"""

import atexit
import os
import re
import shlex
import shutil
import tempfile

from harness import SOURCE, add_test, index, main, pathlib, run

FIXTURES = SOURCE / "tests" / "fixtures" / "costs"
GOLDEN = SOURCE / "tests" / "cases" / "costs"
REPORTS = {
    "report": "report",
    "report-by-month": "report --by month,charge --where 'service!=Tax'",
    "report-chart": "report --by month,service --where currency=USD -o chart",
    "report-csv": "report --by account,currency -o csv",
    "report-json": "report --by quarter -o json",
    "report-rates": "report --by service --in 2025-02 --rates rates.csv",
    "report-query": "report --by month --query 'tag.team:shop'",
    "top": "top --in 2025-03",
    "movers": "movers --in 2025-03",
    "movers-versus": "movers --in 2025-03 --versus 2025-01 --by account",
    "explain": "explain 2025-02 2025-03",
    "explain-by": "explain 2025-01 2025-02 --by service",
    "untagged": "untagged team --in 2025-03",
    "show": "show vol-00000000000000002",
    "show-billed": "show db-1",
    "tree": "tree 'source:inventory|stack'",
    "unallocated": "unallocated",
    "anomalies": "anomalies",
    "forecast": "forecast --where currency=USD",
    "budget": "budget --file budgets.yaml",
    "commitments": "commitments --by service",
    "allocate": "allocate --file rules.yaml --by month",
    "unit": "unit --file orders.csv --where currency=USD",
    "currencies": "currencies",
    "periods": "periods",
    "changes": "changes",
}
RUN_TIME = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def without_run_times(text):
    """Bills are of 2025; what is later is when the test ran."""
    return RUN_TIME.sub(lambda at: at.group() if at.group() < "2026" else "<time>", text.replace("\r\n", "\n"))


def shown(words):
    done = run("cost", *words, "--data", WAREHOUSE, cwd=FIXTURES)
    return done.code, without_run_times(done.out), without_run_times(done.err)


def golden_test(name, command):
    def check():
        code, out, err = shown(shlex.split(command))
        text = f"$ infradex cost {command}\n{out.rstrip()}\n--- {code}\n{err.rstrip()}".rstrip() + "\n"
        file = GOLDEN / f"{name}.txt"
        if os.environ.get("IX_GOLDEN_WRITE"):
            file.write_text(text, encoding="utf-8")
        assert text == file.read_text(encoding="utf-8"), f"{file.name}:\n{text}"
    return check


WAREHOUSE = pathlib.Path(tempfile.mkdtemp(prefix="infradex-golden-"))
atexit.register(shutil.rmtree, WAREHOUSE, ignore_errors=True)
GOLDEN.mkdir(parents=True, exist_ok=True)
index(WAREHOUSE, "-q", "--source", "bill", FIXTURES / "bill.csv", code=0)
index(WAREHOUSE, "-q", FIXTURES / "inventory.ndjson", code=0)
for report, command_line in REPORTS.items():
    add_test(f"the report {report} is as it was", golden_test(report, command_line))
main()
