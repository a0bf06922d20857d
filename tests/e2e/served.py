"""A server of the program's own for the tests that talk to it over sockets."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import time

from harness import index, program, scratch

PATIENCE_SECONDS = 30


def is_sanitized():
    """Sanitizers slow everything down and keep freed memory: some figures mean nothing then."""
    with open(program(), "rb") as file:
        return b"__asan_init" in file.read()


def things(count, source="s", properties=None):
    """Records to index, a line each."""
    for number in range(count):
        yield {
            "record": "resource",
            "source": source,
            "address": f"thing/{source}/{number}",
            "native_type": "acme_thing",
            "name": f"{source}-{number}",
            "region": "here",
            "tags": {"n": str(number % 7)},
            "properties": properties or {"number": number},
        }


def lines(records):
    return "".join(json.dumps(record) + "\n" for record in records).encode()


class Reply:
    """A response as it came over the socket."""

    def __init__(self, raw):
        self.raw = raw
        head, _, self.body = raw.partition(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 100"):
            head, _, self.body = self.body.partition(b"\r\n\r\n")
        first, *rest = head.decode("latin-1").split("\r\n")
        self.status = int(first.split(" ")[1]) if first.startswith("HTTP/1.") else None
        self.headers = {}
        for line in rest:
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()

    @property
    def is_problem(self):
        if self.headers.get("content-type") != "application/problem+json":
            return False
        problem = json.loads(self.body)
        return problem["status"] == self.status and bool(problem["detail"]) and bool(problem["code"])

    def __str__(self):
        return repr(self.raw[:300])


class Server:
    def __init__(self, data, *words, env=None):
        own = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": "/nonexistent"}
        own.update({name: v for name, v in os.environ.items() if name.endswith("SAN_OPTIONS")})
        own.update(env or {})
        self.log = open(data / "server.log", "w+b") if data.exists() else subprocess.DEVNULL
        self.process = subprocess.Popen(
            [program(), "serve", "--data", str(data), "--port", "0", *map(str, words)],
            stdout=subprocess.PIPE,
            stderr=self.log,
            env=own,
        )
        line = self.process.stdout.readline().decode()
        found = re.fullmatch(r"listening on http://(\S+):(\d+)\n", line)
        if not found:
            raise AssertionError(f"it did not start: {line!r} {self.said()}")
        self.host, self.port = found.group(1).strip("[]"), int(found.group(2))
        self.url = f"http://{found.group(1)}:{self.port}"

    # ---- talking to it ----

    def connect(self, timeout=PATIENCE_SECONDS, receive_buffer=None):
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        peer = socket.socket(family)
        if receive_buffer:
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        peer.settimeout(timeout)
        peer.connect((self.host, self.port))
        return peer

    def raw(self, request, timeout=PATIENCE_SECONDS):
        """Sends bytes and reads until the server closes the connection."""
        with self.connect(timeout) as peer:
            peer.sendall(request)
            return Reply(read_all(peer))

    def ask(self, path, method="GET", body=None, headers=None):
        """One request, parsed by a client that knows the protocol."""
        client = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE_SECONDS)
        try:
            client.request(method, path, body=body, headers=headers or {})
            response = client.getresponse()
            response.content = response.read()
            return response
        finally:
            client.close()

    def json(self, path, **settings):
        response = self.ask(path, **settings)
        assert response.status == 200, f"{path}: {response.status} {response.content[:300]}"
        return json.loads(response.content)

    def ingest(self, body):
        return self.ask("/api/v1/ingest", "POST", body, {"Content-Type": "application/x-ndjson"})

    def metric(self, name):
        """The value of a series, labels and all."""
        for line in self.ask("/metrics").content.decode().splitlines():
            if line.startswith(name + " "):
                return float(line.rpartition(" ")[2])
        raise AssertionError(f"there is no metric {name}")

    # ---- looking at it ----

    def said(self):
        if self.log == subprocess.DEVNULL:
            return ""
        self.log.flush()
        self.log.seek(0)
        return self.log.read().decode("utf-8", "replace")

    def resident_kib(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def signal(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def wait(self, timeout=PATIENCE_SECONDS):
        return self.process.wait(timeout)

    def close(self):
        """Ends it, and fails when a sanitizer found something."""
        if self.process.poll() is None:
            self.signal()
            try:
                code = self.wait()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
            assert code == 0, f"exit {code}: {self.said()[-600:]}"
        self.process.stdout.close()
        assert "Sanitizer" not in self.said() and "runtime error" not in self.said(), self.said()
        if self.log != subprocess.DEVNULL:
            self.log.close()


def read_all(peer):
    """Until the end of the connection; a reset counts as one."""
    pieces = []
    try:
        while piece := peer.recv(65536):
            pieces.append(piece)
    except ConnectionResetError:
        pass
    return b"".join(pieces)


@contextlib.contextmanager
def served(*words, count=3, properties=None, env=None):
    """A server on a warehouse of so many things; `server.data` is its folder."""
    with scratch() as folder:
        data = folder / "data"
        index(data, "-", stdin=lines(things(count, properties=properties)), code=0)
        server = Server(data, *words, env=env)
        server.data = data
        try:
            yield server
        except BaseException:
            server.process.kill()
            server.process.wait()
            raise
        if server.process.returncode in (None, 0):
            server.close()


def until(condition, seconds=PATIENCE_SECONDS):
    """Waits for something to become true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
