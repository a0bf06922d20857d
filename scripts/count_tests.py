#!/usr/bin/env python3
"""Counts the outcome of the last `meson test` in the build folders given.

Counted is every sub-test of programs that speak TAP and each other program as one; a program that
broke off, ran too long or ended badly after sub-tests that all passed is one failure more, with its
name on standard error. Prints "N passed, N failed"; fails when one failed or none passed.
"""

import json
import pathlib
import sys
import xml.etree.ElementTree

GOOD = ("OK", "SKIP", "EXPECTEDFAIL")


def count(folder):
    logs = pathlib.Path(folder) / "meson-logs"
    passed = failed = 0
    told = set()  # suites, as the JUnit report names them, with a failure of their own
    for suite in xml.etree.ElementTree.parse(logs / "testlog.junit.xml").getroot():
        for case in suite.findall("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
                told.update((suite.get("name"), f"{suite.get('name')}.{case.get('name')}"))
            elif case.find("skipped") is None:
                passed += 1
    for line in (logs / "testlog.json").read_text().splitlines():
        program = json.loads(line)
        if program["result"] not in GOOD and not any(name.endswith(program["name"]) for name in told):
            print(f"{program['name']}: {program['result']}", file=sys.stderr)
            failed += 1
    return passed, failed


passed, failed = map(sum, zip(*map(count, sys.argv[1:])))
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0 or passed <= 0)
