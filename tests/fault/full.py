"""The disk is full: files that may not grow past a limit (RLIMIT_FSIZE), and, as root, a small file
system. Indexing says so and keeps the run before; with room again it goes on."""

import contextlib
import os
import resource
import subprocess

from drill import Flip, fleet, look, start, times
from harness import index, main, scratch, skip, test, write


def limited(size):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return limit


@test
def files_that_may_not_grow_leave_the_run_before():
    with scratch() as folder:
        flip = Flip(folder)
        before = flip.state()
        refused = 0
        size = sum(path.stat().st_size for path in flip.data.iterdir())
        steps = times(24, 400)
        for step in range(steps):
            limit = size * step // (steps // 2)
            running = start("index", "--data", flip.data, flip.inputs[3 - before], preexec_fn=limited(limit))
            _, words = running.communicate(timeout=120)
            where = f"limit {limit}: exit {running.returncode}, {words[-300:]}"
            assert running.returncode in (0, 1), where
            assert b"Sanitizer" not in words, where
            after = flip.state(where)
            if running.returncode:
                refused += 1
                assert words.strip(), f"{where}: no words"
                assert after == before, f"{where}: half of it is there"
            else:
                assert after == 3 - before, f"{where}: it is not there"
            before = after
        assert 0 < refused < steps, f"{refused} of {steps}"


@contextlib.contextmanager
def small_file_system(folder, kib):
    folder.mkdir()
    if os.geteuid() != 0:
        skip("only root can mount a small file system")
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", folder], capture_output=True, check=False)
    if done.returncode:
        skip("no file system can be mounted here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=False)


@test
def a_full_file_system_leaves_the_run_before():
    with scratch() as folder, small_file_system(folder / "small", 4096) as small:
        source = write(folder / "in" / "fleet.ndjson", fleet(1, 100))
        index(small / "data", source, code=0)
        before = look(small / "data")
        write(source, fleet(2, 3000))
        answer = index(small / "data", source, code=1)
        assert "full" in answer.err, answer
        assert look(small / "data") == before
        write(source, fleet(2, 100))
        index(small / "data", source, code=0)
        assert look(small / "data") != before


main()
