"""What the record of the zoo says: its tables and its sentence, all made from the rows.

Ends of intervals are rounded outward, so what is printed is as certain as what is in the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from math import exp, isclose
from typing import Any

from experiments.worst_case.zoo import WORDS, ZOO

Rows = list[dict[str, Any]]
SHOWN = 3  # digits of the sentence; the tables have two more
EXACT = 1e-6  # the width that is asked of an interval
STEP_EDGES = (exp(-9), exp(4))  # where the search for a step without a unit ends
UNITS = {
    "Lipschitz": ("V√T/(DG)", "convex f, |g| ≤ G", "the minimax value DG/√T"),
    "smooth": ("2θ²V/(LD²)", "convex L-smooth f", "the minimax value LD²/(2θ²)"),
}


def is_one(row: dict[str, Any]) -> bool:
    """Return whether the certified interval lies within 1e-6 of the minimax value."""
    return bool(abs(row["lower"] - 1) < EXACT and abs(row["upper"] - 1) < EXACT)


def up(row: dict[str, Any], digits: int) -> str:
    """Return the upper end, rounded up."""
    return str(Decimal(row["upper"]).quantize(Decimal(1).scaleb(-digits), ROUND_CEILING))


def between(row: dict[str, Any], digits: int) -> str:
    """Return the certified interval of a row, rounded outward.

    >>> between({"lower": 1.23456, "upper": 1.23457}, 3), between({"lower": 1, "upper": 1}, 3)
    ('1.234 … 1.235', '1 ± 1e-6')
    """
    if is_one(row):
        return "1 ± 1e-6"
    low = Decimal(row["lower"]).quantize(Decimal(1).scaleb(-digits), ROUND_FLOOR)
    return f"{low} … {up(row, digits)}"


def ranked(rows: Rows, of: str, steps: int) -> Rows:
    """Return the rows of one class and horizon, least certified upper end first."""
    found = (row for row in rows if (row["class"], row["T"]) == (of, steps) and "upper" in row)
    return sorted(found, key=lambda row: (round(row["upper"], 6), row["method"]))


def left_open(rows: Rows, of: str, steps: int) -> list[str]:
    """Return the methods of which nothing was certified."""
    return [r["method"] for r in rows if (r["class"], r["T"]) == (of, steps) and "error" in r]


def horizons(rows: Rows) -> list[int]:
    """Return the horizons of the rows."""
    return sorted({row["T"] for row in rows})


def edges(kind: str, steps: int) -> tuple[float, float]:
    """Return where the search for a constant of this kind ends, at T = `steps`."""
    return STEP_EDGES if kind == "step" else (0, 1 if kind == "share" else 1 - 0.02 / steps)


def constants(row: dict[str, Any]) -> str:
    """Return the constants of a row; one at the edge of the search is marked by an asterisk."""
    cells = []
    for name, kind in ZOO[row["method"]].kinds:
        value = row["constants"][name]
        ends = () if name == "gamma" else edges(kind, row["T"])
        mark = "*" if any(isclose(value, end, abs_tol=1e-5) for end in ends) else ""
        cells.append(f"{name} {value:.4g}{mark}")
    return ", ".join(cells)


def says(rows: Rows) -> str:
    """Return the result in one sentence: upper ends, rounded up."""
    parts = []
    for of in UNITS:
        T = max((row["T"] for row in rows if row["class"] == of), default=0)
        if own := ranked(rows, of, T):
            best = ", ".join(row["method"] for row in own if is_one(row)) or "none"
            others = ", ".join(f"{r['method']} {up(r, SHOWN)}" for r in own if not is_one(r))
            parts.append(f"{of} f, T = {T}: 1 ± 1e-6 for {best}; at most {others}")
            parts += [f"open: {name}" for name in left_open(rows, of, T)]
    return (
        "tuned worst cases over the minimax value, every method with the same allowance: "
        + "; ".join(parts)
        + " (*certified* at the constants found)"
    )


def tables(rows: Rows) -> Iterator[str]:
    """Yield a table for every class and horizon."""
    for of, (unit, functions, least) in UNITS.items():
        for T in horizons(rows):
            own = ranked(rows, of, T)
            if not own:
                continue
            yield f"**{of}, T = {T}** ({functions}, |z_1 − x*| ≤ D; 1 is {least})"
            yield ""
            yield f"| method | {unit} | constants found | evaluations |"
            yield "|---|---|---|---|"
            for row in own:
                cells = (row["method"], between(row, SHOWN + 2), constants(row), row["evaluations"])
                yield f"| {' | '.join(map(str, cells))} |"
            yield from (f"| {name} | open | | |" for name in left_open(rows, of, T))
            yield ""


def definitions(names: Iterable[str]) -> Iterator[str]:
    """Yield the table of the methods."""
    yield "| method | is | source | what is our reading | constants |"
    yield "|---|---|---|---|---|"
    for name in names:
        entry = ZOO[name]
        ranges = ", ".join(f"{known} in {WORDS[kind]}" for known, kind in entry.kinds)
        cells = (name, entry.words, entry.source, entry.reading or "nothing", ranges)
        yield f"| {' | '.join(cells)} |"


def readme(rows: Rows, command: str, allowed: tuple[int, int]) -> Iterator[str]:
    """Yield the lines of the README."""
    yield "# Which method has the least certified worst case, when each is tuned alike?"
    yield ""
    yield f"Says: {says(rows)}"
    yield ""
    yield (
        f"Asked: the last output after T − 1 (sub)gradients. Every method was tuned for the class"
        f" and the T of its row with the same allowance: {sum(allowed)} certified evaluations,"
        f" {allowed[0]} down the gradient of the worst case from one start, then {allowed[1]}"
        " without gradients; a search that comes to rest stops sooner. Intervals are *certified*"
        " at the constants found, and rounded outward; that these constants are the best is not:"
        " a search is local. γ is in units of D/G or 1/L. An asterisk marks a constant at the"
        " edge of the search, where the method is a limit of its kind."
    )
    yield ""
    yield from tables(rows)
    yield (
        "**Reading the tables.** Intervals that overlap do not order two methods. 1 ± 1e-6 holds"
        " the minimax value, which more than one method has. For smooth f, that no method has less"
        " in large dimension is *reported* (Drori 2017, arXiv:1606.01424). A wide interval is what"
        " could be certified at the constants found."
        + " Open: no evaluation of the search was certified."
        * any("error" in row for row in rows)
    )
    yield ""
    yield (
        "Silver steps are made for T = 2^k; Lookahead and SNOO need T − 1 even. T = 21 was left"
        " out: above T = 20 an evaluation takes about a second instead of some hundredths"
        " (*measured* once). A worst case over a class says nothing of a typical function: the"
        " methods made for training are judged here around plain (sub)gradient steps."
    )
    yield ""
    yield "**The methods** (`experiments/worst_case/zoo.py`)"
    yield ""
    yield from definitions(name for name in ZOO if any(row["method"] == name for row in rows))
    yield ""
    yield f"Made by `{command}`."
