"""Is the predicted T* consistent with the ladder of horizons, refuted by it, or not resolved?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from experiments.stats.crossing_set import may_equal
from experiments.stats.over_seeds import LEVEL, interval
from experiments.stats.welch import difference

CONSISTENT, REFUTED, OPEN = "consistent", "refuted", "not resolved"
BETTER, WORSE, UNKNOWN = "better", "worse", "open"
ENDS = (1e-6, 1.0)  # of x = 1/T: a prediction looks no further than a million steps


def judged(
    shorts: Sequence[Mapping[str, Any]], ends: Mapping[tuple[float, int], Sequence[float | None]]
) -> dict[str, Any]:
    """Return prediction, observation and verdict for every μ_x; losses in nats.

    `ends` has final losses by (μ_x, T), with μ_x = 0 the base.  All intervals hold jointly over the
    points of the ladder at `LEVEL` (Bonferroni).
    """
    windows = sorted({mu_x for mu_x, _ in ends if mu_x > 0})
    horizons = sorted({steps for _, steps in ends})
    points = max(1, len(windows) * len(horizons))
    found = {}
    for mu_x in windows:
        runs = [s for s in shorts if s["mu_x"] == mu_x and s["passed"]]
        rungs = [
            _rung(runs, ends.get((mu_x, T), ()), ends.get((0.0, T), ()), T, points)
            for T in horizons
        ]
        found[str(mu_x)] = {
            "n": len(runs),
            "predicted": predicted(runs),
            "observed": observed(rungs),
            "rungs": rungs,
            "verdict": verdict(rungs),
            "gain": float(np.mean([s["gain"] for s in runs])) if runs else None,
            "cost": float(np.mean([s["cost"] for s in runs])) if runs else None,
        }
    return {"level": LEVEL, "points": points, "by_mu_x": found}


def net(runs: Sequence[Mapping[str, Any]], steps: float, comparisons: int = 1) -> dict[str, Any]:
    """Return the predicted net gain at a horizon, with Student's interval over the short runs."""
    values = [s["gain"] - s["cost"] / steps for s in runs]
    return interval(values, 1 - (1 - LEVEL) / comparisons)


def predicted(runs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return T* = C/g with the interval of all T at which net(T) may be zero (Fieller).

    `low` is the longest horizon that is clearly worse, `high` the one from which on all are clearly
    better; both are solved for, in x = 1/T, where net is linear.  An unbounded end is None; T*
    itself is None if the mean gain or the cost is not positive.
    """
    if len(runs) < 2:
        return {"at": None, "low": None, "high": None}
    gain, cost = (float(np.mean([s[k] for s in runs])) for k in ("gain", "cost"))
    sides = list(_sides(runs))
    worse = [1 / x for x, _, sign in sides if sign == WORSE]
    return {
        "at": cost / gain if gain > 0 and cost > 0 else None,
        "low": max(worse) if worse else None,
        "high": 1 / sides[0][1] if sides and sides[0][::2] == (ENDS[0], BETTER) else None,
    }


def _sides(runs: Sequence[Mapping[str, Any]]) -> Iterator[tuple[float, float, str]]:
    """Yield the intervals of x = 1/T at which net is clearly not zero, with its sign there."""
    lines = np.array([[s["gain"] - s["cost"] * x for x in ENDS] for s in runs])
    zeros = may_equal(np.array(ENDS), lines, np.zeros(2), LEVEL)
    borders = [ENDS[0], *(x for piece in zeros for x in piece), ENDS[1]]
    for low, high in zip(borders[::2], borders[1::2], strict=True):
        if low < high:
            yield low, high, _sign(net(runs, 2 / (low + high)))


def _rung(
    runs: Sequence[Mapping[str, Any]],
    arm: Sequence[float | None],
    base: Sequence[float | None],
    steps: int,
    points: int,
) -> dict[str, Any]:
    expected = net(runs, steps, points)
    found: dict[str, Any] = {"steps": steps, "n": min(len(arm), len(base)), "expected": expected}
    a, b = (np.array([np.inf if v is None else v for v in w], float) for w in (arm, base))
    if found["n"] < 2 or not (np.isfinite(a).all() and np.isfinite(b).all()):
        seen = {"mean": None, "low": None, "high": None}
    else:
        low, high = difference(b, a, 1 - (1 - LEVEL) / points)
        seen = {"mean": float(b.mean() - a.mean()), "low": float(low), "high": float(high)}
    found["seen"] = seen
    said, is_so = _sign(expected), _sign(seen)
    agree = "open" if UNKNOWN in (said, is_so) else "agree" if said == is_so else "contradict"
    return {**found, "predicted": said, "observed": is_so, "outcome": agree}


def _sign(interval: Mapping[str, Any]) -> str:
    if interval["low"] is None:
        return UNKNOWN
    if interval["low"] > 0:
        return BETTER
    return WORSE if interval["high"] < 0 else UNKNOWN


def observed(rungs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return where GPA overtakes: after the last horizon that is worse, by the first better one."""
    worse = [r["steps"] for r in rungs if r["observed"] == WORSE]
    better = [r["steps"] for r in rungs if r["observed"] == BETTER]
    return {"low": max(worse, default=None), "high": min(better, default=None)}


def verdict(rungs: Sequence[Mapping[str, Any]]) -> str:
    """Return the verdict: one contradiction refutes; both signs predicted and seen are consistent.

    A prediction that agreed with one sign only has not shown where the sign changes.

    >>> made = lambda said, outcome: {"predicted": said, "outcome": outcome}
    >>> verdict([made("worse", "agree"), made("better", "agree")])
    'consistent'
    >>> verdict([made("worse", "contradict"), made("better", "agree")])
    'refuted'
    >>> verdict([made("better", "agree"), made("better", "agree")])
    'not resolved'
    """
    if any(r["outcome"] == "contradict" for r in rungs):
        return REFUTED
    agreed = {r["predicted"] for r in rungs if r["outcome"] == "agree"}
    return CONSISTENT if agreed == {BETTER, WORSE} else OPEN
