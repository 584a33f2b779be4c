r"""A worst case as a list of linear forms: what is asked, and what every function obeys.

.. math:: \max_{X \succeq 0,\; F}\ \min_k\ a_k(X, F) \quad\text{s.t.}\quad b_i(X, F) \ge 0

X is the Gram matrix of named vectors, F the values of f at named samples, and every form has exact
coefficients.  Several a_k ask for the least of several quantities, such as min f(x_t) − f*.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from gpa_theory.core.gram import Point
from gpa_theory.core.metrics import METRICS
from gpa_theory.core.validation import refuse

# Metrics that are asked here alone, since they are no weighted sum of values of f.
BEST, GRADIENT = "best", "gradient"
WORDS = {BEST: "min f(x_t) − f*", GRADIENT: "|g(x_T)|²"}


@dataclass(frozen=True, slots=True)
class Repair:
    """How a rest of the coefficient of one value is removed from a proof: by more of a limit.

    `rise` is a limit in which the value has the coefficient 1, `fall` one in which it has −1.
    """

    value: str
    rise: str
    fall: str


@dataclass(frozen=True, slots=True)
class Question:
    """The forms of one worst case, in the units of a normalized class.

    `sizes` are rough sizes of vectors, `heights` of values and `height` of the objectives: they
    matter to a solver only.  A repair may use the values of repairs that come later.
    `slopes`, if x* is not the origin, says what ⟨slope, x*⟩ must not exceed for each slope.
    """

    vectors: tuple[str, ...]
    values: tuple[str, ...]
    objectives: tuple[Point, ...]
    limits: Mapping[str, Point]
    repairs: tuple[Repair, ...]
    sizes: tuple[float, ...]
    heights: tuple[float, ...]
    height: float = 1.0
    shrinks: bool = False  # whether slopes may be orders smaller than that along a run
    slopes: Mapping[str, Point] | None = None


def words_of(metric: str) -> str:
    """Return a metric in words.

    >>> words_of("best"), words_of("last")
    ('min f(x_t) − f*', 'f(x_T) − f*')
    """
    return WORDS[metric] if metric in WORDS else METRICS[metric].gap("f*")


def check_known(call: str, metric: str) -> None:
    """Raise unless there is such a metric."""
    if metric not in WORDS and metric not in METRICS:
        rule = f"must be one of {', '.join((*METRICS, *WORDS))}"
        raise refuse(f"{call}(metric={metric!r})", "metric", rule)


def at_point(form: Point, known: Mapping[str, Fraction]) -> Fraction:
    """Return the value of a form, exactly; `known` holds Gram entries, values and the constant 1.

    >>> at_point(Point({"1": 2, "f(x)": -1}), {"1": Fraction(1), "f(x)": Fraction(1, 3)})
    Fraction(5, 3)
    """
    return sum((c * known[name] for name, c in form.terms.items()), Fraction(0))
