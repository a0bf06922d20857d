"""The clock jumps between runs, years ahead and back: what came later is still what came later."""

import os
import shutil
import signal
import subprocess

from drill import fleet, look
from harness import main, program, run, scratch, search, skip, test, write

JUMPS = ["+0", "-400d", "+900d", "-1y", "+10y", "-20y"]


def faketime():
    """The way to it, where it works: it cannot get between a sanitizer and the program."""
    found = shutil.which("faketime") or skip("faketime is not installed")
    trying = subprocess.Popen([found, "-f", "+1d", program(), "version"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        works = trying.wait(10) == 0
    except subprocess.TimeoutExpired:  # faketime, and what it started
        os.killpg(trying.pid, signal.SIGKILL)
        works = trying.wait() == 0
    return found if works else skip("faketime does not work with this build")


def index_all(command, folder, name, jumps):
    """States 1, 2, ... one after another, each at its time."""
    data = folder / name
    path = folder / "in" / "fleet.ndjson"
    for state, jump in enumerate(jumps, 1):
        write(path, fleet(state, 20))
        words = [command, "-f", jump, program(), "index", "--data", str(data), str(path)]
        done = subprocess.run(words, capture_output=True, check=False, timeout=120,
                              env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "LANG": "C.UTF-8"})
        assert done.returncode == 0, done.stderr
    return data


def order(data):
    history = run("history", "--data", data, "-o", "json", "--limit", "0", "thing-3", code=0).json["items"]
    runs = run("runs", "--data", data, "-o", "json", "--limit", "0", code=0).json["items"]
    return [(row["run"], row["change"], row["path"]) for row in history], [row["run"] for row in runs]


@test
def jumps_of_the_clock_change_no_order():
    command = faketime()
    with scratch() as folder:
        steady = index_all(command, folder, "steady", ["+0"] * len(JUMPS))
        jumping = index_all(command, folder, "jumping", JUMPS)
        assert look(steady) == look(jumping)
        assert order(steady) == order(jumping), order(jumping)
        history, runs = order(jumping)
        assert [row[0] for row in history] == sorted((row[0] for row in history), reverse=True)
        assert runs == sorted(runs, reverse=True)
        for query in ("thing-3", "is:deleted", ".state=s6"):
            found = [[item["uid"] for item in search(data, query)["items"]] for data in (steady, jumping)]
            assert found[0] == found[1], query


main()
