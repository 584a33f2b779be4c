r"""The ladder of bounds of one run: each rung replaces something measured by a bound on it.

.. math::
    \overline{\varphi} \le \underbrace{\overline{r} - \overline{\text{telescope}}}_{L_1}
    \le \underbrace{\overline{\text{risen} + \text{stability} + \text{lag}}
        - \overline{\text{telescope}}}_{L_2} \le L_3

L1 holds if the four divergences are ≥ 0 in sum; on a nonconvex run it may fail, and that is the
test.  L2 bounds the distances that telescope (`base_regret`) by ½Σ|z_t − u|² in the norms
(A_t − A_{t−1})₊, at the distances and dual norms seen.  The lag stays as measured, since no convex
regret theory makes it small.  L3 is the worst case for D_∞ = max|z_t − u|_∞ and the largest norms.
L1 ≤ L2 ≤ L3 is algebra: proved, for any run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from experiments.stats.over_seeds import interval, share, words
from experiments.study.instrument.base_regret import FARTHEST, closing
from gpa_theory.optim.audit.report import AuditReport

RUNGS = ("regret_minus_ema", "measured_norms", "worst_case")
SHORT = dict(zip(RUNGS, ("L1", "L2", "L3"), strict=True))
NAMES = dict(
    zip(
        RUNGS,
        (
            "regret − telescope (needs convexity)",
            "distances and dual norms seen",
            "worst case for D and G",
        ),
        strict=True,
    )
)


def ladder(report: AuditReport, columns: Mapping[str, np.ndarray]) -> dict[str, float]:
    """Return the gap and the rungs, means per step in nats, and what they are made of.

    Gap and telescope are means over the audited steps, regret and norms over all steps; `sampled`
    is L1 with the regret of the audited steps only.  The conversion ratio κ = (gap + telescope)/
    regret is over the audited steps too; convex theory says κ ≤ 1.  Records name telescope "ema".
    """
    phi, ema, regret = (report.term(name)[0].mean() for name in ("phi", "telescope", "regret"))
    parts = {
        name: float(columns[name].mean()) for name in ("distance", "stability", "lag", "decay")
    }
    return {
        "gap": float(phi),
        "regret_minus_ema": float(columns["regret"].mean() - ema),
        "measured_norms": float(columns["risen"].mean() + parts["stability"] + parts["lag"] - ema),
        "worst_case": _worst(columns) - float(ema),
        "sampled": float(regret - ema),
        "regret": float(columns["regret"].mean()),
        "ema": float(ema),
        **parts,
        "closing": closing(columns),
        "conversion_ratio": float((phi + ema) / regret) if regret > 0 else float("nan"),
        "local_gain": float(report.term("net_gain")[0].mean()),
    }


def _worst(columns: Mapping[str, np.ndarray]) -> float:
    """Return the regret per step that the largest distance, dual norm and lag would allow."""
    far = float(columns[FARTHEST].max())
    distance = far**2 / 2 * float(columns["trace"].mean())
    return distance + float(columns["stability"].max()) + far * float(columns["lag_size"].max())


def over_seeds(audits: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return rungs and looseness factors (rung over gap) of one arm, with intervals over seeds."""
    ladders = [a["ladder"] for a in audits]
    holds = sum(_at_most(lad["gap"], lad["regret_minus_ema"]) for lad in ladders)
    return {
        "gap": interval([lad["gap"] for lad in ladders]),
        "rungs": {name: interval([lad[name] for lad in ladders]) for name in RUNGS},
        "factors": {name: interval([_factor(lad, name) for lad in ladders]) for name in RUNGS},
        "parts": {
            name: interval([lad[name] for lad in ladders])
            for name in ("regret", "ema", "distance", "stability", "lag", "decay", "local_gain")
        },
        "conversion_ratio": interval([lad["conversion_ratio"] for lad in ladders]),
        "first_rung_holds": share(holds, len(ladders)),
    }


def _at_most(gap: float | None, rung: float | None) -> bool:
    """Return whether gap ≤ rung; for a run that diverged it does not hold."""
    return gap is not None and rung is not None and gap <= rung


def _factor(lad: Mapping[str, Any], name: str) -> float | None:
    known = lad[name] is not None and lad["gap"] is not None
    return lad[name] / lad["gap"] if known and lad["gap"] > 0 else None


def line(arm: str, found: Mapping[str, Any]) -> str:
    """Return the looseness of every rung."""
    factors = "; ".join(f"{SHORT[n]}/gap {words(found['factors'][n])}" for n in RUNGS)
    held = found["first_rung_holds"]
    verdict = "holds" if held["times"] == held["of"] else "FAILS"
    return (
        f"`{arm}`: ladder of bounds: gap {words(found['gap'])} nats; {factors}; gap ≤ L1 {verdict}"
        f" ({held['times']} of {held['of']} seeds; *measured*, 95 % intervals over seeds)"
    )
