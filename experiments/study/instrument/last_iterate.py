r"""Last-iterate bounds against the loss curve of a run, under the schedule it used.

"regret" is theory (B), by recursion from the first audited step, with c_t the averaging's
coefficient:

.. math:: \varphi_s \le b_s, \qquad b_s = c_s r_s + (1 - c_s)\, b_{s-1}

It is proved for convex f in expectation, for any schedule and base, and for a u that does not
depend on the batches.  The regret is the measured one, so nothing is fitted.  "discounted" is (B)
with the regret bound of gradient descent put in,

.. math:: \mu^{s-s_0} \varphi_{s_0} + \frac{(1-\mu) R^2}{2\gamma_s}
    + \frac{1-\mu}{2} \sum_t \mu^{s-t} \gamma_t G_t^2

and is proved for convex f and nonincreasing γ_t.  "schedule" uses the share π_t of step t in x_s,
and the sums Π_{>t} and Γ_{>t} of π and γ over t+1 … s:

.. math:: \frac{D^2}{2\Gamma} + \frac12 \Bigl[\sum_{t<s} \gamma_t^2 G_t^2
    \frac{\Pi_{>t}}{\Gamma_{>t}} + \gamma_s \pi_s G_s^2 \Bigr]

It is proved for gradient descent on convex f with μ_y = 0 and Π_{≥t}/Γ_{≥t} nondecreasing; if π is
all on the last step, it is the bound of Defazio et al. for any schedule.  On AdamW and a nonconvex
loss only the *shape* of the last two is compared: D, R and G_t are measured in the norm of the base
and its dual, an offset (or offset and scale) is fitted on the first half after warm-up, and the fit
is scored on the second half.

Reference: defazio2023optimal, Theorem 10; the comparison of shapes with G_t and an offset is
schaipp2025surprising.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

import numpy as np

from experiments.stats.over_seeds import bounded, words
from gpa_theory.core.averaging import Averaging, shares
from gpa_theory.optim.audit.report import AuditReport

BINS = 24
ByStep = Mapping[str, np.ndarray]
FREE = {"regret": (0,), "discounted": (1, 2), "schedule": (1, 2)}  # parameters fitted
WORDS = {
    "regret": "(B), measured regret",
    "discounted": "(B), bound with R and G",
    "schedule": "schedule bound, D and G",
}


def curves(
    report: AuditReport, columns: ByStep, averaging: Averaging, warmup: int
) -> dict[str, Any]:
    """Return loss, gap and bounds in bins of steps after warm-up, and how the bounds score."""
    steps, phi = report.steps, report.term("phi")[0]
    loss = np.array([r["f"]["x"] for r in report.records])
    bins = _bins(steps, warmup)
    found: dict[str, Any] = {"t": [], "loss": [], "phi": []}
    for here in bins:
        for name, values in (("t", steps), ("loss", loss), ("phi", phi)):
            found[name].append(float(values[here].mean()))
    every = {
        "regret": by_regret(columns["regret"], averaging, int(steps[0]), float(phi[0])),
        "schedule": by_schedule(columns, averaging, steps),
    }
    mu = 1 - float(averaging.coefficient(2.0)) if _is_constant(averaging) else 0.0
    if mu > 0:
        every["discounted"] = by_discount(columns, mu, steps, float(phi[0]))
    found["bounds"] = {}
    for name, values in every.items():
        where = _between(steps, bins) if name == "regret" else bins
        found["bounds"][name] = [float(np.mean(values[here])) for here in where]
    found["scores"] = {name: scored(found, name) for name in found["bounds"]}
    found["meets_condition"] = meets_condition(columns["gamma"], averaging)
    return found


def _is_constant(averaging: Averaging) -> bool:
    return averaging.coefficient(2.0) == averaging.coefficient(9.0)


def _bins(steps: np.ndarray, warmup: int) -> list[np.ndarray]:
    kept = np.flatnonzero(steps > warmup)
    return [b for b in np.array_split(kept, min(BINS, max(1, len(kept) // 2))) if len(b)]


def _between(steps: np.ndarray, bins: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the indices of all steps, audited or not, from one bin's first audit to its last."""
    return [np.arange(steps[b[0]], steps[b[-1]] + 1) - 1 for b in bins]


def by_regret(r: np.ndarray, averaging: Averaging, first: int, start: float) -> np.ndarray:
    """Return b_1 … b_T by the recursion, NaN before step `first`, where it starts at `start`.

    >>> from gpa_theory.core.averaging import Uniform
    >>> by_regret(np.array([4.0, 2.0, 0.0]), Uniform(), 1, 4.0).tolist()
    [4.0, 3.0, 2.0]
    """
    b = np.full(len(r), nan)
    b[first - 1] = start
    for t in range(first + 1, len(r) + 1):
        c = float(averaging.coefficient(float(t)))
        b[t - 1] = c * r[t - 1] + (1 - c) * b[t - 2]
    return b


def by_discount(columns: ByStep, mu: float, at: np.ndarray, start: float) -> np.ndarray:
    """Return (B) with R = max |z_t − u| and G_t as measured, at the steps `at`."""
    gamma, noise = columns["gamma"], columns["gamma"] * columns["dual"]
    radius = float(columns["base"].max())
    sums = np.zeros(len(gamma))
    for t in range(1, len(gamma)):
        sums[t] = mu * sums[t - 1] + (1 - mu) * noise[t] / 2
    found = mu ** (at - at[0]) * start + (1 - mu) * radius / (2 * gamma[at - 1]) + sums[at - 1]
    return np.asarray(found)


def by_schedule(columns: ByStep, averaging: Averaging, at: np.ndarray) -> np.ndarray:
    """Return the "schedule" bound at the steps `at`; D² is a mean over steps."""
    gamma, dual = columns["gamma"], columns["dual"]
    distance = float((gamma * columns["first"]).sum() / gamma.sum())
    found = []
    for s in at:
        g, noise = gamma[:s], gamma[:s] ** 2 * dual[:s]
        share = np.array(shares(averaging, int(s)), float)
        later_share, later = _after(share)[:-1], _after(g)[:-1]
        spread = (noise[:-1] * later_share / later).sum() + noise[-1] * share[-1] / g[-1]
        found.append(distance / (2 * g.sum()) + spread / 2)
    return np.array(found)


def _after(v: np.ndarray) -> np.ndarray:
    """Return the sums over all later entries: (v_2 + … , …, v_T, 0)."""
    return np.append(np.cumsum(v[::-1])[::-1][1:], 0.0)


def meets_condition(gamma: np.ndarray, averaging: Averaging) -> bool:
    """Return whether Π_{≥t}/Γ_{≥t} is nondecreasing, as the "schedule" bound assumes."""
    share = np.array(shares(averaging, len(gamma)), float)
    ratio = np.cumsum(share[::-1])[::-1] / np.cumsum(gamma[::-1])[::-1]
    return bool(np.all(np.diff(ratio) >= -1e-12 * ratio[:-1]))


def scored(found: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """Return one score per number of fitted parameters: R² on the second half, fitted on the first.

    The regret bounds the gap φ; the others bound the loss up to an offset.
    """
    curve = np.array(found["phi" if name == "regret" else "loss"])
    bound = np.array(found["bounds"][name])
    return [score(curve, bound, free) for free in FREE[name]]


def score(
    curve: np.ndarray, bound: np.ndarray, free: int, fitted: tuple[float, float] | None = None
) -> dict[str, Any]:
    """Return the fit (offset, scale) of the first half, and R² of the second.

    `free` is 0 (none), 1 (offset) or 2 (offset and scale); `fitted` imposes a fit instead.
    `ceiling` is the largest R² possible, given the noise seen between neighboring values.

    >>> line = np.arange(8.0)
    >>> score(2 * line + 3, line, 2)["r2"]
    1.0
    """
    half = len(curve) // 2
    offset, scale = fitted or _fit(curve[:half], bound[:half], free)
    left, end = curve[half:] - offset - scale * bound[half:], curve[half:]
    spread = float(((end - end.mean()) ** 2).sum()) if half else 0.0
    noise = float((np.diff(end) ** 2).mean() / 2) * len(end) if half > 1 else nan
    return {
        "free": free,
        "offset": offset,
        "scale": scale,
        "r2": 1 - float((left**2).sum()) / spread if spread > 0 else nan,
        "ceiling": 1 - noise / spread if spread > 0 else nan,
        "above": float((offset + scale * bound >= curve).mean()),
    }


def _fit(curve: np.ndarray, bound: np.ndarray, free: int) -> tuple[float, float]:
    if free == 0 or not len(curve):
        return 0.0, 1.0
    if free == 1:
        return float((curve - bound).mean()), 1.0
    away = bound - bound.mean()
    size = float(away @ away)
    scale = (
        max(0.0, float(away @ curve) / size) if size > 0 else 0.0
    )  # a bound may not be turned upside down
    return float(curve.mean() - scale * bound.mean()), scale


def over_seeds(audits: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return R² of every bound, by number of fitted parameters, with intervals over seeds."""
    found: dict[str, Any] = {}
    for name in audits[0]["last_iterate"]["scores"]:
        rows = [a["last_iterate"]["scores"][name] for a in audits]
        found[name] = [
            {
                "free": FREE[name][i],
                **{k: bounded([row[i][k] for row in rows], most=1) for k in ("r2", "ceiling")},
                "above": bounded([row[i]["above"] for row in rows], 0, 1),
            }
            for i in range(len(FREE[name]))
        ]
    return found


def line(arm: str, found: Mapping[str, Any]) -> str:
    """Return R² of every bound in words, with the number of its free parameters."""
    parts = []
    for name, rows in found.items():
        scores = ", ".join(f"R² {words(r['r2'], 2)} with {r['free']} free" for r in rows)
        parts.append(f"{WORDS[name]}: {scores}")
    held = next(r["above"] for r in found["regret"] if r["free"] == 0)
    n = found["regret"][0]["r2"]["n"]
    return (
        f"`{arm}`: last-iterate bounds, second half of the loss curve: {'; '.join(parts)}; (B)"
        f" with measured regret is above the gap in {words(held, 2)} of the bins"
        f" (*measured*, n = {n} seeds)."
        " The others are comparisons of shape, proved for gradient descent on convex f only"
    )
