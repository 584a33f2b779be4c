r"""Both ends of a worst case in exact arithmetic, from any solver's floats.

Upper: multipliers are made fractions, the shares of the objectives add up to 1, the rest of each
value's coefficient is removed by more of a limit, and

.. math:: \text{bound} - \sum_k w_k a_k - \sum_i \lambda_i b_i
    = \sum_{ab} S_{ab} \langle a, b\rangle

holds identically, with S proved positive semidefinite.  Lower: the Gram matrix is factored, so that
every vector is a list of floats; their exact inner products and the values satisfy every limit.
Then the class holds a function with these values and slopes, since its inequalities interpolate.

Reference: taylor2017smooth, Theorem 4; taylor2017exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from gpa_theory.core.gram import ONE, Point, gram_name, gram_pair
from gpa_theory.worst_case.certify.definite import certainly_definite
from gpa_theory.worst_case.model.ball_vector import GROW, TINY, UNIT, Array
from gpa_theory.worst_case.questions.found import Found
from gpa_theory.worst_case.questions.question import Question, at_point

GRID = 2**60  # multipliers are multiples of 1/GRID
LIFT = 1e-13  # the least eigenvalue of the Gram matrix that is factored
BELOW = 1.0  # how far below its slope's limit the minimizer is looked for


class NoEndError(RuntimeError):
    """A solver's answer from which this end could not be made."""


@dataclass(frozen=True, slots=True)
class Proof:
    """An upper end: bound = Σ multiplier · constant, the multipliers exact."""

    bound: Fraction
    multipliers: dict[str, Fraction]
    shares: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """A lower end: vectors and values that satisfy every limit exactly, and what they attain."""

    attained: Fraction
    vectors: dict[str, tuple[float, ...]]
    values: dict[str, float]


def upper(of: Question, found: Found) -> Proof:
    """Return a proved upper bound, or raise `NoEndError`."""
    if not np.isfinite([*found.multipliers.values(), *found.shares]).all():
        raise NoEndError("the solver's multipliers are not finite")
    multipliers = {name: _kept(value) for name, value in found.multipliers.items()}
    weights = [_kept(value) for value in found.shares.tolist()]
    if not sum(weights):
        raise NoEndError("the solver's shares are all 0")
    shares = tuple(weight / sum(weights) for weight in weights)
    rest = _combined(of, multipliers, shares)
    for repair in of.repairs:
        lacking = rest.get(repair.value, Fraction(0))
        name = repair.rise if lacking > 0 else repair.fall
        if lacking:
            multipliers[name] += abs(lacking)
            _subtract(rest, abs(lacking), of.limits[name])
    bound = -rest.pop(ONE, Fraction(0))
    if any(rest.get(name) for name in of.values):
        raise NoEndError("the values do not cancel")
    if not _is_definite(of, rest):
        raise NoEndError("what is left is not certainly positive semidefinite")
    return Proof(bound, multipliers, shares)


def _kept(value: float) -> Fraction:
    return Fraction(max(0, round(value * GRID)), GRID)


def _subtract(rest: dict[str, Fraction], multiplier: Fraction, form: Point) -> None:
    for name, value in form.terms.items():
        rest[name] = rest.get(name, Fraction(0)) - multiplier * value


def _combined(
    of: Question, multipliers: dict[str, Fraction], shares: tuple[Fraction, ...]
) -> dict[str, Fraction]:
    """Return −Σ w_k a_k − Σ λ_i b_i, by names."""
    rest: dict[str, Fraction] = {}
    for share, objective in zip(shares, of.objectives, strict=True):
        _subtract(rest, share, objective)
    for name, multiplier in multipliers.items():
        if multiplier:
            _subtract(rest, multiplier, of.limits[name])
    return rest


def _is_definite(of: Question, rest: dict[str, Fraction]) -> bool:
    """Return True only if the quadratic form is proved positive semidefinite."""
    order = {name: k for k, name in enumerate(of.vectors)}
    matrix = np.zeros((len(order), len(order)))
    for name, value in rest.items():
        pair = gram_pair(name)
        if pair is None:
            continue
        a, b = (order[part] for part in pair)
        matrix[a, b] = matrix[b, a] = float(value if a == b else value / 2)
    errors = np.abs(matrix) * (UNIT * GROW) + TINY  # each entry was rounded once
    return certainly_definite(matrix, errors)


def lower(of: Question, found: Found) -> Instance:
    """Return an exact instance of the class, or raise `NoEndError`."""
    if not (np.isfinite(found.gram).all() and np.isfinite(found.values).all()):
        raise NoEndError("the solver's point is not finite")
    root = factor(of, found.gram)
    known = _exactly(of, root, found.values)
    short = [name for name, form in of.limits.items() if at_point(form, known) < 0]
    if short:
        raise NoEndError(f"the limit {short[0]} does not hold exactly")
    if of.slopes is not None:
        _check_minimizer(of, root, known)
    attained = min(at_point(form, known) for form in of.objectives)
    vectors = {name: tuple(row) for name, row in zip(of.vectors, root.tolist(), strict=True)}
    return Instance(attained, vectors, dict(zip(of.values, found.values.tolist(), strict=True)))


def factor(of: Question, gram: Array) -> Array:
    """Return R with R R' = gram, but for eigenvalues below `LIFT`, which are raised to it."""
    size = np.array(of.sizes)
    spread, turn = np.linalg.eigh(gram / size[:, None] / size)
    return size[:, None] * (turn * np.sqrt(np.maximum(spread, LIFT)))


def _exactly(of: Question, root: Array, values: Array) -> dict[str, Fraction]:
    """Return all Gram entries and values as the fractions that they are."""
    rows = [[Fraction(x) for x in row] for row in root.tolist()]
    known = {ONE: Fraction(1)}
    known |= {n: Fraction(v) for n, v in zip(of.values, values.tolist(), strict=True)}
    for i, a in enumerate(of.vectors):
        for j in range(i + 1):
            pairs = zip(rows[i], rows[j], strict=True)
            known[gram_name(a, of.vectors[j])] = sum((x * y for x, y in pairs), Fraction(0))
    return known


def _check_minimizer(of: Question, root: Array, known: dict[str, Fraction]) -> None:
    """Raise unless a point is found that lies below every slope's limit: f is 0 there."""
    assert of.slopes is not None
    limits = [at_point(form, known) for form in of.slopes.values()]
    rows = root[[of.vectors.index(name) for name in of.slopes]]
    wanted = np.array([float(limit) - BELOW for limit in limits])
    point = [Fraction(x) for x in np.linalg.lstsq(rows, wanted, rcond=None)[0].tolist()]
    for row, limit in zip(rows.tolist(), limits, strict=True):
        along = sum((Fraction(a) * b for a, b in zip(row, point, strict=True)), Fraction(0))
        if along > limit:
            raise NoEndError("no minimizer of the function was found")
