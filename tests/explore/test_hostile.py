"""Clients of the server that break off, dawdle or talk nonsense: a refusal, and it goes on."""

import json
import socket
import struct
import threading
import time

import pytest

from gpa_theory.explore import server as serving
from gpa_theory.explore.about import about
from gpa_theory.explore.server import serve

QUERIES = [
    "T=" + "9" * 310,
    "T=" + "9" * 400,
    "seed=" + "9" * 400,
    "T=-0",
    "T=",
    "T=1e3",
    "T=1_000",
    "T=%D9%A3%D9%A0",  # Arabic digits
    "mux=%EF%BC%91",  # a full-width digit
    "mux=nan",
    "mux=inf",
    "gamma=-inf",
    "gamma=1e400",
    "gamma=-1",
    "noise=0x1",
    "muy= 0.5%20",
    "mux=0.5&mux=0.6",
    "%FF%FE=%00",
    "problem=%0D%0AX-Injected:%201",
    "base=",
    "&".join(["t=1"] * 41),
    "x" * 60_000,
]
NONSENSE = [
    b"GET http://[/observe HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",  # TLS, spoken to plain HTTP
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"GET\r\n\r\n",
    b"\r\n\r\n",
    b"BREW /coffee HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n",
    b"GET / HTTP/1.1\r\nHost: \xff\xfe\r\n\r\n",
    b"GET /\r\n\r\n",  # HTTP/0.9
]


@pytest.fixture
def server(capfd):
    """Return a running server; whatever reaches the terminal meanwhile fails the test."""
    with serve(about("gpa explore")) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield running
        assert talk(running, b"GET /observe?T=5 HTTP/1.1\r\nHost: localhost\r\n\r\n")[:3] == b"200"
        running.shutdown()
        thread.join()
    assert capfd.readouterr() == ("", "")


def connected(server):
    return socket.create_connection(("127.0.0.1", server.port), timeout=30)


def talk(server, request):
    """Return what is answered until the server hangs up, after the words HTTP/1.1 and a blank."""
    with connected(server) as client:
        client.sendall(request)
        client.shutdown(socket.SHUT_WR)
        found = b""
        while piece := client.recv(65536):
            found += piece
    return found.partition(b" ")[2]


@pytest.mark.parametrize("query", QUERIES, ids=range(len(QUERIES)))
def test_a_hostile_query_is_refused_in_one_line(server, query):
    """Status 400 and one short line that says why, whatever stands in the query."""
    query = query.replace(" ", "+")
    found = talk(server, f"GET /observe?{query} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    head, _, body = found.partition(b"\r\n\r\n")
    assert head[:3] == b"400"
    assert b"X-Injected" not in head
    words = json.loads(body)["error"]
    assert len(words.splitlines()) == 1
    assert len(words) < 200


@pytest.mark.parametrize("request_", NONSENSE, ids=range(len(NONSENSE)))
def test_nonsense_is_answered_or_hung_up_on(server, request_):
    """An error status, or a clean end: never a page, and never a word on the terminal."""
    found = talk(server, request_)
    assert found[:1] in (b"", b"4", b"5")
    assert len(found.partition(b"\r\n\r\n")[2].splitlines()) <= 1


def test_a_client_that_resets_is_forgotten(server):
    """Resets before, in the middle of and right after a request leave no trace."""
    for request in (b"", b"GET /obs", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20):
        for _ in range(5):
            client = connected(server)
            client.sendall(request)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            client.close()
    until = time.monotonic() + 30
    while server.due and time.monotonic() < until:
        time.sleep(0.01)
    assert not server.due


def dribble(client):
    """Send a byte of one long header every now and then, for ten seconds."""
    for _ in range(200):
        client.sendall(b"x")
        time.sleep(0.05)


def test_a_request_that_dribbles_in_is_given_up(server, monkeypatch):
    """Bytes that keep coming do not keep a connection: the whole request has a deadline."""
    monkeypatch.setattr(serving, "PATIENCE", 0.3)
    with connected(server) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        with pytest.raises(OSError, match=r"[Pp]ipe|reset"):
            dribble(client)


def test_more_connections_than_readers_need_are_not_taken(server, monkeypatch):
    """Past the limit a connection is closed at once, and those before it are answered."""
    monkeypatch.setattr(serving, "MOST", 2)
    with connected(server) as first, connected(server) as second:
        for client in (first, second):
            client.sendall(b"GET /observe?T=5 HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert client.recv(12) == b"HTTP/1.1 200"
        with connected(server) as third:
            assert third.recv(1) == b""


def test_a_body_does_not_pass_for_a_request(server):
    """What a GET carries as a body is not read as the next request: one answer, then the end."""
    inner = b"GET /observe?T=5 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    outer = b"GET /observe?T=5 HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
    assert talk(server, outer % len(inner) + inner).count(b"HTTP/1.1 200") == 0  # but the first


def test_the_default_port_of_http_needs_no_mention(server):
    """A Host header without a port names this machine as well, in any case of its letters."""
    for host in (b"127.0.0.1", b"LOCALHOST", b"localhost:80"):
        assert talk(server, b"GET /observe?T=5 HTTP/1.1\r\nHost: %s\r\n\r\n" % host)[:3] == b"200"
    assert talk(server, b"GET / HTTP/1.1\r\nHost: localhost.evil\r\n\r\n")[:3] == b"403"


def test_a_fault_of_ours_is_one_line(monkeypatch, capfd):
    """What is no refusal and no lost connection is said, in one line: silence has its limits."""
    monkeypatch.setattr(serving, "from_link", lambda query: 1 / 0)
    with serve(about("gpa explore")) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        assert talk(running, b"GET /observe?T=5 HTTP/1.1\r\nHost: localhost\r\n\r\n") == b""
        running.shutdown()
        thread.join()
    assert capfd.readouterr().err == "gpa: internal error: ZeroDivisionError: division by zero\n"
