r"""Which row of the weighted theorem bounds which metric, and what the row then charges.

A row says Σ (coefficients) · (named sums) ≥ 0.  The gaps that make up the metric go to the left,
and what is left over bounds it:

.. math:: \text{metric} \le \text{gaps} \le \text{charged}

The first inequality is Jensen's where f is taken at a mean, and an equality elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gpa_theory.core.gram import Point
from gpa_theory.core.metrics import BOUNDED
from gpa_theory.core.validation import refuse
from gpa_theory.symbolic.rows import ROWS, Row

AVERAGINGS = ("exponential", "uniform")


@dataclass(frozen=True, slots=True)
class Reading:
    """A row read as a bound on one metric; `gaps` names the sums of gaps that make up the metric.

    >>> READINGS["last", "exponential"].charged().terms
    {'A_T': 1 - mu_x, 'φ_1': mu_x**(T - 1)}
    """

    row: Row
    gaps: tuple[str, ...]
    at_mean: bool = False  # f is taken at a mean of points, not averaged over them

    def left(self) -> Point:
        """Return the gaps of the metric as a linear form in the named sums, in μ_x and T."""
        return self._part(lambda name: name in self.gaps, -1)

    def charged(self) -> Point:
        """Return what the row says is ≥ `left()`, in μ_x and T."""
        return self._part(lambda name: name not in self.gaps, 1)

    def _part(self, wanted: Callable[[str], bool], sign: int) -> Point:
        terms = self.row.scheme.normalized(self.row.mass).terms
        return Point({name: sign * c for name, c in terms.items() if wanted(name) and c != 0})


READINGS = {
    ("average", "exponential"): Reading(ROWS["average"], ("Σφ",), at_mean=True),
    ("mean", "exponential"): Reading(ROWS["average"], ("Σφ",)),
    ("last", "exponential"): Reading(ROWS["last"], ("φ_T",)),
    ("weighted", "exponential"): Reading(ROWS["no_remainder"], ("Σφ", "φ_T"), at_mean=True),
    ("telescoped", "exponential"): Reading(ROWS["average"], ("Σφ", "φ_1", "φ_T")),
    ("last", "uniform"): Reading(ROWS["schedule_free"], ("φ_T",)),
}


def reading(call: str, metric: str, averaging: str) -> Reading:
    """Return the reading for a metric and an averaging, or refuse what no row bounds.

    >>> reading("bound", "average", "uniform")
    Traceback (most recent call last):
    ValueError: `bound(metric='average', averaging='uniform')`: averaging 'uniform' bounds the \
metric 'last' only
    """
    for name, value, known in (
        ("metric", metric, BOUNDED),
        ("averaging", averaging, AVERAGINGS),
    ):
        if value not in known:
            rule = f"must be one of {', '.join(known)}"
            raise refuse(f"{call}({name}={value!r})", name, rule)
    if (metric, averaging) not in READINGS:
        known = ", ".join(repr(m) for m, a in READINGS if a == averaging)
        whole = f"{call}(metric={metric!r}, averaging={averaging!r})"
        raise refuse(whole, "averaging", f"{averaging!r} bounds the metric {known} only")
    return READINGS[metric, averaging]
