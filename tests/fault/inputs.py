"""Inputs that are cut, damaged or hostile, of each format: never a crash and never a hang, the exit code
is honest, and of an input that failed nothing is kept.

Many inputs go into one call, each a source of its own; then those that were said to be indexed are
indexed alone into another warehouse, and both must hold the same."""

import gzip
import os
import random
import re
import shutil

from drill import fleet, look, times
from harness import SOURCE, add_test, index, main, scratch, test, write

FIXTURES = SOURCE / "tests" / "fixtures"
BILLS = SOURCE / "tests" / "fuzz" / "corpus" / "bills"
SAMPLES = {
    "a Terraform state": ("a.tfstate", (FIXTURES / "terraform" / "v2.tfstate").read_bytes()),
    "a Terraform plan": ("plan.json", (FIXTURES / "terraform" / "plan.json").read_bytes()),
    "a Pulumi checkpoint": ("stack.json", (FIXTURES / "pulumi" / "everything.json").read_bytes()),
    "a CloudFormation template": ("t.json", (FIXTURES / "cloudformation" / "twin.json").read_bytes()),
    "a CloudFormation template in YAML": ("t.yaml", (FIXTURES / "cloudformation" / "twin.yaml").read_bytes()),
    "a Kubernetes manifest": ("m.yaml", (FIXTURES / "kubernetes" / "shop.yaml").read_bytes()),
    "an answer of Kubernetes": ("list.json", (FIXTURES / "kubernetes" / "page.json").read_bytes()),
    "the exchange format": ("f.ndjson", fleet(1, 6).encode()),
    "a bill of FOCUS": ("focus.csv", (BILLS / "focus").read_bytes()),
    "a bill of AWS": ("aws.csv", (BILLS / "aws").read_bytes()),
    "a bill of Google": ("google.json", (BILLS / "google").read_bytes()),
    "an allocation of OpenCost": ("a.json", (BILLS.parent / "opencost" / "allocation").read_bytes()),
    "a compressed bill": ("z.csv.gz", gzip.compress((BILLS / "focus").read_bytes(), mtime=0)),
    "a compressed state": ("z.tfstate.gz", gzip.compress((FIXTURES / "terraform" / "v2.tfstate").read_bytes(), mtime=0)),
}
MOST_PREFIXES, FLIPS = times(250, 10**9), times(150, 3000)


def outcomes(answer):
    """What was said of each input: path -> indexed, ignored, skipped or failed."""
    found = re.findall(r"^(indexed|ignored|skipped|failed) +(/\S+?):? ", answer.err + " ", re.MULTILINE)
    return {path: outcome for outcome, path in found}


def honest(answer, said):
    kinds = list(said.values())
    if kinds.count("failed") == 0:
        return answer.code == 0
    return answer.code == (7 if "indexed" in kinds else 1)


def index_variants(variants, name):
    """`variants`: bytes, one input each. Returns what was said, in order."""
    with scratch() as folder:
        paths = [write(folder / "in" / f"{number:05}" / name, content) for number, content in enumerate(variants)]
        answer = index(folder / "all", folder / "in", code=None)
        said = outcomes(answer)
        assert len(said) == len(paths), f"{len(said)} of {len(paths)} inputs are spoken of: {answer}"
        assert honest(answer, said), f"exit code {answer.code}: {sorted(set(said.values()))}"
        assert answer.code in (0, 1, 7), answer
        whole = look(folder / "all") if (folder / "all").exists() else None
        for path in paths:
            if said[str(path)] != "indexed":
                path.unlink()
        kept = index(folder / "kept", folder / "in", code=None)
        assert set(outcomes(kept).values()) <= {"indexed"}, kept
        assert whole == look(folder / "kept"), "something of a failed input is there"
        return [said[str(path)] for path in paths]


def cut(name, content):
    step = max(1, len(content) // MOST_PREFIXES)
    said = index_variants([content[:size] for size in range(0, len(content) + 1, step)] + [content], name)
    assert said[-1] == "indexed", "the whole input is not indexed"
    if content.lstrip()[:1] == b"{" and content.rstrip().count(b"\n{") == 0:  # one JSON document
        cuts = said[: (len(content.rstrip()) - 1) // step]
        assert "indexed" not in cuts, "a cut document is taken for a whole one"


def damaged(name, content):
    chance = random.Random(name)
    variants = []
    for _ in range(FLIPS):
        changed = bytearray(content)
        for _ in range(chance.choice((1, 1, 1, 2, 8))):
            at = chance.randrange(len(changed))
            changed[at] ^= 1 + chance.randrange(255)
        variants.append(bytes(changed))
    index_variants(variants, name)


def hostile():
    deep = 100_000
    yield "deep arrays", "a.json", b"[" * deep + b"]" * deep
    yield "deep objects in a state", "a.tfstate", (
        b'{"version":4,"terraform_version":"1.8.0","resources":[{"mode":"managed","type":"x_y","name":"n","instances":'
        b'[{"attributes":' + b'{"a":' * deep + b"1" + b"}" * deep + b"}]}]}")
    yield "a document of nothing but an opening", "a.json", b'{"a":'
    yield "references that multiply", "a.yaml", b"\n".join(
        [b"apiVersion: v1", b"kind: ConfigMap", b"a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
        + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]".encode() for n in range(1, 12)])
    yield "a reference to itself", "a.yaml", b"apiVersion: v1\nkind: ConfigMap\na: &a\n  b: *a\n"
    yield "a long number", "a.ndjson", (
        b'{"record":"resource","source":"s","address":"a","native_type":"x","properties":{"n":' + b"9" * 100_000 + b"}}\n")
    yield "no UTF-8", "a.ndjson", (
        b'{"record":"resource","source":"s","address":"\xff\xfe","native_type":"x"}\n')
    yield "zero bytes", "a.yaml", b"apiVersion: v1\0\nkind: \0Pod\n"
    yield "half of a pair", "a.ndjson", (
        b'{"record":"resource","source":"s","address":"\\ud800","native_type":"x"}\n')
    yield "a name of a megabyte", "a.ndjson", (
        b'{"record":"resource","source":"s","native_type":"x","address":"' + b"n" * (1 << 20) + b'"}\n')
    heading = b"BilledCost,EffectiveCost,BillingCurrency,ChargePeriodStart,ServiceName\n"
    yield "a bill with a quote that never ends", "a.csv", heading + b'1,1,EUR,2025-01-01,"A' + b"x\n" * (1 << 20)
    yield "a row of a million cells", "a.csv", heading + b"1," * (1 << 20) + b"\n"
    yield "an amount without end", "a.csv", heading + b"9" * (1 << 20) + b",1,EUR,2025-01-01,A\n"
    yield "an amount of many zeros", "a.csv", heading + b"1E999999999,1,EUR,2025-01-01,A\n"
    yield "a heading of a megabyte", "a.csv", heading[:-1] + b"," + b"x" * (1 << 20) + b"\n1,1,EUR,2025-01-01,A,\n"
    yield "much in little", "a.json.gz", gzip.compress(b'{"a":[' + b" " * (256 << 20) + b"]}", 1)
    yield "much in little, and no end", "a.json.gz", gzip.compress(b'{"a":"' + b"x" * (64 << 20), 1)[:-8]


@test
def hostile_inputs_end_with_a_word_and_leave_nothing():
    with scratch() as folder:
        good = write(folder / "good.ndjson", fleet(1, 5))
        index(folder / "d", good, code=0)
        before = look(folder / "d")
        for name, file, content in hostile():
            answer = index(folder / "d", write(folder / "in" / file, content), code=None)
            assert answer.code in (0, 1), f"{name}: {answer}"
            assert answer.err, f"{name}: passed over in silence"
            outcome = set(outcomes(answer).values())
            if outcome != {"indexed"}:
                assert look(folder / "d") == before, f"{name}: something of it is there"
            elif answer.code == 0:
                shutil.rmtree(folder / "d")
                index(folder / "d", good, code=0)


@test
def what_is_no_file_is_passed_over():
    with scratch() as folder:
        tree = folder / "in"
        write(tree / "good.ndjson", fleet(1, 5))
        os.mkfifo(tree / "pipe.tfstate")
        (tree / "loop").symlink_to(tree)
        (tree / "nothing.tfstate").symlink_to(folder / "missing")
        (tree / "device.json").symlink_to("/dev/zero")
        write(tree / "closed.tfstate", b"{}").chmod(0)
        answer = index(folder / "d", tree, code=None)
        assert answer.code in (0, 7), answer
        assert outcomes(answer)[str(tree / "good.ndjson")] == "indexed", answer
        look(folder / "d")


for _name, (_file, _content) in SAMPLES.items():
    add_test(f"{_name} cut anywhere is whole or nothing", lambda f=_file, c=_content: cut(f, c))
    add_test(f"{_name} with bytes changed is whole or nothing", lambda f=_file, c=_content: damaged(f, c))
main()
