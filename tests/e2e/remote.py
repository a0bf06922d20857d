"""`search --url` prints what `search` prints of the warehouse itself, in every form."""

import re
import http.server
import threading

from harness import index, main, run, test
from served import lines, served, things

QUERIES = (
    "",
    "s-12",
    "thing | sort by name desc",
    "| count by region, tag.n",
    "| project name, tag.n, .number",
    "| project name | as csv",
    "tag.n:3 | facet name",
    "nothingofthis",
    "regoin:here",
    "cost>5",
    "name=s-1 | explain",
    "thing OR s-1 s-2",
)
FORMS = ("table", "json", "ndjson", "csv", "yaml")


def same(server, query, *words):
    """Both answers; what they say of the time of asking does not count."""
    local = run("search", "--data", server.data, *words, query)
    remote = run("search", "--url", server.url, *words, query)
    clean = lambda text: re.sub(r'"as_of":"[^"]*"', "", text)
    assert remote.code == local.code, f"{words} {query}: {remote} instead of {local}"
    assert clean(remote.out) == clean(local.out), f"{words} {query}:\n{remote.out}\n{local.out}"
    assert remote.err == local.err, f"{words} {query}: {remote.err} instead of {local.err}"
    return local


@test
def every_form_of_every_query_is_the_same():
    with served(count=30) as server:
        for query in QUERIES:
            for form in FORMS:
                same(server, query, "-o", form)


FLAGS = (
    ("--limit", 5),
    ("--limit", 0),
    ("--limit", 1000000),
    ("--columns", "name,tags.n,region"),
    ("--columns", "properties.number,name"),
    ("--columns", "nothing"),
    ("--columns", ","),
    ("--properties",),
    ("--timeout", 0),
    ("--exit-status",),
    ("--cursor", "nonsense"),
    ("--cursor", ""),
)


@test
def every_flag_is_the_same_in_every_form():
    with served("--rows", 4, count=11) as server:
        for flag in FLAGS:
            for query in ("", "thing | sort by name desc", "| project name, tag.n", "nothingofthis"):
                for form in FORMS:
                    same(server, query, "-o", form, *flag)


WRONG = (
    "(", ")", '"open', "a AND", "NOT", "| nothing", "| limit x", "| sort by", "kind:", ".a[", "name~/(/",
    "created>=yesteryear", "tag.", "x | as xml", "has(", "count(-->)>x", "\u00fcber regoin:x", "a" * 20000, "(" * 500 + ")" * 500,
)


@test
def what_is_wrong_with_a_query_is_said_the_same():
    with served(count=3) as server:
        said = [same(server, query) for query in WRONG]
        assert sum(answer.code == 2 for answer in said) >= 10, [answer.code for answer in said]
        for words in (("--limit", "x"), ("--limit", "-1"), ("-o", "xml"), ("--nothing",), ("--timeout", "x")):
            assert same(server, "s", *words).code == 2


@test
def a_cursor_of_another_query_or_state_is_refused_the_same():
    with served(count=30) as server:
        page = run("search", "--url", server.url, "-o", "json", "--limit", 12, "", code=0).json
        assert same(server, "thing", "--cursor", page["next"]).code == 2
        index(server.data, "-", stdin=lines(things(1, source="other")), code=0)
        assert same(server, "", "--cursor", page["next"]).code == 2


@test
def an_answer_of_many_pages_is_the_same():
    with served("--rows", 7, count=60) as server:
        for query in ("", "s", "| project name", "thing | sort by name desc"):
            for limit in (1, 7, 20, 60, 0):
                same(server, query, "-o", "json", "--limit", limit)
                same(server, query, "-o", "table", "--properties", "--limit", limit)


@test
def cursors_go_from_one_to_the_other():
    with served(count=30) as server:
        for query in ("", "| count by name"):
            first = run("search", "--url", server.url, "-o", "json", "--limit", 12, query, code=0).json
            second = same(server, query, "-o", "json", "--cursor", first["next"])
            rows = "rows" if "rows" in first else "items"
            given = [str(row) for row in first[rows] + second.json[rows]]
            assert len(given) == len(set(given)) == 30, given


@test
def nothing_matched_has_its_exit_code():
    with served() as server:
        run("search", "--url", server.url, "--exit-status", "nothingofthis", code=3)


@test
def what_is_no_server_is_said_in_one_line():
    class Other(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(self.server.status)
            self.end_headers()
            self.wfile.write(self.server.answer)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Other) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{other.server_port}"
        answers = (
            (200, b"<html>", "what is no JSON"),
            (200, b"{}", "no answer of an infradex server"),
            (200, b'{"items": 5, "meta": {}}', "no answer of an infradex server"),
            (404, b'{"detail": "no such thing"}', "404 no such thing"),
            (400, b'{"code": "invalid", "detail": "x", "position": {"start": 5, "end": 900}}', "x"),
        )
        for other.status, other.answer, words in answers:
            answer = run("search", "--url", url, "web")
            assert answer.code in (1, 2) and words in answer.err, f"{other.answer}: {answer}"
            assert answer.out == "", answer.out
        other.shutdown()
    assert "connect" in run("search", "--url", url, "web", code=1).err
    for wrong in ("ftp://127.0.0.1/", "127.0.0.1", "http://"):
        assert run("search", "--url", wrong, "web").code in (1, 2)
    assert "--data" in run("search", "--url", url, "--data", "/nowhere", "web", code=2).err


main()
