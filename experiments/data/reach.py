"""Does the hub answer?  Asked once, before its libraries begin to wait and to try again."""

from __future__ import annotations

import socket
import threading
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from gpa_theory.core.validation import refuse

PATIENCE = 5.0  # seconds
ELSEWHERE = "prepare where it is reached and copy the folder, or name a mirror in HF_ENDPOINT"


def check_reach() -> None:
    """Raise within seconds if the hub cannot be reached, and say what to do."""
    from huggingface_hub import constants  # pyright: ignore[reportMissingImports]

    if constants.HF_HUB_OFFLINE:
        raise refuse(
            "prepare", "the hub", f"is switched off by HF_HUB_OFFLINE: unset it, or {ELSEWHERE}"
        )
    host, port = address(constants.ENDPOINT)
    reason = _refusal(host, port)
    if reason:
        raise refuse("prepare", f"the hub ({host})", f"cannot be reached: {reason}; {ELSEWHERE}")


def address(endpoint: str) -> tuple[str, int]:
    """Return the host and port to speak to: of the proxy, if there is one for this endpoint.

    >>> address("http://mirror.example:8080")
    ('mirror.example', 8080)
    """
    asked = urlsplit(endpoint)
    proxy = getproxies().get(asked.scheme) or getproxies().get("all")
    if proxy and not proxy_bypass(asked.hostname or ""):
        asked = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return asked.hostname or "", asked.port or (443 if asked.scheme == "https" else 80)


def _refusal(host: str, port: int) -> str:
    """Return why there is no connection, or nothing; looking up a name knows no time limit."""
    found: list[str] = []

    def connect() -> None:
        try:
            socket.create_connection((host, port), PATIENCE).close()
            found.append("")
        except OSError as error:
            found.append(error.strerror or str(error))

    asking = threading.Thread(target=connect, daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return found[0] if found else f"no answer in {PATIENCE:.0f} s"
