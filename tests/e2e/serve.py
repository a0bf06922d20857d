"""The server as its operator meets it: starting, ending, limits, log, figures, and indexing while it
runs."""

import gzip
import json
import os
import resource
import signal
import socket
import subprocess
import threading
import time

from harness import index, main, program, run, scratch, test
from served import Reply, Server, lines, read_all, served, things, until

CLOSE = b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
STREAM = "/api/v1/search?q=&format=ndjson&properties=true"
LARGE = {"text": "x" * 2000}


# ---- starting ----


@test
def another_address_than_loopback_needs_a_flag():
    with scratch() as folder:
        answer = run("serve", "--data", folder, "--port", "0", "--address", "0.0.0.0", code=1)
        assert "--allow-any-address" in answer.err and answer.err.count("\n") == 1, answer.err
        for address in ("localhost", "", "1.2.3", "fe80::1%lo"):
            assert run("serve", "--data", folder, "--port", "0", "-a", address, code=1).err.count("\n") == 1
    with served("--address", "0.0.0.0", "--allow-any-address") as server:
        server.host = "127.0.0.1"
        assert server.ask("/livez").status == 200


@test
def it_listens_on_version_6_of_the_loopback_address():
    if not socket.has_ipv6 or not os.path.exists("/proc/net/if_inet6"):
        return
    with served("--address", "::1", "--log-format", "json") as server:
        assert server.ask("/livez").status == 200
        until(lambda: '"client":"::1"' in server.said())


@test
def a_port_in_use_is_one_clear_line():
    with served() as server:
        answer = run("serve", "--data", server.data, "--port", server.port, code=1)
        assert f"port {server.port} " in answer.err and "in use" in answer.err, answer.err
        assert answer.err.count("\n") == 1 and "--port" in answer.err


@test
def limits_must_make_sense():
    for words in (("--port", "65536"), ("--workers", "0"), ("--queue", "0"), ("--body", "x")):
        assert run("serve", *words, code=2).err.count("\n") == 1


@test
def a_service_manager_is_told_when_it_is_ready_and_when_it_ends():
    with scratch() as folder:
        name = str(folder / "notify")
        abstract = f"@infradex-test-{os.getpid()}"
        for address, bound in ((name, name), (abstract, "\0" + abstract[1:])):
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
                manager.bind(bound)
                manager.settimeout(30)
                with served(env={"NOTIFY_SOCKET": address}) as server:
                    assert manager.recv(100) == b"READY=1"
                    server.signal()
                    assert manager.recv(100) == b"STOPPING=1"
                    assert server.wait() == 0
        for nobody in (name + "-nobody", "relative", "/" + "a" * 200):
            with served(env={"NOTIFY_SOCKET": nobody}) as server:
                assert server.ask("/livez").status == 200


@test
def what_cannot_be_read_is_said_at_the_start():
    with scratch() as folder:
        (folder / "infradex.db").write_bytes(b"no database at all" * 100)
        server = Server(folder)
        assert server.ask("/readyz").status >= 500
        assert server.said().startswith("infradex: ") and "searches are answered with" in server.said(), server.said()
        server.close()


@test
def it_starts_before_anything_is_indexed():
    with scratch() as folder:
        data = folder / "data"
        data.mkdir()
        server = Server(data)
        try:
            assert server.ask("/livez").status == 200
            assert server.ask("/readyz").status == 503
            assert b"infradex index" in server.ask("/api/v1/search?q=x").content
            first = server.said().splitlines()[0]
            assert str(data) in first and "infradex index" in first, first
            index(data, "-", stdin=lines(things(3)), code=0)
            assert server.json("/readyz")["generation"] == 1
        finally:
            server.close()


# ---- ending ----


@test
def a_signal_ends_it():
    for number in (signal.SIGTERM, signal.SIGINT):
        with served() as server:
            server.ask("/livez")
            server.signal(number)
            assert server.wait() == 0


@test
def it_starts_again_on_the_same_port_at_once():
    with served() as server:
        peers = [server.connect() for _ in range(10)]
        for peer in peers:
            peer.sendall(b"GET /livez" + CLOSE)
            read_all(peer)
        server.signal()
        assert server.wait() == 0
        again = Server(server.data, "--port", server.port)
        assert again.port == server.port and again.ask("/readyz").status == 200
        again.close()
        for peer in peers:
            peer.close()


class Asker(threading.Thread):
    """Asks again and again on one connection, until the server ends it."""

    def __init__(self, server):
        super().__init__(daemon=True)
        self.peer = server.connect()
        self.answered, self.broken = 0, []
        self.start()

    def run(self):
        request = b"GET /api/v1/search?q=s&count=false HTTP/1.1\r\nHost: localhost\r\n\r\n"
        while True:
            try:
                self.peer.sendall(request)
            except OSError:
                return
            got = self.read_one()
            if got == b"":
                return  # between requests, or refused before it was read
            if got is None:
                self.broken.append("an answer was cut short")
                return
            self.answered += 1

    def read_one(self):
        got = b""
        while b"\r\n\r\n" not in got:
            piece = self.receive()
            if not piece:
                return None if got else b""
            got += piece
        reply = Reply(got)
        length = len(reply.raw) - len(reply.body) + int(reply.headers["content-length"])
        while len(got) < length:
            piece = self.receive()
            if not piece:
                return None
            got += piece
        return got

    def receive(self):
        try:
            return self.peer.recv(65536)
        except OSError:
            return b""


@test
def what_is_in_flight_is_answered_when_it_is_told_to_end():
    with served("--workers", "2", count=2000, properties=LARGE) as server:
        askers = [Asker(server) for _ in range(8)]
        streams = [server.connect() for _ in range(4)]
        for peer in streams:
            peer.sendall(b"GET " + STREAM.encode() + CLOSE)
            assert peer.recv(1) == b"H"
        until(lambda: all(asker.answered > 5 for asker in askers))
        begun = time.monotonic()
        server.signal()
        for peer in streams:
            assert b'"end":true' in read_all(peer)[-4096:], "a stream was cut short"
            peer.close()
        assert server.wait() == 0
        assert time.monotonic() - begun < 10
        for asker in askers:
            asker.join(10)
            assert not asker.broken and not asker.is_alive(), asker.broken


def stalled(server):
    """A client that asked for a long stream and does not read it."""
    peer = server.connect(receive_buffer=4096)
    peer.sendall(b"GET " + STREAM.encode() + CLOSE)
    assert peer.recv(1) == b"H"
    return peer


@test
def who_does_not_read_cannot_keep_it_from_ending():
    with served(count=2000, properties=LARGE) as server:
        peer = stalled(server)
        begun = time.monotonic()
        server.signal()
        assert server.wait() == 0
        assert time.monotonic() - begun < 10
        assert b'"end":true' not in read_all(peer)[-4096:]
        peer.close()


@test
def a_second_signal_ends_it_at_once():
    with served(count=2000, properties=LARGE) as server:
        peer = stalled(server)
        server.signal()
        time.sleep(0.5)
        assert server.process.poll() is None, "it did not wait for the first client"
        begun = time.monotonic()
        server.signal()
        code = server.wait()
        assert code == 128 + signal.SIGTERM, code
        assert time.monotonic() - begun <= 1
        peer.close()


@test
def it_accepts_nobody_while_it_ends():
    with served(count=2000, properties=LARGE) as server:
        peer = stalled(server)
        server.signal()

        def is_refused():
            try:
                with server.connect(5):
                    return False
            except ConnectionError:  # refused, or reset when it was just being taken
                return True

        until(is_refused, 5)
        peer.close()
        assert server.wait() == 0


# ---- answers over the wire ----


@test
def each_answer_has_a_request_id_and_a_sane_one_is_kept():
    with served() as server:
        first = server.ask("/livez").headers["X-Request-Id"]
        assert len(first) == 16 and first != server.ask("/livez").headers["X-Request-Id"]
        assert server.ask("/livez", headers={"X-Request-Id": "mine-1.2_3"}).headers["X-Request-Id"] == "mine-1.2_3"
        made = server.ask("/livez", headers={"X-Request-Id": 'a"; b'}).headers["X-Request-Id"]
        assert len(made) == 16, made


@test
def a_head_is_the_answer_without_its_body():
    with served(count=2000) as server:
        for path in ("/api/v1/sources", "/livez", "/nothing", STREAM):
            get, head = server.ask(path), server.ask(path, "HEAD")
            assert head.status == get.status and head.content == b""
            assert head.headers["Content-Type"] == get.headers["Content-Type"]
            assert head.headers.get("Content-Length") == get.headers.get("Content-Length")
        assert server.ask("/livez").status == 200


@test
def answers_are_compressed_and_kept():
    with served() as server:
        plain = server.ask("/api/v1/openapi.json")
        packed = server.ask("/api/v1/openapi.json", headers={"Accept-Encoding": "gzip"})
        assert gzip.decompress(packed.content) == plain.content
        kept = server.ask("/api/v1/sources")
        again = server.ask("/api/v1/sources", headers={"If-None-Match": kept.headers["ETag"]})
        assert again.status == 304 and again.content == b""


@test
def streams_of_many_pieces_are_whole():
    with served(count=5000) as server:
        rows = [json.loads(line) for line in server.ask("/api/v1/search?q=&format=ndjson").content.splitlines()]
        assert rows[-1]["end"] and rows[-1]["complete"] and rows[-1]["rows"] == 5000
        assert len({row["address"] if "address" in row else row["uid"] for row in rows[:-1]}) == 5000
        table = server.ask("/api/v1/search?q=&format=csv").content
        assert table.count(b"\n") == 5001
        old = server.raw(b"GET /api/v1/search?q=&format=ndjson HTTP/1.0\r\n\r\n")
        assert "transfer-encoding" not in old.headers and b'"end":true' in old.body[-4096:]


def chunked(raw):
    """The body of a chunked answer, and the lines behind it."""
    reply, body = Reply(raw), b""
    assert reply.headers.get("transfer-encoding") == "chunked", reply
    rest = reply.body
    while True:
        size, _, rest = rest.partition(b"\r\n")
        if int(size, 16) == 0:
            return reply, body, rest.decode().split("\r\n")
        body, rest = body + rest[:int(size, 16)], rest[int(size, 16):]
        assert rest.startswith(b"\r\n"), rest[:40]
        rest = rest[2:]


def read_chunked(peer):
    """From a connection that stays open."""
    raw = b""
    while b"\r\n0\r\n" not in raw or not raw.endswith(b"\r\n\r\n"):
        piece = peer.recv(65536)
        assert piece, raw[-200:]
        raw += piece
    return chunked(raw)


CSV = b"GET /api/v1/search?q=&format=csv"
MARK = "Infradex-End: rows=5000, complete, consistent, generation=1"


@test
def csv_is_followed_by_its_end_mark():
    with served(count=5000) as server:
        for more in (b"", b"&end_mark=true", b"%20%7C%20sort%20by%20name"):
            for header in (b"", b"Accept-Encoding: gzip\r\nTE: trailers\r\n"):
                request = CSV.replace(b"&format", more + b"&format") if b"sort" in more else CSV + more
                raw = server.raw(request + CLOSE[:-2] + header + b"\r\n").raw
                reply, body, behind = chunked(raw)
                assert reply.headers["trailer"] == "Infradex-End" and "content-encoding" not in reply.headers
                assert body.count(b"\r\n") == 5001 and behind == [MARK, "", ""], behind
        with server.connect() as peer:  # and the connection goes on
            for _ in range(2):
                peer.sendall(CSV + CLOSE.replace(b"Connection: close\r\n", b""))
                assert read_chunked(peer)[2] == [MARK, "", ""]
        old = server.raw(CSV + b" HTTP/1.0\r\n\r\n")
        assert "trailer" not in old.headers and old.body.count(b"\r\n") == 5001 and b"Infradex" not in old.body[-200:]
        head = server.ask("/api/v1/search?q=&format=csv", "HEAD")
        assert head.status == 200 and head.content == b"" and head.headers["Trailer"] == "Infradex-End"


@test
def csv_of_one_piece_has_its_end_mark_in_front():
    with served() as server:
        short = server.ask("/api/v1/search?q=&format=csv")
        assert short.headers["Infradex-End"] == "rows=3, complete, consistent, generation=1"
        assert "Trailer" not in short.headers and short.headers["Content-Length"] == str(len(short.content))
    with served(count=100) as server:  # large enough to be compressed
        plain = server.ask("/api/v1/search?q=&format=csv")
        packed = server.ask("/api/v1/search?q=&format=csv", headers={"Accept-Encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip" and gzip.decompress(packed.content) == plain.content
        assert packed.headers["Infradex-End"] == plain.headers["Infradex-End"]


def come_and_go(server):
    for number in range(40):
        peer = stalled(server)
        if number % 2:  # a reset instead of an end
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        peer.close()
    until(lambda: server.metric("http_server_active_requests") == 1)
    until(lambda: server.metric("infradex_http_connections") == 1)
    return server.descriptors()


@test
def a_client_that_goes_away_leaves_nothing_behind():
    with served(count=3000, properties=LARGE) as server:
        before = come_and_go(server)
        # a worker opens files when it first needs them; what is left behind would be forty
        after = come_and_go(server)
        assert after < before + 20, (before, after)
        assert server.ask("/readyz").status == 200


# ---- log and figures ----


@test
def each_request_is_one_line_of_json():
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    with served("--log-format", "json") as server:
        server.ask("/api/v1/search?q=topsecret", headers={
            "X-Request-Id": "id-1", "traceparent": f"00-{trace}-{parent}-01"})
        server.ask("/nothing?password=topsecret")
        server.raw(b"BREW /pot?x=topsecret HTTP/1.1\r\nHost: h\r\n\r\n")
        until(lambda: server.said().count("\n") == 3)
        assert "topsecret" not in server.said(), "the query part is logged"
        said = [json.loads(line) for line in server.said().splitlines()]
        first, second, third = sorted(said, key=lambda line: line["path"])
        assert first["request_id"] == "id-1" and first["trace_id"] == trace and first["parent_id"] == parent
        assert first["method"] == "GET" and first["path"] == first["route"] == "/api/v1/search"
        assert first["status"] == 200 and first["end"] == "answered" and first["answer_bytes"] > 0
        assert first["client"] == "127.0.0.1" and first["duration_ms"] > 0
        assert second["status"] == 404 and second["path"] == "/nothing" and "route" not in second
        assert third["status"] == 501 and third["path"] == "/pot"


@test
def each_request_is_one_line_of_keys_and_values_or_none():
    with served("--log-format", "kv") as server:
        server.ask("/api/v1/resources/a%20b")
        until(lambda: server.said().endswith("\n"))
        assert "method=GET path=/api/v1/resources/a%20b route=/api/v1/resources/{uid} status=404" in server.said()
    with served("--log-format", "none") as server:
        server.ask("/livez")
        assert server.said() == ""


@test
def figures_follow_what_happens():
    with served() as server:
        for _ in range(3):
            server.ask("/api/v1/sources")
        labels = '{http_request_method="GET",http_response_status_code="200",http_route="/api/v1/sources"'
        name = "http_server_request_duration_seconds"
        until(lambda: server.metric(name + "_count" + labels + "}") == 3)
        assert server.metric(name + "_bucket" + labels + ',le="+Inf"}') == 3
        until(lambda: server.metric("http_server_active_requests") == 1)
        until(lambda: server.metric("infradex_http_connections") == 1)
        assert server.metric("infradex_http_queue_length") == 0
        assert server.metric("process_open_fds") > 5
        assert server.metric("process_resident_memory_bytes") > 1 << 20
        until(lambda: server.metric("infradex_warehouse_generation") == 1)
        assert server.ask("/metrics").headers["Content-Type"].startswith("text/plain; version=0.0.4")
        figures = server.ask("/metrics").content.decode()
        for line in figures.splitlines():
            assert line.startswith("#") or len(line.rsplit(" ", 1)) == 2, line


# ---- indexing while it runs ----


@test
def a_new_generation_is_seen_without_a_restart():
    with served() as server:
        assert server.json("/readyz")["generation"] == 1
        index(server.data, "-", stdin=lines(things(5, source="other")), code=0)
        assert server.json("/readyz")["generation"] == 2
        assert server.json("/api/v1/search?q=source:other")["count"]["value"] == 5
        assert server.ingest(lines(things(2, source="third"))).status == 200
        assert server.json("/api/v1/search?q=source:third")["count"]["value"] == 2
        until(lambda: server.metric("infradex_warehouse_generation") == 3)


@test
def a_restored_copy_is_read_without_a_restart():
    with served(count=5) as server:
        database = server.data / "infradex.db"
        copy = server.data / "copy"
        run("backup", "--data", server.data, copy, code=0)
        index(server.data, "-", stdin=lines(things(7, source="other")), code=0)
        search = "/api/v1/search?q=&count=true"
        later = server.ask(search)
        assert json.loads(later.content)["count"]["value"] == 12
        for leftover in ("infradex.db-wal", "infradex.db-shm"):
            (server.data / leftover).unlink(missing_ok=True)
        os.replace(copy, database)
        for _ in range(12):  # every worker
            assert server.json(search)["count"]["value"] == 5
        assert server.json("/readyz")["generation"] == 1
        until(lambda: server.metric("infradex_warehouse_generation") == 1)
        index(server.data, "-", stdin=lines(things(1, source="third")), code=0)
        again = server.ask(search, headers={"If-None-Match": later.headers["ETag"]})
        assert again.status == 200, "the same generation of another warehouse is another answer"
        assert json.loads(again.content)["count"]["value"] == 6
        database.unlink()
        assert server.ask("/readyz").status == 503
        assert server.ask("/livez").status == 200


@test
def a_long_reader_and_indexing_do_not_hinder_each_other():
    with served(count=4000, properties=LARGE) as server:
        peer = stalled(server)
        index(server.data, "-", stdin=lines(things(100, source="other")), code=0)
        assert server.json("/readyz")["generation"] == 2
        assert server.json("/api/v1/search?q=source:other")["count"]["value"] == 100
        rest = read_all(peer)
        end = next(line for line in reversed(rest.splitlines()) if line.startswith(b'{"end"'))
        end = json.loads(end)
        assert end["complete"] and not end["consistent"] and end["rows"] >= 4000, end
        peer.close()


@test
def a_sorted_stream_is_of_one_state_and_its_rows_leave_nothing_behind():
    path = STREAM.replace("q=", "q=s%20%7C%20sort%20by%20name")
    with served(count=2000, properties=LARGE) as server:
        before = sorted(entry.name for entry in server.data.iterdir())
        peers = [server.connect(receive_buffer=4096) for _ in range(2)]
        for peer in peers:
            peer.sendall(b"GET " + path.encode() + CLOSE)
            assert peer.recv(1) == b"H"
        until(lambda: server.metric("infradex_http_spools") == 2)
        assert server.metric("infradex_http_spool_bytes") > 2 * 2000 * 2000
        index(server.data, "-", stdin=lines(things(2000, properties={"text": "y"})), code=0)
        assert set(entry.name for entry in server.data.iterdir()) <= {*before, "infradex.db-shm", "infradex.db-wal"}
        rest = read_all(peers[0])
        end = json.loads(next(line for line in reversed(rest.splitlines()) if line.startswith(b'{"end"')))
        assert end["complete"] and end["consistent"] and end["rows"] == 2000, end
        assert end["meta"]["generation"] == 1 and b'"y"' not in rest
        for peer in peers:
            peer.close()
        until(lambda: server.metric("infradex_http_spools") == 0)
        assert server.metric("infradex_http_spool_bytes") == 0
        assert server.metric("infradex_http_spools_total") == 2


@test
def streams_that_have_no_room_are_refused_with_words():
    path = STREAM.replace("q=", "q=%7C%20sort%20by%20name")
    with served("--spool", 1, count=2000, properties=LARGE) as server:
        refused = server.ask(path)
        assert refused.status == 400 and b"1 MiB" in refused.content, refused.content
        assert server.ask(STREAM).content.rstrip().endswith(b"}")
        assert server.metric("infradex_http_spools_refused_total") == 1


@test
def a_stream_that_finds_no_room_on_the_disk_is_an_error_before_it_begins():
    path = STREAM.replace("q=", "q=%7C%20sort%20by%20name")
    with served(count=2000, properties=LARGE) as server:
        assert server.json("/readyz")["status"] == "ok"
        before = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (1 << 20, before[1]))
        refused = server.ask(path)
        assert refused.status == 500 and json.loads(refused.content)["code"] == "io", refused.content
        assert str(server.data) in json.loads(refused.content)["detail"]
        assert server.metric("infradex_http_spool_bytes") == 0
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, before)
        assert b'"complete":true' in server.ask(path).content[-4096:]


@test
def two_writers_do_not_meet():
    with served() as server:
        words = [program(), "index", "--data", str(server.data), "-"]
        with subprocess.Popen(words, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as writer:
            writer.stdin.write(lines(things(20000, source="slow")))
            writer.stdin.flush()
            until(lambda: server.ingest(lines(things(1, source="x"))).status == 503)
            refused = server.ingest(lines(things(1, source="x")))
            problem = json.loads(refused.content)
            assert problem["code"] == "busy" and str(writer.pid) in problem["detail"], problem
            assert int(refused.headers["Retry-After"]) > 0
            second = run("index", "--data", server.data, "-", stdin=lines(things(1, source="y")), code=1)
            assert str(writer.pid) in second.err and "--wait" in second.err, second.err
            assert server.json("/api/v1/search?q=s-1")["count"]["value"] == 1, "readers go on"
            writer.stdin.close()
            assert writer.wait(30) == 0
        assert server.ingest(lines(things(1, source="x"))).status == 200


main()
