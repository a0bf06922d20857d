"""Copies are made while runs are published, one after another; each one opens, holds one published
state and is well."""

import shutil
import threading

from drill import Flip, look, start, times
from harness import main, run, scratch, test


def keep_writing(flip, stop, written):
    state = 1
    while not stop.is_set():
        running = start("index", "--quiet", "--data", flip.data, flip.inputs[state])
        running.communicate()
        written.append(running.returncode)
        state = 3 - state


@test
def every_copy_made_while_indexing_holds_a_published_state():
    with scratch() as folder:
        flip = Flip(folder)
        stop, written, seen = threading.Event(), [], set()
        writer = threading.Thread(target=keep_writing, args=(flip, stop, written))
        writer.start()
        try:
            for number in range(times(50, 500)):
                copy = folder / "copies" / f"{number}" / "infradex.db"
                copy.parent.mkdir(parents=True)
                run("backup", "--data", flip.data, copy, code=0)
                found = look(copy.parent, f"copy {number}")
                assert found in flip.hashes.values(), f"copy {number}: no published state"
                seen.add(found)
                shutil.rmtree(copy.parent)
        finally:
            stop.set()
            writer.join()
        assert written and not any(written), f"the writer ended with {written}"
        assert len(seen) == 2, "nothing was written meanwhile"


main()
