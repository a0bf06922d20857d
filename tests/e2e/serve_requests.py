"""Requests that are malformed, too large or too slow, over real sockets.

Each must be answered as the table says, the server must go on, and whatever could have been read as
a second request must not be.
"""

import re
import socket
import time

from harness import main, test
from served import Reply, read_all, served

HOST = b"Host: localhost\r\n"
SEARCH = b"POST /api/v1/search HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\n"
SMUGGLED = b"GET /smuggled HTTP/1.1\r\n" + HOST + b"\r\n"

# name: request, the status that must come (None: the connection ends without an answer), and
# whether it is a problem document. Statuses without one are libmicrohttpd's own answers.
MALFORMED = {
    "both framings": (
        SEARCH + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 400, True),
    "both framings, the other way round": (
        SEARCH + b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n" + SMUGGLED, 400, True),
    "two lengths that differ": (
        SEARCH + b"Content-Length: 2\r\nContent-Length: 40\r\n\r\n{}" + SMUGGLED, 400, True),
    "two lengths that agree": (
        SEARCH + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}" + SMUGGLED, 400, True),
    "a list of lengths": (SEARCH + b"Content-Length: 2, 2\r\n\r\n{}" + SMUGGLED, 400, False),
    "a negative length": (SEARCH + b"Content-Length: -2\r\n\r\n{}", 400, False),
    "a length with a sign": (SEARCH + b"Content-Length: +2\r\n\r\n{}", 400, False),
    "a length in hex": (SEARCH + b"Content-Length: 0x2\r\n\r\n{}", 400, False),
    "a length that is no number": (SEARCH + b"Content-Length: two\r\n\r\n{}", 400, False),
    "a length beyond 64 bits": (SEARCH + b"Content-Length: 99999999999999999999\r\n\r\n{}", 413, False),
    "a length beyond the limit": (SEARCH + b"Content-Length: 9999999999\r\n\r\n{}", 413, True),
    "an unknown coding": (SEARCH + b"Transfer-Encoding: gzip\r\n\r\n" + SMUGGLED, 501, True),
    "a coding before chunks": (
        SEARCH + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 501, True),
    "a coding that looks like chunks": (
        SEARCH + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SMUGGLED, 501, True),
    "chunks named twice": (
        SEARCH + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SMUGGLED,
        400, True),
    "chunks in HTTP/1.0": (
        SEARCH.replace(b"HTTP/1.1", b"HTTP/1.0") + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, True),
    "a chunk's size that is none": (SEARCH + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n0\r\n\r\n", 400, False),
    "a chunk beyond 64 bits": (
        SEARCH + b"Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}\r\n0\r\n\r\n", 413, False),
    "a chunk without its end": (SEARCH + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}xx0\r\n\r\n", 400, False),
    "no host": (b"GET /livez HTTP/1.1\r\n\r\n", 400, True),
    "two hosts": (b"GET /livez HTTP/1.1\r\n" + HOST + HOST + b"\r\n", 400, True),
    "a host that is none": (b"GET /livez HTTP/1.1\r\nHost: a b/c\r\n\r\n", 400, True),
    "two authorizations": (
        b"GET /livez HTTP/1.1\r\n" + HOST + b"Authorization: a\r\nAuthorization: b\r\n\r\n", 400, True),
    "a control byte in a value": (b"GET /livez HTTP/1.1\r\n" + HOST + b"X: a\x01b\r\n\r\n", 400, True),
    "a carriage return in a value": (b"GET /livez HTTP/1.1\r\n" + HOST + b"X: a\rb\r\n\r\n", 400, True),
    "a deletion byte in a value": (b"GET /livez HTTP/1.1\r\n" + HOST + b"X: \x7f\r\n\r\n", 400, True),
    "a space before the colon": (b"GET /livez HTTP/1.1\r\n" + HOST + b"X : a\r\n\r\n", 400, True),
    "a name with a control byte": (b"GET /livez HTTP/1.1\r\n" + HOST + b"X\x02: a\r\n\r\n", 400, True),
    "a header without a colon": (b"GET /livez HTTP/1.1\r\n" + HOST + b"X\r\n\r\n", 400, False),
    "an unknown method": (b"BREW /livez HTTP/1.1\r\n" + HOST + b"\r\n", 501, True),
    "a method in small letters": (b"get /livez HTTP/1.1\r\n" + HOST + b"\r\n", 501, True),
    "a target without a slash": (b"GET livez HTTP/1.1\r\n" + HOST + b"\r\n", 400, True),
    "a target with a space": (b"GET /li vez HTTP/1.1\r\n" + HOST + b"\r\n", 400, True),
    "a target with a control byte": (b"GET /livez\x01 HTTP/1.1\r\n" + HOST + b"\r\n", 400, True),
    "a target beyond ASCII": (b"GET /liv\xc3\xa9 HTTP/1.1\r\n" + HOST + b"\r\n", 400, True),
    "a target with a fragment": (b"GET /livez#a HTTP/1.1\r\n" + HOST + b"\r\n", 400, True),
    "a target of a proxy": (b"CONNECT h:443 HTTP/1.1\r\n" + HOST + b"\r\n", 501, True),
    "a target of another scheme": (b"GET file:///etc/passwd HTTP/1.1\r\n" + HOST + b"\r\n", 400, True),
    "a target that is too long": (b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414, False),
    "a head that is too large": (b"GET /livez HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 40000 + b"\r\n\r\n", 431, False),
    "too many headers": (b"GET /livez HTTP/1.1\r\n" + HOST + b"X: a\r\n" * 150 + b"\r\n", 431, True),
    "no version": (b"GET /livez\r\n" + HOST + b"\r\n", 400, False),
    "a version that is none": (b"GET /livez HTTP/x.1\r\n" + HOST + b"\r\n", 400, False),
    "a version that is to come": (b"GET /livez HTTP/3.0\r\n" + HOST + b"\r\n", 505, False),
    "the preface of another protocol": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, False),
    "the greeting of TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\n", None, False),
    "a word": (b"hello\r\n\r\n", None, False),
    "an expectation of its own": (SEARCH + b"Expect: cake\r\nContent-Length: 2\r\n\r\n{}", 417, True),
}


@test
def malformed_requests_are_answered_and_their_connections_closed():
    wrong = []
    with served("--log-format", "json") as server:
        for name, (request, status, is_problem) in MALFORMED.items():
            reply = server.raw(request)
            if reply.status != status or (status and reply.is_problem != is_problem):
                wrong.append(f"{name}: {reply} instead of {status}")
            answers = set(re.findall(rb"HTTP/1\.1 (\d+)", reply.raw))  # the library may repeat its own
            if answers != ({str(status).encode()} if status else set()):
                wrong.append(f"{name}: not one answer: {reply}")
        assert server.ask("/livez").status == 200
        assert "/smuggled" not in server.said(), "a second request was read"
    assert not wrong, "\n".join(wrong)
    assert len(MALFORMED) >= 25


@test
def what_is_unusual_and_right_is_answered():
    close = HOST + b"Connection: close\r\n\r\n"
    right = {
        "a target with its host": b"GET http://localhost/livez HTTP/1.1\r\n" + close,
        "the old version": b"GET /livez HTTP/1.0\r\n\r\n",
        "a name in other letters": b"GET /livez HTTP/1.1\r\nhOST: localhost\r\nconnection: close\r\n\r\n",
        "line ends before the request": b"\r\n\r\nGET /livez HTTP/1.1\r\n" + close,
        "a body nobody wants": b"GET /livez HTTP/1.1\r\nContent-Length: 3\r\n" + close + b"abc",
        "chunks": SEARCH + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
                  b"8;x=y\r\n{\"q\":\"\"\r\n1\r\n}\r\n0\r\nTrailer: t\r\n\r\n",
    }
    with served() as server:
        for name, request in right.items():
            reply = server.raw(request)
            assert reply.status == 200, f"{name}: {reply}"


@test
def requests_one_after_another_are_answered_in_order():
    with served() as server:
        one = b"GET /%s HTTP/1.1\r\n" + HOST + b"\r\n"
        last = b"GET /api/v1/sources HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n"
        reply = server.raw(one % b"livez" + one % b"nothing" + one % b"readyz" + last)
        statuses = [part[:3] for part in reply.raw.split(b"HTTP/1.1 ")[1:]]
        assert statuses == [b"200", b"404", b"200", b"200"], str(statuses)


@test
def a_body_in_chunks_is_refused_when_it_becomes_too_large():
    with served("--body", "1") as server, server.connect() as peer:
        peer.sendall(b"POST /api/v1/ingest HTTP/1.1\r\n" + HOST
                     + b"Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
        sent = 0
        try:
            while sent < 64 << 20:
                peer.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
                sent += 65536
        except OSError:
            pass
        reply = Reply(read_all(peer))
        assert reply.status == 413 and reply.is_problem, str(reply)
        assert server.resident_kib() < 400 << 10
        assert server.metric('infradex_http_rejected_total{reason="body"}') == 1


@test
def a_client_that_asks_before_it_sends_is_refused_before_it_sends():
    with served() as server:
        reply = server.raw(SEARCH + b"Expect: 100-continue\r\nContent-Length: 99999999\r\n\r\n")
        assert reply.status == 413 and b"100 Continue" not in reply.raw, str(reply)


@test
def a_head_that_drips_is_given_up():
    with served("--idle-time", "60", "--request-time", "1") as server, server.connect() as peer:
        peer.sendall(b"GET /livez HTTP/1.1\r\n")
        begun = time.monotonic()
        reply = drip(peer, b"X: " + b"a" * 10000)
        assert reply.status == 408 and reply.is_problem, str(reply)
        assert time.monotonic() - begun < 20
        assert server.metric('infradex_http_rejected_total{reason="slow"}') == 1


def drip(peer, data):
    """Sends a byte now and then until the server has enough of it."""
    peer.settimeout(0.05)
    for byte in data:
        try:
            peer.sendall(bytes([byte]))
            received = peer.recv(65536, socket.MSG_PEEK)
        except socket.timeout:
            continue
        except OSError:
            break
        if received is not None:
            break
    peer.settimeout(10)
    return Reply(read_all(peer))


@test
def a_body_that_drips_is_given_up():
    with served("--request-time", "1") as server, server.connect() as peer:
        peer.sendall(SEARCH + b"Content-Length: 10000\r\n\r\n")
        assert drip(peer, b" " * 10000).status == 408


@test
def a_first_line_that_drips_is_given_up():
    with served("--idle-time", "1") as server, server.connect() as peer:
        assert drip(peer, b"GET /" + b"a" * 10000).status is None


@test
def connections_on_which_nothing_comes_are_closed():
    with served("--idle-time", "1") as server:
        peers = [server.connect(20) for _ in range(50)]
        assert all(peer.recv(1) == b"" for peer in peers)
        for peer in peers:
            peer.close()


@test
def a_client_that_ends_only_its_own_side_is_answered():
    with served() as server, server.connect() as peer:
        peer.sendall(b"GET /api/v1/search?q=s-1 HTTP/1.1\r\n" + HOST + b"\r\n")
        peer.shutdown(socket.SHUT_WR)
        assert Reply(read_all(peer)).status == 200


@test
def half_a_request_and_the_end_is_no_request():
    # The library may overlook an end that comes with the last bytes; then time closes it.
    with served("--idle-time", "2", "--request-time", "2") as server:
        for request in (b"GET /livez HT", b"GET /livez HTTP/1.1\r\nHo", SEARCH + b"Content-Length: 9\r\n\r\n{"):
            with server.connect() as peer:
                peer.sendall(request)
                peer.shutdown(socket.SHUT_WR)
                assert Reply(read_all(peer)).status in (None, 408)
        assert server.ask("/livez").status == 200


@test
def one_connection_too_many_from_an_address_is_told_so():
    with served("--connections-per-address", "3") as server:
        peers = [server.connect() for _ in range(3)]
        for peer in peers:
            ask_livez(peer)
        reply = server.raw(b"")
        assert reply.status == 503 and reply.is_problem and reply.headers["retry-after"], str(reply)
        peers.pop().close()
        check_free(server)
        for peer in peers:
            ask_livez(peer)
            peer.close()


def ask_livez(peer):
    peer.sendall(b"GET /livez HTTP/1.1\r\n" + HOST + b"\r\n")
    assert peer.recv(65536).startswith(b"HTTP/1.1 200")


def check_free(server):
    for _ in range(200):
        if server.ask("/livez").status == 200:
            return
        time.sleep(0.05)
    raise AssertionError("a closed connection still counts")


@test
def one_connection_too_many_in_all_is_told_so():
    with served("--connections", "3", "--connections-per-address", "0") as server:
        peers = [server.connect() for _ in range(3)]
        for peer in peers:
            ask_livez(peer)
        assert server.raw(b"GET /livez HTTP/1.1\r\n" + HOST + b"\r\n").status == 503
        for peer in peers:
            peer.close()
        check_free(server)


@test
def a_full_queue_is_answered_at_once_and_what_is_alive_says_so():
    with served("--workers", "1", "--queue", "1", count=2000) as server:
        peers = [server.connect() for _ in range(60)]
        for peer in peers:
            peer.sendall(b"GET /api/v1/search?q=%7C%20count%20by%20name HTTP/1.1\r\n" + HOST + b"Connection: close\r\n\r\n")
        assert server.ask("/livez").status == 200
        replies = [Reply(read_all(peer)) for peer in peers]
        full = [reply for reply in replies if reply.status == 503]
        assert {reply.status for reply in replies} == {200, 503}, str(replies[-1])
        assert all(reply.is_problem and reply.headers["retry-after"] == "1" for reply in full)
        assert server.metric('infradex_http_rejected_total{reason="queue"}') == len(full)
        for peer in peers:
            peer.close()


main()
