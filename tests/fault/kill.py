"""The program is killed (SIGKILL) at any moment of indexing and repairing. Whatever the moment: the
warehouse opens, holds the run before or the whole run, and every check finds it well."""

import contextlib
import random
import subprocess
import time

from drill import Flip, look, start, times
from harness import index, main, run, scratch, test


def duration(words):
    begin = time.monotonic()
    done = start(*words)
    done.communicate()
    assert done.returncode == 0
    return time.monotonic() - begin


def kill_loop(rounds, things, words_for):
    chance = random.Random(11)
    with scratch() as folder:
        flip = Flip(folder, things)
        current = flip.state()
        span = max(duration(words_for(flip, 3 - current)) for _ in range(2))
        current = flip.state()
        killed = 0
        for number in range(rounds):
            wanted = 3 - current
            running = start(*words_for(flip, wanted))
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.communicate(timeout=chance.random() * span)
            running.kill()
            running.communicate()
            killed += running.returncode == -9
            where = f"round {number}, exit {running.returncode}"
            assert running.returncode in (0, -9), where
            found = flip.state(where)
            if running.returncode == 0 and "index" in words_for(flip, wanted):
                assert found == wanted, f"{where}: the run is not there"
            current = found
        assert killed >= rounds // 4, f"only {killed} of {rounds} were killed on the way"


@test
def a_killed_index_leaves_a_whole_run():
    kill_loop(times(250, 3000), 300, lambda flip, state: ("index", "--data", flip.data, flip.inputs[state]))


@test
def a_killed_first_index_leaves_nothing_or_all_of_it():
    chance = random.Random(12)
    with scratch() as folder:
        flip = Flip(folder)
        whole = folder / "whole"
        span = max(duration(("index", "--data", whole, flip.inputs[1])) for _ in range(2))
        wanted, killed = look(whole), 0
        rounds = times(40, 400)
        for number in range(rounds):
            data = folder / f"first{number}"
            running = start("index", "--data", data, flip.inputs[1])
            with contextlib.suppress(subprocess.TimeoutExpired):
                running.communicate(timeout=chance.random() * span)
            running.kill()
            running.communicate()
            killed += running.returncode == -9
            read = run("search", "--data", data, "-o", "json", "thing")
            where = f"round {number}, exit {running.returncode}: {read}"
            nothing = read.code == 1 and "nothing is indexed yet" in read.err
            assert nothing or read.code == 0, where
            assert running.returncode or read.json["items"], where
            index(data, flip.inputs[1], code=0)
            assert look(data, where) == wanted, where
        assert killed >= rounds // 4, f"only {killed} of {rounds} were killed on the way"


@test
def a_killed_repair_changes_nothing():
    kill_loop(times(50, 500), 300, lambda flip, state: ("repair", "--data", flip.data))


main()
