"""What the drills on the built program share: a source in several states, and a look at what is left.

IX_FAULT_LONG=1 in the environment asks for the long forms, IX_FAULT_SHARE=N for an N-th of the short ones.
"""

import json
import os
import pathlib
import random
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "e2e"))

import harness  # noqa: E402
from harness import index, run, write  # noqa: E402

LONG = os.environ.get("IX_FAULT_LONG", "0") not in ("", "0")
SHARE = int(os.environ.get("IX_FAULT_SHARE", "1"))


def times(short, long):
    return long if LONG else max(3, short // SHARE)


def cost_of(number, own):
    """A line of a bill; those of one of two periods are corrected from state to state."""
    month = 1 + number % 2
    period = {"BillingPeriodStart": f"2025-0{month}-01T00:00:00Z", "BillingPeriodEnd": f"2025-0{month + 1}-01T00:00:00Z",
              "ChargePeriodStart": f"2025-0{month}-15T00:00:00Z", "ChargePeriodEnd": f"2025-0{month}-16T00:00:00Z"}
    amount = f"{number}.{own + 1:018}"
    return {"record": "cost", "source": "fleet", "source_kind": "ndjson", **period, "BilledCost": amount,
            "EffectiveCost": amount, "BillingCurrency": "EUR", "ServiceName": f"S{number % 3}",
            "ResourceId": f"i-0{number:016x}", "Tags": {"team": f"t{number % 4}"}}


def fleet(state, things=300):
    """The exchange format; a third of the things has another value in each state, one is missing."""
    words = random.Random(7)
    records = []
    for number in range(things):
        own = state if number % 3 == 0 else 0
        record = {
            "record": "resource",
            "source": "fleet",
            "source_kind": "ndjson",
            "address": f"thing/{number}",
            "native_type": "aws_instance",
            "native_id": f"i-0{number:016x}",
            "name": f"thing-{number}",
            "provider": "aws",
            "region": f"eu-west-{number % 3}",
            "tags": {"team": f"t{number % 4}", "env": "prod"},
            "properties": {
                "size": number,
                "state": f"s{own}",
                "note": " ".join(f"word{words.randrange(2000) + own}" for _ in range(40)),
            },
        }
        if number != state:
            records.append(record)
        if number:
            records.append({"record": "relation", "source": "fleet", "from": f"thing/{number}",
                            "type": "depends_on", "basis": "declared", "to": f"thing/{number - 1}"})
        records.append(cost_of(number, own))
    return "".join(json.dumps(record) + "\n" for record in records)


def look(data, where=""):
    """The hash of the content; every check must find the warehouse well."""
    answer = run("doctor", "--data", data, "-o", "json")
    assert answer.code == 0, f"{where}: {answer.out}{answer}"
    broken = [item for item in answer.json["items"] if item["result"] == "broken"]
    assert not broken, f"{where}: {broken}"
    unasked = [item for item in answer.json["items"] if "not compared" in item["found"]]
    assert not unasked, f"{where}: {unasked}"
    return answer.json["content_hash"]


class Flip:
    """A warehouse that goes from state 1 to state 2 and back."""

    def __init__(self, folder, things=300):
        self.data = folder / "data"
        self.inputs = {}
        for state in (1, 2):
            self.inputs[state] = folder / f"state{state}" / "fleet.ndjson"
            write(self.inputs[state], fleet(state, things))
        self.hashes = {}
        for state in (1, 2, 1, 2):  # both have been before
            index(self.data, self.inputs[state], code=0)
            self.hashes[state] = look(self.data)
        assert self.hashes[1] != self.hashes[2]

    def state(self, where=""):
        found = look(self.data, where)
        states = [state for state, known in self.hashes.items() if known == found]
        assert states, f"{where}: neither the run before nor the whole run"
        return states[0]


def start(*words, **settings):
    """The program, not waited for."""
    environment = {name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")}
    environment.update({"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/nonexistent", "LANG": "C.UTF-8"})
    environment.update(settings.pop("env", {}))
    return subprocess.Popen([harness.program(), *map(str, words)], env=environment, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **settings)
