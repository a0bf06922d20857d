"""The description of the interface holds: schemathesis asks what it allows, and what it does not.

Needs the program `schemathesis` (PyPI) in PATH or in the variable SCHEMATHESIS; skipped without.
"""

import os
import shutil
import subprocess

from harness import main, scratch, skip, test, write
from served import served

# A text that the schema calls a query need not be one, nor a cursor one of ours: that is what 400
# is for, so valid requests may be refused.
CONFIGURATION = "[checks]\npositive_data_acceptance.enabled = false\n"
# Teaches it what our own media type looks like on the wire.
HOOKS = """
import schemathesis

@schemathesis.serializer("application/x-ndjson")
def ndjson(context, value):
    return str(value).encode("utf-8", "replace")
"""


def program():
    found = os.environ.get("SCHEMATHESIS") or shutil.which("schemathesis")
    return found or skip("there is no schemathesis")


@test
def every_answer_is_as_it_is_described():
    tool = program()
    with scratch() as folder, served("--log-format", "none", count=50) as server:
        write(folder / "schemathesis.toml", CONFIGURATION)
        write(folder / "hooks.py", HOOKS)
        words = ["--max-examples", os.environ.get("IX_EXAMPLES", "20"), "--seed", "1", "--no-color",
                 "--suppress-health-check", "all"]
        done = subprocess.run(
            [tool, "run", server.url + "/api/v1/openapi.json", *words],
            cwd=folder, capture_output=True, check=False, timeout=500,
            env=dict(os.environ, SCHEMATHESIS_HOOKS="hooks", PYTHONPATH=str(folder)),
        )
        assert done.returncode == 0, done.stdout.decode()[-6000:]


main()
