"""A thousand clients that read a long answer slowly: the server's memory stays what it is, and
whoever asks whether it is alive is answered.

A client takes a few kilobytes now and then, all from one thread; another process asks /livez all
the while and writes down how long that took.
"""

import json
import resource
import selectors
import subprocess
import sys
import time

from harness import main, skip, test
from served import is_sanitized, served

READERS = 1000
ROUNDS = 40
ROUND_SECONDS = 0.3
BITE = 8192
TOGETHER = 50
LIVEZ_MS = 50
MEASURED_MOST = 4
# Most want the warehouse's own order; some a sorted answer, whose rows lie in a file.
SORTED_EVERY = 10
TARGET = "/api/v1/search?q=&format=ndjson&properties=true"
SORTED = "/api/v1/search?q=%7C%20sort%20by%20name&format=ndjson&properties=true&limit=1000"

ASK_LIVEZ = """
import http.client, json, sys, time
client = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]), timeout=30)
taken = []
end = time.monotonic() + float(sys.argv[2])
while time.monotonic() < end:
    begun = time.monotonic()
    client.request("GET", "/livez")
    response = client.getresponse()
    response.read()
    taken.append((time.monotonic() - begun) * 1000 if response.status == 200 else 1e9)
    time.sleep(0.02)
print(json.dumps(sorted(taken)))
"""


def raise_descriptors(wanted):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < wanted:
        skip(f"only {hard} descriptors are allowed here")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))


class Readers:
    def __init__(self, server):
        self.selector = selectors.DefaultSelector()
        self.taken = 0
        self.peers = []
        for number in range(READERS):
            target = TARGET if number % SORTED_EVERY else SORTED
            peer = server.connect(receive_buffer=32768)
            peer.sendall(f"GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            peer.setblocking(False)
            self.selector.register(peer, selectors.EVENT_READ)
            self.peers.append(peer)

    def read_some(self, seconds):
        """A little from each that has something; not all of them at the same moment."""
        ready = self.selector.select(0)
        for number, (key, _) in enumerate(ready):
            if number % TOGETHER == 0:
                time.sleep(seconds * TOGETHER / len(ready))
            piece = key.fileobj.recv(BITE)
            assert piece, "a slow reader was given up"
            self.taken += len(piece)

    def close(self):
        for peer in self.peers:
            peer.close()
        self.selector.close()


def let_them_fill_up(server):
    """Until every reader's buffers are full and a piece waits for it: nobody wants more."""
    quiet = 0
    end = time.monotonic() + 240
    while quiet < 5:
        assert time.monotonic() < end, "the server does not come to rest"
        busy = server.metric("infradex_http_queue_length") > 0
        quiet = 0 if busy else quiet + 1
        time.sleep(ROUND_SECONDS)


def begin_asking(server):
    seconds = ROUNDS * ROUND_SECONDS
    words = [sys.executable, "-c", ASK_LIVEZ, str(server.port), str(seconds)]
    return subprocess.Popen(words, stdout=subprocess.PIPE)


def read_slowly(server, readers):
    """The resident memory after each round."""
    resident = []
    for _ in range(ROUNDS):
        end = time.monotonic() + ROUND_SECONDS
        readers.read_some(ROUND_SECONDS / 2)
        resident.append(server.resident_kib())
        time.sleep(max(0, end - time.monotonic()))
    return resident


def figures(server, readers, resident, livez):
    return {
        "readers": READERS,
        "streams": server.metric("http_server_active_requests") - 1,
        "spools": server.metric("infradex_http_spools"),
        "resident_first_kib": resident[0],
        "resident_most_kib": max(resident),
        "livez_asked": len(livez),
        "livez_median_ms": round(livez[len(livez) // 2], 2),
        "livez_p99_ms": round(livez[len(livez) * 99 // 100], 2),
        "livez_most_ms": round(livez[-1], 2),
        "build": "sanitized" if is_sanitized() else "plain",
        "taken_kib": readers.taken >> 10,
        "connections": server.metric("infradex_http_connections"),
    }


def measure(server, readers):
    """Figures, the resident memory after each round, and what each answer of /livez took."""
    asking = begin_asking(server)
    resident = read_slowly(server, readers)
    livez = json.loads(asking.communicate(timeout=60)[0])
    found = figures(server, readers, resident, livez)
    print("#", json.dumps(found))
    return found, resident, livez


@test
def a_thousand_slow_readers_change_neither_memory_nor_liveness():
    raise_descriptors(2 * READERS + 200)
    # A sanitizer keeps freed memory, and small pieces of every size for itself.
    sanitizer = {"ASAN_OPTIONS": "quarantine_size_mb=1:malloc_context_size=0"} if is_sanitized() else {}
    growth = 1.5 if is_sanitized() else 1.1
    limits = ["--connections", 2 * READERS, "--connections-per-address", 0, "--queue", READERS, "--idle-time", 600,
              "--log-format", "none"]
    with served(*limits, count=4000, properties={"text": "x" * 2000}, env=sanitizer) as server:
        readers = Readers(server)
        let_them_fill_up(server)
        assert server.metric("infradex_http_spools") == READERS // SORTED_EVERY
        resident = []
        for _ in range(MEASURED_MOST):  # another program may have had the processors, not each time
            found, again, livez = measure(server, readers)
            resident += again
            if is_sanitized() or livez[-1] <= LIVEZ_MS:
                break
        readers.close()
        assert readers.taken > READERS * BITE
        # A single look may come while many pieces are on their way: the first quarter counts.
        assert max(resident) <= max(resident[: ROUNDS // 4]) * growth, found
        assert len(livez) > 50 and livez[-1] < 1e9, found
        assert is_sanitized() or livez[-1] <= LIVEZ_MS, found
        assert found["streams"] == READERS, found


main()
