"""The constants with the least worst case, and what is certified of the worst case they have.

The search goes down the landscape of certified upper ends from several starts; the best constants
seen are rounded to short decimals, and their worst case is certified from both sides.  The optimum
is local.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from gpa_theory.core.validation import check_count, refuse
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.landscape import EnoughError, Landscape
from gpa_theory.worst_case.model.classes import NORMALIZED, FunctionClass
from gpa_theory.worst_case.model.families import IN_UNITS, Family, family_named
from gpa_theory.worst_case.model.result import WorstCase, WorstCaseError
from gpa_theory.worst_case.solvers import attempts

KINKS = 80  # evaluations of a search without gradients, where f is smooth
SMOOTH_STEP = 1.5  # times 1/L: where a search starts
DIGITS = 10**6  # tuned constants are rounded to multiples of this fraction


def _decimal(value: float, unit: Fraction = Fraction(1)) -> Fraction:
    return Fraction(round(value / float(unit) * DIGITS), DIGITS) * unit


@dataclass(frozen=True, slots=True)
class Tuned:
    """Tuned constants and the certified worst case they have; `evaluations` counts solves."""

    family: Family
    constants: dict[str, Fraction]
    found: WorstCase
    evaluations: int


def tune(
    family: str | Family,
    steps: int,
    metric: str = "last",
    of: FunctionClass | None = None,
    *,
    starts: Sequence[Sequence[float]] | None = None,
    width: float | None = None,
    evaluations: int = 60,
    polish: int | None = None,
    solver: str = "auto",
) -> Tuned:
    """Return the constants of a family with the least worst case found, and that worst case.

    From each start the search takes at most `evaluations` solves.  Where the worst case has kinks
    (DiLoCo, smooth classes), a second search without gradients goes on from the best point, with at
    most `polish` solves: 80 by default for smooth classes, else 0.  `solver` is "auto" or "whole",
    which takes all pairs from the first solve on; see `worst_case` for it, `metric` and `width`.

    Raises:
        ValueError: if a parameter is not what it must be.
        WorstCaseError: if no solve gave a bound, or the interval at the best constants is too wide.

    >>> found = tune("sgd", steps=2)
    >>> abs(float(found.constants["gamma"]) - 0.125**0.5) < 1e-5, found.found.width < 1e-6
    (True, True)
    """
    from scipy.optimize import minimize

    family = family_named("tune", family) if isinstance(family, str) else family
    if solver not in ("auto", "whole"):
        raise refuse(f"tune(solver={solver!r})", "solver", "must be auto or whole")
    of, steps = of or NORMALIZED, check_count(f"tune(steps={steps!r})", "steps", steps)
    check_count(f"tune(evaluations={evaluations!r})", "evaluations", evaluations)
    precise = 1e-5 if steps > attempts.REDUCED else 1e-7
    landscape = Landscape(family, steps, metric, of, precise, solver)
    lows, highs = np.array(landscape.bounds()).T
    for start in starts or _starts(family, steps, of):
        landscape.most = landscape.evaluations + evaluations
        with suppress(EnoughError):
            minimize(
                landscape,
                np.clip(landscape.coordinates(start), lows, highs),
                jac=True,
                method="L-BFGS-B",
                bounds=landscape.bounds(),
                options={"ftol": 0.1 * precise, "gtol": 1e-6},
            )
    if not landscape.best[1]:
        raise WorstCaseError("tune: no solve gave a bound")
    polish = (KINKS if of.is_smooth else 0) if polish is None else polish
    check_count(f"tune(polish={polish!r})", "polish", polish, 0)
    landscape.most = landscape.evaluations + polish
    with suppress(EnoughError):
        minimize(
            lambda at: landscape(np.asarray(at))[0],
            landscape.coordinates(landscape.best[1]),
            method="Nelder-Mead",
            bounds=landscape.bounds(),
            options={"maxfev": polish, "xatol": 1e-5, "fatol": 1e-8},
        )
    constants = {
        name: _decimal(value, 1 / of.step_scale if name in IN_UNITS else Fraction(1))
        for name, value in zip(family.names, landscape.best[1], strict=True)
    }
    method = family.build(**constants)
    found = worst_case(method, steps, metric, of, width=width, solver=solver)
    return Tuned(family, constants, found, landscape.evaluations)


def _starts(family: Family, steps: int, of: FunctionClass) -> Iterator[list[float]]:
    """Yield the family's starts in the units of the class; for smooth f, with long steps."""
    for make in family.starts:
        found = dict(zip(family.names, make(steps), strict=True))
        for name in IN_UNITS:
            if name in found and of.is_smooth:
                found[name] = SMOOTH_STEP / float(of.smoothness)
            elif name in found:
                found[name] /= float(of.step_scale)
        yield list(found.values())
