"""The page on loopback, served by the standard library; it may ask Python for its numbers.

Only GET, only two paths, only from this machine: the Host header must name the loopback address, so
no other site can reach it through a browser, and nothing is ever written.
"""

from __future__ import annotations

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from gpa_theory.core.validation import refuse
from gpa_theory.explore.about import About
from gpa_theory.explore.assemble import Page, assemble
from gpa_theory.explore.setting import Setting, from_link

LOOPBACK = "127.0.0.1"
NAMES = (LOOPBACK, "localhost")
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
        super().__init__((LOOPBACK, port), _Handler)

    @property
    def port(self) -> int:
        """Return the port that is listened on."""
        return self.server_address[1]

    @property
    def address(self) -> str:
        """Return the URL of the page."""
        return f"http://{LOOPBACK}:{self.port}/"


def serve(about: About, port: int = 0, initial: Setting | None = None) -> Explorer:
    """Return a server bound to loopback, port 0 being any free one; the caller runs it.

    >>> from gpa_theory.explore.about import about
    >>> with serve(about("gpa explore")) as server:
    ...     server.address.startswith("http://127.0.0.1:")
    True
    """
    if not isinstance(port, int) or not 0 <= port <= 65535:
        raise refuse(f"serve(port={port})", "port", "must be an integer in [0, 65535]")
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
    timeout = 30  # seconds a silent connection is kept

    def do_GET(self) -> None:
        """Answer the page, or what Python finds at the setting of a query."""
        if not self._is_local():
            return self._answer(403, "text/plain", "Only this machine may ask.\n")
        url = urlsplit(self.path)
        if url.path == "/":
            return self._answer(200, "text/html", self.server.page.html, self.server.page.policy)
        if url.path == "/observe":
            return self._observe(url.query)
        return self._answer(404, "text/plain", "There is nothing here but the page.\n")

    def _is_local(self) -> bool:
        return self.headers.get("Host", "").rpartition(":")[0] in NAMES

    def _observe(self, query: str) -> None:
        from gpa_theory.explore.observation import observe

        try:
            with self.server.working:
                content: dict[str, Any] = observe(from_link(query)).content()
            status = 200
        except ValueError as error:
            content, status = {"error": str(error)}, 400
        self._answer(status, "application/json", json.dumps(content))

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
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Keep the terminal quiet."""
