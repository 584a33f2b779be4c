"""What the record says: its tables and sentences, all made from the rows.

Ends of intervals are rounded outward, lower ends downward, so what is printed is as certain as what
is in the data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from typing import Any

from experiments.minimax.region import limit, without

Rows = list[dict[str, Any]]
PRINTED = ("0", "0.001", "0.01", "0.05", "1/10", "1/5", "1/2", "7/10", "9/10", "1")
COLUMNS = (3, 10, 100, 1000, 10_000)
PRACTICE = "0.7"  # the published μ_y
LEAST = Fraction(1, 10)  # of the μ_y at which the expansion is compared with the ends


def down(value: float | Decimal, digits: int) -> str:
    """Return the largest decimal with so many digits that is ≤ value.

    >>> down(0.129, 2), up(0.121, 2)
    ('0.12', '0.13')
    """
    return str(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_FLOOR))


def up(value: float | Decimal, digits: int) -> str:
    """Return the smallest decimal with so many digits that is ≥ value."""
    return str(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_CEILING))


def percent(row: dict[str, Any]) -> str:
    """Return what one setting loses, in percent.

    >>> percent({"free": False, "lower": 1.25, "upper": 1.5})
    '25.00 … 50.00'
    """
    if "error" in row:
        return "open"
    low, high = (100 * (Decimal(row[name]) - 1) for name in ("lower", "upper"))
    return "free" if row["free"] else f"{down(low, 2)} … {up(high, 2)}"


def compared(region: Rows) -> tuple[int, float, float]:
    """Return the longest T, and between what T²(end − expansion) lies there, for μ_y ≥ 1/10."""
    T = max(row["T"] for row in region)
    own = [r for r in region if r["T"] == T and Fraction(r["mu_y"]) >= LEAST]
    forms = [limit(T, float(Fraction(row["mu_y"]))) for row in own]
    low = min(T**2 * (row["low"] - form) for row, form in zip(own, forms, strict=True))
    return T, low, max(T**2 * (r["high"] - form) for r, form in zip(own, forms, strict=True))


def at_zero(region: Rows) -> tuple[int, int]:
    """Return in how many rows of μ_y = 0 the ends hold T^(−1/(T−1)) between them, and of how many.

    >>> at_zero([{"T": 4, "mu_y": "0", "low": 0.6, "high": 0.7}])  # 4^(−1/3) = 0.63
    (1, 1)
    """
    own = [row for row in region if row["mu_y"] == "0"]
    return sum(row["low"] <= without(row["T"]) <= row["high"] for row in own), len(own)


def turned(slopes: Rows) -> tuple[int, int, int]:
    """Return how often the exponent certainly falls and rises to the next one, and of how many.

    >>> one, two = ({"mu_y": "0", "c": 1, "low": k, "high": k + 0.5} for k in (2, 1))
    >>> turned([one, two])
    (1, 0, 1)
    """
    pairs = [(one, other) for own in _by_line(slopes).values() for one, other in pairwise(own)]
    falls = sum(other["high"] < one["low"] for one, other in pairs)
    return falls, sum(other["low"] > one["high"] for one, other in pairs), len(pairs)


def says(region: Rows, beyond: Rows, slopes: Rows, line: Rows) -> str:
    """Return the record in one sentence."""
    T = max(row["T"] for row in region)
    losses = [r for r in beyond if r["mu_y"] == PRACTICE and "lower" in r and not r["free"]]
    worst, far = max(losses, key=lambda r: r["lower"]), max(row["T"] for row in line)
    kept = [r for r in line if r["T"] == far and r["mu_y"] == PRACTICE and r["c"] >= 5]
    ends = ", ".join(f"{down(row['lower'], 2)} (c = {row['c']})" for row in kept)
    grown = sum(slope["low"] > 0 for slope in slopes)
    most = f"{down(100 * (Decimal(worst['lower']) - 1), 1)} % (c = {worst['c']}, T = {worst['T']})"
    return (
        f"the end of the free region of matched decay at {len(region)} pairs (T up to {T:,}, μ_y in"
        f" [0, 1]), certain to 1e-12; beyond it, at fixed c = (1−μ_x)T, the loss grew from one T to"
        f" the next in {grown} of {len(slopes)} cases, at μ_y = {PRACTICE} up to {most}, and the"
        f" worst case over DG/√T is at least {ends} at T = {far:,} (*certified*); it has no bound"
        " as T → ∞ (argued on paper, μ_y < 1)"
    )


def ends_table(region: Rows) -> Iterator[str]:
    """Yield where the free region ends, a line per μ_y."""
    known = {(row["T"], row["mu_y"]): row for row in region}
    yield "| μ_y | " + " | ".join(f"T = {T:,}" for T in COLUMNS) + " | T → ∞ |"
    yield "|---" * (len(COLUMNS) + 2) + "|"
    for mu_y in PRINTED:
        cells = [known.get((T, mu_y)) for T in COLUMNS]
        if any(cells):
            value = float(Fraction(mu_y))
            words = [down(row["low"], 5) if row else "" for row in cells]
            yield f"| {value:g} | " + " | ".join([*words, f"{1 / (1 + value):.5f}"]) + " |"


def loss_table(beyond: Rows) -> Iterator[str]:
    """Yield what is lost in percent, a line per μ_y and c."""
    horizons = sorted({row["T"] for row in beyond})
    yield "| μ_y | c | " + " | ".join(f"T = {T}" for T in horizons) + " |"
    yield "|---" * (len(horizons) + 2) + "|"
    for (mu_y, c), own in _by_line(beyond).items():
        known = {row["T"]: percent(row) for row in own}
        yield f"| {mu_y} | {c} | " + " | ".join(known.get(T, "") for T in horizons) + " |"


def slope_table(slopes: Rows) -> Iterator[str]:
    """Yield the growth exponents, a line per μ_y and c."""
    yield "| μ_y | c | exponent between neighboring T |"
    yield "|---|---|---|"
    for (mu_y, c), own in _by_line(slopes).items():
        words = [f"{s['from']} → {s['to']}: {down(s['low'], 2)} … {up(s['high'], 2)}" for s in own]
        yield f"| {mu_y} | {c} | {'; '.join(words)} |"


def line_table(line: Rows) -> Iterator[str]:
    """Yield lower ends over DG/√T, a line per μ_y and c; below 1 they say nothing."""
    horizons = sorted({row["T"] for row in line})
    yield "| μ_y | c | " + " | ".join(f"T = {T:,}" for T in horizons) + " |"
    yield "|---" * (len(horizons) + 2) + "|"
    for (mu_y, c), own in _by_line(line).items():
        known = {r["T"]: down(r["lower"], 2) if r["lower"] > 1 else "·" for r in own}
        yield f"| {mu_y} | {c} | " + " | ".join(known.get(T, "") for T in horizons) + " |"


def certified(beyond: Rows, slopes: Rows) -> str:
    """Return what intervals say about the growth."""
    grown, (falls, rises, of) = sum(s["low"] > 0 for s in slopes), turned(slopes)
    last = {key: own[-1] for key, own in _by_line(slopes).items() if key[0] == PRACTICE}
    ends = ", ".join(
        f"{down(s['low'], 2)} … {up(s['high'], 2)} (c = {c}, T = {s['from']} → {s['to']})"
        for (_, c), s in last.items()
    )
    return (
        f"* *Certified*, T ≤ {max(row['T'] for row in beyond)}: V√T/(DG) − 1 is larger at the next"
        f" T in {grown} of {len(slopes)} pairs of neighbors. If it grows like T^p between them, p"
        f" lies in the intervals below. From one p to the next it certainly falls in {falls} of"
        f" {of} cases, certainly rises in {rises}; elsewhere the intervals meet. The last p at"
        f" μ_y = {PRACTICE}: {ends}. No limit can be read off these numbers."
    )


def from_below(line: Rows) -> str:
    """Return what lower ends say about the growth."""
    text = (
        f"* *Certified from below*, T ≤ {max(row['T'] for row in line):,}: the table of lower ends,"
        " each the enclosed run on one function max(x, −qx). No upper end is known there, and worse"
        " functions may exist: where a lower end does not grow, the worst case still may."
    )
    own = [row for row in line if (row["mu_y"], row["c"]) == ("1", 10) and row["lower"] > 1]
    if own:
        one, other = (pick(own, key=lambda row: row["T"]) for pick in (min, max))
        text += (
            f" At μ_y = 1, c = 10 the lower end is {other['lower'] / one['lower']:.1f} times as"
            f" large at T = {other['T']:,} as at {one['T']:,}, where √T grows"
            f" {sqrt(other['T'] / one['T']):.1f}-fold. That it goes on is not proved."
        )
    return text


def proved(line: Rows) -> str:
    """Return what the proposition says, with the setting where it says most."""
    text = (
        "* Argued on paper (the proposition in `experiments/minimax/line.py`; ours, we know of no"
        " earlier statement): for fixed c ≥ 1 and μ_y < 1, f = G|x| leaves at least"
        " DG(e^(−c/(1−μ_y)) − o(1)), so the worst case over DG/√T **has no bound and grows at least"
        " like √T**: a window that is a fixed share of the run loses the rate."
    )
    best = max(line, key=lambda row: row["proved"])
    if best["proved"] > 1:
        text += (
            f" It gives {down(best['proved'], 2)} at c = {best['c']}, μ_y = {best['mu_y']},"
            f" T = {best['T']:,} (in floats), where the run gives {down(best['lower'], 2)}."
        )
    return text + " For c = 10 and μ_y = 0.7 it says more than 1 only for T > e^66, beyond any run."


OPEN = (
    "* *Open*: upper ends at long horizons; how the loss grows between the certified horizons"
    " and those of the proof; a proof at μ_y = 1."
)


def _by_line(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, int], Rows]:
    """Return the rows by μ_y and c, both ascending, each by T."""
    ordered = sorted(rows, key=lambda r: (float(r["mu_y"]), r["c"], r.get("T", r.get("from", 0))))
    found: dict[tuple[str, int], Rows] = {}
    for row in ordered:
        found.setdefault((row["mu_y"], row["c"]), []).append(row)
    return found
