"""The page on loopback, served by the standard library; it may ask Python for its numbers.

Only GET, only two paths, only from this machine: the Host header must name the loopback address, so
no other site can reach it through a browser, and nothing is ever written.  A client that breaks
off, dawdles or talks nonsense costs its own connection, nothing else; the terminal stays quiet.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any

from gpa_theory.core.validation import refuse
from gpa_theory.explore.about import About
from gpa_theory.explore.assemble import Page, assemble
from gpa_theory.explore.setting import Setting, from_link

LOOPBACK = "127.0.0.1"
NAMES = (LOOPBACK, "localhost")
PATIENCE = 20  # seconds in which a request must have arrived, and an answer be taken
MOST = 64  # connections at a time; a browser opens six
COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
}


class Explorer(ThreadingHTTPServer):
    """The server of one page; `address` is where to look at it."""

    daemon_threads = True
    # A busy port is an error, not a second server on it; that is what reuse means on Windows, while
    # elsewhere it only means not to wait a minute for the port of a server that has ended.
    allow_reuse_address = os.name != "nt"

    def __init__(self, port: int, page: Page) -> None:
        self.page, self.working = page, Lock()  # one run at a time: a visitor cannot pile them up
        self.due: dict[Any, float] = {}  # open connection: when its next request must be here
        super().__init__((LOOPBACK, port), _Handler)

    @property
    def port(self) -> int:
        """Return the port that is listened on."""
        return self.server_address[1]

    @property
    def address(self) -> str:
        """Return the URL of the page."""
        return f"http://{LOOPBACK}:{self.port}/"

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Return whether a connection is taken: no more than a few readers need."""
        return len(self.due) < MOST

    def process_request(self, request: Any, client_address: Any) -> None:
        """Answer in a thread of its own."""
        self.due[request] = time.monotonic() + PATIENCE
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        self.due.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Hang up on whoever sends a request byte by byte; called twice a second."""
        now = time.monotonic()
        for request in [one for one, until in tuple(self.due.items()) if now > until]:
            self.due[request] = float("inf")
            with contextlib.suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)  # its thread reads the end, and closes

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away, and one line of a fault of ours."""
        error = sys.exception()
        if not isinstance(error, OSError):
            print(f"gpa: internal error: {type(error).__name__}: {error}", file=sys.stderr)


def serve(about: About, port: int = 0, initial: Setting | None = None) -> Explorer:
    """Return a server bound to loopback, port 0 being any free one; the caller runs it.

    >>> from gpa_theory.explore.about import about
    >>> with serve(about("gpa explore")) as server:
    ...     server.address.startswith("http://127.0.0.1:")
    True
    """
    if not isinstance(port, int) or isinstance(port, bool) or not 0 <= port <= 65535:
        raise refuse(f"serve(port={str(port)[:40]})", "port", "must be an integer in [0, 65535]")
    page = assemble(about, initial, served=True)
    try:
        return Explorer(port, page)
    except OSError as error:
        rule = f"cannot be used ({error.strerror or error}); leave it out to take a free one"
        raise refuse(f"serve(port={port})", "port", rule) from None


class _Handler(BaseHTTPRequestHandler):
    server: Explorer  # type: ignore[assignment]
    server_version, sys_version = "gpa-explore", ""
    protocol_version = "HTTP/1.1"
    timeout = PATIENCE

    def handle_one_request(self) -> None:
        """Read one request and answer it."""
        self._due(PATIENCE)
        super().handle_one_request()

    def parse_request(self) -> bool:
        """Read the head of a request; what it announces as a body is not read."""
        is_whole = super().parse_request()
        self._due(float("inf"))  # it is here
        if is_whole and ("Content-Length" in self.headers or "Transfer-Encoding" in self.headers):
            self.close_connection = True  # else the body would pass for the next request
        return is_whole

    def _due(self, seconds: float) -> None:
        if self.connection in self.server.due:
            self.server.due[self.connection] = time.monotonic() + seconds

    def do_GET(self) -> None:
        """Answer the page, or what Python finds at the setting of a query."""
        if self.request_version == "HTTP/0.9":
            return self.send_error(505)
        if not self._is_local():
            return self._answer(403, "text/plain", "Only this machine may ask.\n")
        path, _, query = self.path.partition("?")
        if path == "/":
            return self._answer(200, "text/html", self.server.page.html, self.server.page.policy)
        if path == "/observe":
            return self._observe(query)
        return self._answer(404, "text/plain", "There is nothing here but the page.\n")

    def _is_local(self) -> bool:
        return self.headers.get("Host", "").partition(":")[0].lower() in NAMES

    def _observe(self, query: str) -> None:
        from gpa_theory.explore.observation import observe
        from gpa_theory.explore.running import DivergedError

        try:
            with self.server.working:
                content: dict[str, Any] = observe(from_link(query)).content()
            status = 200
        except DivergedError as error:
            content, status = {"error": str(error), "diverged": error.step}, 400
        except ValueError as error:
            content, status = {"error": str(error)}, 400
        self._answer(status, "application/json", json.dumps(content, allow_nan=False))

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer what is no request that this server knows, in one line, and hang up."""
        self.close_connection = True
        self.request_version = self.protocol_version  # else no status would be written at all
        known = self.responses.get(code, ("Refused", ""))[0]
        self._answer(code, "text/plain", f"{known}.\n")

    def _answer(
        self, status: int, kind: str, text: str, policy: str = "default-src 'none'"
    ) -> None:
        body = text.encode()
        self.send_response(status)
        for name, value in COMMON.items():
            self.send_header(name, value)
        self.send_header("Content-Security-Policy", f"{policy}; frame-ancestors 'none'")
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Keep the terminal quiet."""
