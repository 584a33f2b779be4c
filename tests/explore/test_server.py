"""The server: loopback only, two paths, a policy on every answer, refusals in words."""

import http.client
import json
import socket
import threading

import pytest

from gpa_theory.explore.about import about
from gpa_theory.explore.observation import observe
from gpa_theory.explore.server import serve
from gpa_theory.explore.setting import Setting


@pytest.fixture(scope="module")
def server():
    with serve(about("gpa explore")) as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def ask(server, path, method="GET", host=None):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request(method, path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    body = answer.read().decode()
    connection.close()
    return answer, body


def test_it_listens_on_loopback_only(server):
    """The socket is bound to 127.0.0.1, not to every interface."""
    assert server.socket.getsockname()[0] == "127.0.0.1"


def test_the_page_comes_with_its_policy(server):
    """The header repeats the policy of the page, and forbids framing and sniffing."""
    answer, body = ask(server, "/?mux=<script>alert(1)</script>")
    policy = answer.getheader("Content-Security-Policy")
    assert answer.status == 200
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.getheader("X-Content-Type-Options") == "nosniff"
    assert "alert(1)" not in body


def test_python_is_asked_by_link(server):
    """`/observe?link` answers what `observe` finds, every digit of it."""
    setting = Setting(mu_x=0.93, mu_y=0.2, steps=60, base="adagrad-norm", noise=0.5)
    answer, body = ask(server, f"/observe?{setting.link()}")
    assert answer.status == 200
    assert json.loads(body) == json.loads(json.dumps(observe(setting).content()))


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("mux=5", "mu_x must lie in"),
        ("T=999999999", "steps must lie in"),
        ("problem=../../etc/passwd", "problem must be one of"),
        ("mux=%3Cscript%3Ealert(1)%3C/script%3E", "mux must be a number"),
        ("exec=1", "must be one of"),
        ("mux=0&gamma=50&T=5000", "diverged at step"),
    ],
)
def test_hostile_queries_are_answered_in_words(server, query, words):
    """Status 400, JSON, and the rule that was broken; nothing else happens."""
    answer, body = ask(server, f"/observe?{query}")
    assert answer.status == 400
    assert answer.getheader("Content-Type").startswith("application/json")
    assert words in json.loads(body)["error"]


@pytest.mark.parametrize("path", ["/page.html", "/../pyproject.toml", "/observe/x", "/%2e%2e/x"])
def test_there_are_no_other_paths(server, path):
    """No file is served."""
    assert ask(server, path)[0].status == 404


def test_other_sites_are_refused(server):
    """A request that names another host, as after DNS rebinding, is refused."""
    assert ask(server, "/", host="evil.example:80")[0].status == 403
    assert ask(server, "/", host=f"localhost:{server.port}")[0].status == 200


def test_nothing_can_be_written(server):
    """Only GET is known."""
    assert ask(server, "/", method="POST")[0].status == 501


def test_a_busy_port_is_an_error():
    """The message says so and what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ValueError, match=r"port cannot be used .*leave it out"):
            serve(about("gpa explore"), port)
    with pytest.raises(ValueError, match="port must be an integer in"):
        serve(about("gpa explore"), 70_000)
