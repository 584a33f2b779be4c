"""Durations and counts as people write them."""

from __future__ import annotations

import math
import re
from typing import Any

from gpa_theory.core.validation import refuse

UNITS = {"s": 1, "m": 60, "h": 3600}
LONGEST = 10**9  # seconds: thirty years
MOST = 10**14  # tokens: more than anybody has


def seconds(text: Any) -> float:
    """Return the seconds of "90s", "5m", "1.5h" or a bare number of seconds.

    >>> seconds("5m"), seconds("2.5")
    (300.0, 2.5)
    >>> seconds("soon")
    Traceback (most recent call last):
    ValueError: `--budget soon`: budget must be a duration such as 90s, 5m or 2h
    """
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smh]?)", str(text))
    length = float(found[1]) * UNITS[found[2] or "s"] if found else 0.0
    if not 0 < length <= LONGEST:
        raise refuse(f"--budget {text}", "budget", "must be a duration such as 90s, 5m or 2h")
    return length


def tokens(text: str) -> int:
    """Return a number of tokens, which may be written as 2e9.

    >>> tokens("2e9")
    2000000000
    >>> tokens("inf")
    Traceback (most recent call last):
    ValueError: `--tokens inf`: tokens must be a whole number such as 2e9, at least 1
    """
    try:
        found = float(text)
    except ValueError:
        found = math.nan
    if not 1 <= found <= MOST or not found.is_integer():
        raise refuse(f"--tokens {text}", "tokens", "must be a whole number such as 2e9, at least 1")
    return int(found)
