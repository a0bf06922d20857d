"""The running server against its own description: schemathesis makes requests from the OpenAPI
document, right ones and wrong ones, and compares the answers with what the document promises.

It is a program of its own (PyPI: schemathesis); `.ci/run` installs it into a folder and names it in
IX_SCHEMATHESIS. Where it is not there, this skips.
"""

import os
import pathlib
import re
import shutil
import subprocess

from harness import SOURCE, index, main, skip, test
from served import is_sanitized, served

HOOKS = pathlib.Path(__file__).with_name("schemathesis_hooks.py")
# A schema cannot say which texts are queries, cursors or records: right types may be wrong values.
NOT_CHECKED = "positive_data_acceptance"


def schemathesis():
    found = os.environ.get("IX_SCHEMATHESIS") or shutil.which("schemathesis")
    if not found or not os.access(found, os.X_OK):
        skip("schemathesis is not installed")
    return found


@test
def every_answer_is_what_the_description_says():
    words = [
        schemathesis(), "run", "--no-color", "--seed", "1", "--exclude-checks", NOT_CHECKED,
        "--max-examples", "20" if is_sanitized() else "60", "--continue-on-failure",
        "--suppress-health-check", "all",
    ]
    environment = dict(os.environ, SCHEMATHESIS_HOOKS=str(HOOKS), PYTHONDONTWRITEBYTECODE="1")
    with served("--query-time", "5000") as server:
        index(server.data, SOURCE / "examples", code=0)
        done = subprocess.run(
            words + [server.url + "/api/v1/openapi.json"],
            capture_output=True,
            text=True,
            env=environment,
            cwd=server.data,
            timeout=540,
            check=False,
        )
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-1000:]
        tested = re.search(r"Tested: (\d+)", done.stdout)
        assert tested and int(tested.group(1)) >= 14, done.stdout[-2000:]
        assert server.ask("/readyz").status == 200


main()
