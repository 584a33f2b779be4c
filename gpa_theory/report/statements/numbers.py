r"""The numbers of the claims that rest on runs: a record that ships, so that citing runs nothing.

Every end of an interval is rounded outward, so what is printed encloses what was found.
`report.remeasured` writes the record from the claims' own checks; a test makes it anew.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

DATA = "numbers.json"
Row = dict[str, str]


@cache
def record() -> dict[str, list[Row]]:
    """Return the rows of numbers of each claim that rests on runs, as decimals in strings.

    >>> record()["schedule-free-minimax"][0]["T"]
    '2'
    """
    text = files("gpa_theory.report.statements").joinpath(DATA).read_text(encoding="utf-8")
    return json.loads(text)


def interval(row: Row, lower: str = "lower", upper: str = "upper") -> str:
    r"""Return the interval of a row as LaTeX.

    >>> interval({"lower": "0.1", "upper": "0.2"})
    '[0.1,0.2]'
    """
    return f"[{row[lower]},{row[upper]}]"
