r"""Verdicts: a measured number against an allowed one, with the rounding error it may carry.

.. math::
    \text{margin} = \text{allowed} - \text{measured}, \qquad
    \text{holds} \iff \text{margin} > \text{budget}, \qquad
    \text{violated} \iff \text{margin} < -\text{budget}

Between the two, floats cannot tell.  The comparison is then repeated in exact arithmetic if the
check can do that, and is undecided otherwise.  A statistical check can only ever be *supported*.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from math import isfinite

from gpa_theory.core.validation import check_range, refuse


class Verdict(StrEnum):
    """What a check found, worst last.

    >>> max([Verdict.HOLDS, Verdict.UNDECIDED], key=Verdict.severity).value
    'undecided'
    """

    HOLDS = "holds"
    SUPPORTED = "supported"
    UNDECIDED = "undecided"
    VIOLATED = "violated"

    def severity(self) -> int:
        """Return 0 for holds up to 3 for violated."""
        return list(Verdict).index(self)


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one comparison: measured ≤ allowed, up to `budget`.

    >>> compare("gap ≤ bound", measured=0.2, allowed=0.3, budget=1e-12).verdict.value
    'holds'
    """

    name: str
    measured: float
    allowed: float
    budget: float
    margin: float
    verdict: Verdict
    note: str = ""


def compare(
    name: str,
    measured: float,
    allowed: float,
    budget: float,
    *,
    exact: Callable[[], Result] | None = None,
    note: str = "",
) -> Result:
    """Return the verdict of measured ≤ allowed in floats that are off by at most `budget` in all.

    An undecided comparison is handed to `exact`, if there is one.

    >>> compare("tie", measured=1.0, allowed=1.0, budget=1e-12).verdict.value
    'undecided'
    >>> compare("tie", 1.0, 1.0, 1e-12, exact=lambda: exactly("tie", 1, 1)).verdict.value
    'holds'
    """
    check_range(f"compare({name!r}, budget={budget})", "budget", budget, 0)
    if not (isfinite(measured) and isfinite(allowed)):
        raise refuse(f"compare({name!r})", "measured and allowed", "must be finite")
    margin = allowed - measured
    if margin > budget:
        verdict = Verdict.HOLDS
    elif margin < -budget:
        verdict = Verdict.VIOLATED
    elif exact is not None:
        return exact()
    else:
        verdict = Verdict.UNDECIDED
    return Result(
        name, float(measured), float(allowed), float(budget), float(margin), verdict, note
    )


def exactly(
    name: str, measured: int | Fraction, allowed: int | Fraction, note: str = "exact arithmetic"
) -> Result:
    """Return the verdict of measured ≤ allowed in exact arithmetic: no budget, never undecided.

    >>> exactly("1/3 ≤ 1/3", Fraction(1, 3), Fraction(1, 3)).verdict.value
    'holds'
    """
    for value in (measured, allowed):
        if isinstance(value, bool) or not isinstance(value, int | Fraction):
            raise refuse(f"exactly({name!r})", "measured and allowed", "must be int or Fraction")
    margin = allowed - measured
    verdict = Verdict.HOLDS if margin >= 0 else Verdict.VIOLATED
    return Result(name, float(measured), float(allowed), 0.0, float(margin), verdict, note)


def statistical(
    name: str, limits: tuple[float, float], allowed: float, *, n: int, level: float
) -> Result:
    """Return the verdict of mean ≤ allowed from a confidence interval for the mean.

    Supported if the upper limit is ≤ allowed, violated if the lower limit is above it.

    >>> statistical("mean gap", (0.1, 0.2), 0.3, n=20, level=0.999).verdict.value
    'supported'
    """
    low, high = limits
    if high <= allowed:
        verdict = Verdict.SUPPORTED
    else:
        verdict = Verdict.VIOLATED if low > allowed else Verdict.UNDECIDED
    note = f"n={n}, {level:.1%} interval [{low:.4g}, {high:.4g}]"
    half_width = (high - low) / 2
    return Result(name, high, allowed, half_width, allowed - high, verdict, note)


def worst(results: Iterable[Result] | Sequence[Verdict]) -> Verdict:
    """Return the worst verdict of several results; of none, undecided: nothing was shown.

    >>> worst([]).value
    'undecided'
    """
    verdicts = [r.verdict if isinstance(r, Result) else r for r in results]
    return max(verdicts, key=Verdict.severity, default=Verdict.UNDECIDED)
