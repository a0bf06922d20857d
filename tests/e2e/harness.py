"""What the end-to-end programs share: the Test Anything Protocol and a way to run the program.

Each program collects functions with @test and ends with `main()`. A test fails by an assertion or
any other exception; `skip(reason)` ends it without a verdict. The program under test is found
through INFRADEX or in the build folder; it never sees the user's own settings or data folder.
"""

import contextlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import traceback

SOURCE = pathlib.Path(os.environ.get("IX_SOURCE_DIR") or pathlib.Path(__file__).parents[2])
SAMPLES = pathlib.Path(os.environ.get("IX_SAMPLES_DIR") or SOURCE / ".." / "shared" / "samples")
BUILD = pathlib.Path(os.environ.get("IX_BUILD_DIR") or SOURCE / "build")
TIMEOUT_SECONDS = 120

_tests = []


class Skip(Exception):
    """The test cannot say anything here."""


def skip(reason):
    raise Skip(reason)


def test(function):
    """Collects a test; its name is the sentence that the function's name makes."""
    _tests.append((function.__name__.replace("_", " "), function))
    return function


def add_test(name, function):
    """Collects a test that was made from data."""
    _tests.append((name, function))


def _comment(text):
    for line in str(text).splitlines():
        print("#", line)


def _run_one(number, name, function):
    try:
        function()
    except Skip as why:
        print(f"ok {number} - {name} # SKIP {why}")
        return True
    except Exception as fault:  # a test may fail in any way
        print(f"not ok {number} - {name}")
        frames = traceback.extract_tb(fault.__traceback__)
        _comment(f"{type(fault).__name__}: {fault}")
        _comment(f"at {pathlib.Path(frames[-1].filename).name}:{frames[-1].lineno}")
        return False
    print(f"ok {number} - {name}")
    return True


def main():
    words = sys.argv[1:]
    chosen = [t for t in _tests if all(word in t[0] for word in words)]
    print("TAP version 13")
    print(f"1..{len(chosen)}")
    results = [_run_one(number, *t) for number, t in enumerate(chosen, 1)]
    sys.stdout.flush()
    sys.exit(0 if all(results) else 1)


# ---- the program ----


def program():
    for path in (os.environ.get("INFRADEX"), BUILD / "infradex", BUILD / "cli" / "infradex"):
        if path and os.access(path, os.X_OK):
            return str(path)
    return skip("the program is not built")


class Answer:
    """What one call of the program left: exit code, bytes of both streams."""

    def __init__(self, words, done):
        self.words = words
        self.code = done.returncode
        self.out_bytes = done.stdout
        self.err_bytes = done.stderr

    @property
    def out(self):
        return self.out_bytes.decode("utf-8")

    @property
    def err(self):
        return self.err_bytes.decode("utf-8")

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def lines(self):
        """The lines of NDJSON."""
        return [json.loads(line) for line in self.out.splitlines() if line]

    def __str__(self):
        return f"infradex {' '.join(map(str, self.words))}: exit {self.code}; {self.err[-600:]}"


def run(*words, stdin=b"", env=None, cwd=None, code=None):
    """Runs the program; with `code` given, any other exit code fails the test."""
    own = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/nonexistent", "LANG": "C.UTF-8"}
    own.update({name: value for name, value in os.environ.items() if name.endswith("SAN_OPTIONS")})
    own.update(env or {})
    done = subprocess.run(
        [program(), *map(str, words)],
        input=stdin,
        capture_output=True,
        env=own,
        cwd=cwd,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    answer = Answer(words, done)
    assert done.returncode >= 0, f"ended by signal {-done.returncode}: {answer}"
    assert b"Sanitizer" not in done.stderr, str(answer)
    assert code is None or done.returncode == code, f"expected exit {code}: {answer}"
    return answer


@contextlib.contextmanager
def scratch():
    """A folder that is gone afterwards."""
    folder = tempfile.mkdtemp(prefix="infradex-e2e-")
    try:
        yield pathlib.Path(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def dry_run(*words, **settings):
    """The records that indexing would store, and the answer itself."""
    answer = run("index", "--dry-run", "-o", "ndjson", *words, **settings)
    return answer.lines, answer


def index(data, *words, **settings):
    return run("index", "--data", data, *words, **settings)


def search(data, query, *words, **settings):
    settings.setdefault("code", 0)
    return run("search", "--data", data, "-o", "json", *words, query, **settings).json


def count(data, query):
    """How many resources a query finds, exactly."""
    found = search(data, query, "--limit", "1")["count"]
    assert found["exact"], f"{query}: the count is not exact"
    return found["value"]


def write(path, content):
    """Writes text, bytes or (anything else) JSON."""
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    if not isinstance(content, (str, bytes)):
        content = json.dumps(content)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def of_kind(records, kind):
    return [record for record in records if record["record"] == kind]
