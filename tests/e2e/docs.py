"""The examples of the documents are true: queries are understood, commands exist.

A fence ```query holds one query a line; in a fence ```console, lines after "$ " are commands. Of
those, the ones that run infradex are tried; what they would change lands in a scratch folder.
"""

import functools
import itertools
import re
import shlex

import harness
from harness import add_test, index, main, run, scratch, skip, write

DOCUMENTS = ("README.md", "docs/QUERY.md", "docs/COLLECTORS.md", "docs/STORAGE.md", "docs/API.md", "docs/COSTS.md")
COMMAND = re.compile(r"^\$ (?:\S*/)?infradex (.*)$")
READERS = {"search", "help", "version", "fields", "types", "man", "completion"}
LINE = (
    '{"record":"resource","source":"s","address":"a","native_type":"aws_instance",'
    '"name":"web","properties":{"instance_type":"t3.micro"}}\n'
)


def fences(text):
    """(language, lines) of every fenced block."""
    for match in re.finditer(r"^```(\w*)[^\n]*\n(.*?)^```", text, re.M | re.S):
        yield match[1], match[2].splitlines()


def queries_of(text):
    for language, lines in fences(text):
        if language == "query":
            yield from (line for line in lines if line.strip() and not line.startswith("#"))


def commands_of(text):
    """(command, whether an error is shown below it)."""
    for _, lines in fences(text):
        for at, line in enumerate(lines):
            match = COMMAND.match(line)
            if match:
                shown = itertools.takewhile(lambda l: not l.startswith("$ "), lines[at + 1 :])
                yield match[1], any(l.strip().startswith("^") for l in shown)


def without_shell(command):
    """The words up to a pipe or redirection, which belong to the shell."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = ""
    words = []
    for word in lexer:
        if re.fullmatch(r"[|&;<>]+", word):
            break
        words.append(word)
    return words


def understood(data, query):
    answer = run("search", "--data", data, f"{query} | explain")
    if answer.code == 2 and "explain" in query:
        answer = run("search", "--data", data, query)
    return answer


def check_queries(queries):
    with scratch() as folder:
        index(folder, "-", stdin=LINE.encode(), code=0)
        wrong = [str(a) for a in (understood(folder, q) for q in queries) if a.code != 0]
        assert not wrong, f"{len(wrong)} of {len(queries)} fail:\n" + "\n".join(wrong[:8])


def check_commands(commands):
    """Readers run; of all others the options must exist, so --help is added."""
    with scratch() as folder:
        write(folder / "line.ndjson", LINE)
        index(folder / "d", folder / "line.ndjson", code=0)
        wrong = []
        for command, fails in commands:
            words = without_shell(command)
            if words[0] not in READERS:
                words.append("--help")
            answer = run(*words, env={"INFRADEX_DATA": str(folder / "d")}, cwd=folder)
            if answer.code not in ((2,) if fails else (0, 3)):
                wrong.append(str(answer))
        assert not wrong, f"{len(wrong)} of {len(commands)} fail:\n" + "\n".join(wrong[:8])


def check_document(name, find, check):
    path = harness.SOURCE / name
    if not path.exists():
        skip(f"there is no {name}")
    examples = list(find(path.read_text()))
    if not examples:
        skip(f"{name} holds none")
    check(examples)


for _name in DOCUMENTS:
    _queries = functools.partial(check_document, _name, queries_of, check_queries)
    _commands = functools.partial(check_document, _name, commands_of, check_commands)
    add_test(f"queries of {_name} are understood", _queries)
    add_test(f"commands of {_name} run", _commands)
main()
