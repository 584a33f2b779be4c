"""Durations as people write them."""

from __future__ import annotations

import re

from gpa_theory.core.validation import refuse

UNITS = {"s": 1, "m": 60, "h": 3600}


def seconds(text: str) -> float:
    """Return the seconds of "90s", "5m", "1.5h" or a bare number of seconds.

    >>> seconds("5m"), seconds("2.5")
    (300.0, 2.5)
    >>> seconds("soon")
    Traceback (most recent call last):
    ValueError: `--budget soon`: budget must be a duration such as 90s, 5m or 2h
    """
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if found is None or float(found[1]) == 0:
        raise refuse(f"--budget {text}", "budget", "must be a duration such as 90s, 5m or 2h")
    return float(found[1]) * UNITS[found[2] or "s"]
