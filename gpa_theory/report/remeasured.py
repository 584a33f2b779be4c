"""Write the numbers of the claims that rest on runs: `python -m gpa_theory.report.remeasured`.

The runs are those of the claims' own checks, at seed 0; nothing is typed.  Ends of intervals are
rounded outward.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from pathlib import Path

from gpa_theory.core.writing import write_whole
from gpa_theory.numeric.problems.catalogue import load, names
from gpa_theory.report.statements import numbers
from gpa_theory.report.statements.numbers import DATA, Row
from gpa_theory.verify import exceeding, observed, tightness

RECORD = Path(numbers.__file__).parent / DATA
SEED = 0


def outward(lower: float, upper: float, places: int) -> Row:
    """Return the interval with its ends rounded away from each other.

    >>> outward(0.12345, 0.12346, 4)
    {'lower': '0.1234', 'upper': '0.1235'}
    """
    unit = Decimal(1).scaleb(-places)
    ends = ((lower, ROUND_FLOOR), (upper, ROUND_CEILING))
    found = [str(Decimal(end).quantize(unit, rounding=how)) for end, how in ends]
    return dict(zip(("lower", "upper"), found, strict=True))


def _up(value: float, places: int) -> str:
    return outward(value, value, places)["upper"]


def _below_bounds() -> list[Row]:
    settings = [(*mode, metric) for mode in tightness.MODES for metric in ("average", "mean")]
    return [
        {
            "mu_x": f"{mu_x:g}",
            "mu_y": f"{mu_y:g}",
            "metric": metric,
            **outward(found.lower, found.upper, 6),
            "bound": _up(allowed, 6),
        }
        for (mu_x, mu_y, metric), (found, allowed) in zip(
            settings, tightness.below_bounds(), strict=True
        )
    ]


def _schedule_free() -> list[Row]:
    pairs = zip(tightness.SCHEDULE_FREE, tightness.of_schedule_free(), strict=True)
    return [
        {"T": str(steps), "mu_y": f"{mu_y:g}", **outward(found.lower, found.upper, 7)}
        for (steps, mu_y), found in pairs
    ]


def _smooth() -> list[Row]:
    settings = (*((*mode, 1, 5) for mode in tightness.SMOOTH), tightness.BEYOND_HUBER)
    return [
        {
            "T": str(steps),
            "gamma": str(gamma),
            "mu_x": f"{float(mu_x):g}",
            "mu_y": f"{mu_y:g}",
            **outward(found.lower, found.upper, 7),
            "huber": f"{value:.7f}",
        }
        for (mu_x, mu_y, gamma, steps), (found, value) in zip(
            settings, tightness.beside_huber(), strict=True
        )
    ]


def _minima() -> list[Row]:
    problems = [load(name) for name in names() if "-" in name]
    return [{"problem": p.name, **outward(p.minimum_lower, p.minimum_upper, 10)} for p in problems]


def _telescoped() -> list[Row]:
    pairs = zip(observed.TIGHT_MODES, observed.telescoped_ratios(), strict=True)
    return [
        {"mu_x": f"{mu_x:g}", "mu_y": f"{mu_y:g}", **outward(ratio, ratio, 4)}
        for (mu_x, mu_y), ratio in pairs
    ]


def _online() -> list[Row]:
    rows = []
    for mu_x, (at_z, at_x) in zip(observed.ONLINE, observed.online_regrets(), strict=True):
        at = outward(at_z, at_z, 3)
        row = {"mu_x": f"{mu_x:g}", "z_lower": at["lower"], "z_upper": at["upper"]}
        rows.append(row | outward(at_x, at_x, 3))
    return rows


def _noise() -> list[Row]:
    rows = []
    for problem in observed.NOISE_PROBLEMS:
        limits, allowed = observed.noisy_gaps(problem, SEED)
        rows.append({"problem": problem, **outward(*limits, 4), "bound": _up(allowed, 3)})
    return rows


def _exceeding() -> list[Row]:
    kinds = ["untuned"] * len(exceeding.UNTUNED) + ["schedule"] + ["last"] * len(exceeding.LATE)
    places = [
        *(rf"\gamma&={g}" for _, g in exceeding.UNTUNED),
        rf"s&={exceeding.BAD[1]},\ s_0={exceeding.BAD[0]}",
        *(
            rf"T&={T},\ \mu_x={c[0]},\ \mu_y={c[1]},\ \gamma={c[2]},\ \gamma_0={step}"
            for T, (c, step) in exceeding.LATE.items()
        ),
    ]
    kinds += ["small", "small"]
    places += [r"c_t=1/t,\ \mu_y&=1/2", r"\mu_x=7/10,\ \mu_y&=0"]
    rows = []
    found = (*exceeding.pairs(), *exceeding.small_pairs())
    for kind, at, (_, ours, base) in zip(kinds, places, found, strict=True):
        below = outward(base.lower, base.upper, 6)
        row = {"base_lower": below["lower"], "base_upper": below["upper"]}
        rows.append({"kind": kind, "at": at, **row, **outward(ours.lower, ours.upper, 6)})
    return rows


MADE: dict[str, Callable[[], list[Row]]] = {
    "worst-case-below-bounds": _below_bounds,
    "schedule-free-minimax": _schedule_free,
    "smooth-worst-case": _smooth,
    "exceed-in-worst-case": _exceeding,
    "certified-minima": _minima,
    "telescoped-bound-is-tight": _telescoped,
    "online-losses-are-not-covered": _online,
    "average-bound-with-noise": _noise,
}


def main() -> None:
    """Run every claim's runs and write the record into the package."""
    found = {claim: make() for claim, make in MADE.items()}
    write_whole(RECORD, json.dumps(found, indent=1) + "\n")
    numbers.record.cache_clear()


if __name__ == "__main__":
    main()
