"""Is a method minimax?  The answer, from whichever form of the certificate is quickest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import Any

from gpa_theory.core.validation import check_count, check_range, refuse
from gpa_theory.worst_case.minimax.enclosure import digits, first_negative, numbers
from gpa_theory.worst_case.minimax.family import last_row, row_before_the_last
from gpa_theory.worst_case.minimax.multipliers import Matrix, check_matrix, output_row, row_of
from gpa_theory.worst_case.minimax.schedules import SCHEDULES
from gpa_theory.worst_case.model.classes import LEAST
from gpa_theory.worst_case.model.classes import MOST as LARGEST

MOST = 20_000  # steps of GPA with constant μ_x: its closed form takes O(T)
MOST_GIVEN = 1_000  # steps of a schedule given as numbers: its output row is checked exactly
MOST_ROWS = 200  # steps of a matrix: its recursion takes O(T³)
LONGEST = 3_000  # bits of a fraction in a matrix's multipliers
MOST_EXACT = 60  # steps up to which fractions stay short enough
OPEN = "intervals of 2048 bits leave a sign open"
PROVED = "every multiplier is ≥ 0, and the output row is a(1 − s/T)"


@dataclass(frozen=True, slots=True)
class Minimax:
    """What the certificate says of a method of T steps on G-Lipschitz f, |z_1 − u| ≤ D.

    `minimax` is True if it proves that the worst case is DG/√T at a = D/(G√T); False if it proves
    that it is above, in every space of T dimensions or more, the reason being a negative
    multiplier, the output row or a step that is not positive; None if signs stay open.
    """

    steps: int
    minimax: bool | None
    first_negative: tuple[int, int] | None  # (t, j) of λ_{tj}; the least t, then the least j
    value: float  # DG/√T: no deterministic method with T − 1 subgradients beats it, dimension ≥ T
    reason: str

    @property
    def verdict(self) -> str:
        """Return the verdict in words."""
        if self.minimax is None:
            return "undecided"
        return "minimax, proved" if self.minimax else "not minimax, proved"


def minimax(
    *,
    steps: int | None = None,
    mu_x: Any = None,
    mu_y: Any = 0,
    schedule: Any = "matched",
    matrix: Matrix | None = None,
    radius: Any = 1,
    lipschitz: Any = 1,
) -> Minimax:
    """Return whether a method attains DG/√T, by the certificate of `multipliers`.

    Either verdict is a proof: the certificate is sufficient and necessary, both machine-checked
    (`Minimax.v`, `Necessary.v`), and the signs are certain; `adversary` builds a function that
    shows the second.  For constant μ_x the multipliers come from the closed form of `family`, else
    from the recursion.

    GPA with constant μ_x in [0, 1) and μ_y in [0, 1]: `schedule` is matched, linear or constant, or
    γ_1 … γ_{T−1} in units of a = D/(G√T).  Any other fixed-step method: `matrix`, row t holding
    h_{t1} … h_{t,t−1}; a is T·h_{T,T−1}, so h counts up to a factor: judged is its multiple with
    a = D/(G√T).  Numbers are taken exactly, floats as what they are.

    >>> minimax(steps=20, mu_x=0.6, mu_y=0.5).verdict
    'minimax, proved'
    >>> minimax(steps=20, mu_x=0.7, mu_y=0.5).first_negative
    (8, 1)
    >>> minimax(matrix=[[], [1], [1, 1]]).reason
    'h_(3,1) is not a(1 − 1/3)'
    """
    call = f"minimax(steps={steps}, mu_x={mu_x}, mu_y={mu_y})"
    for name, value in (("radius", radius), ("lipschitz", lipschitz)):
        check_range(call, name, value, 0, open_low=True)
    if not LEAST <= Fraction(radius) * Fraction(lipschitz) <= LARGEST:
        raise refuse(call, "radius and lipschitz", "must have GD in [1e-100, 1e100]")
    if matrix is None:
        found = _family(call, steps, mu_x, mu_y, schedule)
    elif steps is not None or mu_x is not None:
        raise refuse(call, "matrix", "says all: steps and mu_x are not given with it")
    else:
        found = _matrix(matrix)
    T, negative, decided, reason = found
    certain = None if not decided and negative is None and not reason else not (negative or reason)
    if not reason:
        reason = {True: PROVED, None: OPEN}.get(certain) or "λ_({},{}) < 0".format(*negative or ())
    return Minimax(
        T, certain, negative, float(Fraction(radius) * Fraction(lipschitz)) / sqrt(T), reason
    )


Found = tuple[int, tuple[int, int] | None, bool, str]


def _family(call: str, steps: Any, mu_x: Any, mu_y: Any, schedule: Any) -> Found:
    """Decide for GPA with constant μ_x: the output row, then rows T − 1 and T."""
    T = check_count(call, "steps", steps, 2)
    if T > MOST:
        raise refuse(call, "steps", f"must be at most {MOST}")
    check_range(call, "mu_x", mu_x, 0, 1, open_high=True)
    check_range(call, "mu_y", mu_y, 0, 1)
    mu_x, mu_y = Fraction(mu_x), Fraction(mu_y)
    given = _given(call, schedule, T)
    reason = (
        ""
        if schedule == "matched"
        else _output_of(given or SCHEDULES[schedule](T, mu_x, Fraction), mu_x)
    )
    if reason:
        return T, None, True, reason
    for number in numbers(exact=T <= MOST_EXACT):
        x, y = number(mu_x), number(mu_y)
        gamma = [number(g) for g in given] if given else SCHEDULES[schedule](T, x, number)
        b = [1 / step for step in gamma]
        negative, decided = _deciding(T, x, y, b)
        if negative or decided:
            return T, negative, decided, ""
    return T, None, False, ""


def _given(call: str, schedule: Any, T: int) -> list[Fraction]:
    """Return the steps of a schedule that is given as numbers, or none if it has a name."""
    if isinstance(schedule, str):
        if schedule not in SCHEDULES:
            raise refuse(call, "schedule", f"must be {', '.join(SCHEDULES)} or γ_1 … γ_{{T−1}}")
        return []
    if not isinstance(schedule, Sequence) or len(schedule) != T - 1:
        raise refuse(call, "schedule", f"must hold T − 1 = {T - 1} steps γ_1 … γ_{{T−1}}")
    if T > MOST_GIVEN:
        raise refuse(call, "steps", f"must be at most {MOST_GIVEN} where the steps are given")
    for step in schedule:
        check_range(call, "schedule", step, 0, open_low=True)
    return [Fraction(step) for step in schedule]


def _output_of(gamma: Sequence[Any], mu_x: Fraction) -> str:
    """Return where γ_s (1 − μ_x^{T−s}) differs from 1 − s/T, exactly, from s = T − 1 downward."""
    T, power = len(gamma) + 1, Fraction(1)
    for s in range(T - 1, 0, -1):
        power = power * mu_x
        if gamma[s - 1] * (1 - power) != Fraction(T - s, T):
            return _not_the_output_row(T, s)
    return ""


def _not_the_output_row(T: int, s: int) -> str:
    return f"h_({T},{s}) is not a(1 − {s}/{T})"


def _deciding(T: int, mu_x: Any, mu_y: Any, b: list[Any]) -> tuple[tuple[int, int] | None, bool]:
    """Return the first negative multiplier of the family, and whether all signs are certain."""
    decided = True
    if T > 2:
        column, decided = first_negative(row_before_the_last(T - 1, mu_x, mu_y, b))
        if column is not None:
            return _first_row(T, lambda t: row_before_the_last(t, mu_x, mu_y, b)), True
    column, too = first_negative(last_row(T, mu_x, mu_y, b))
    return (None if column is None else (T, column + 1)), decided and too


def _first_row(T: int, row: Callable[[int], list[Any]]) -> tuple[int, int]:
    """Return (t, j) for the least t < T whose row has a negative multiplier: they fall in t."""
    low, high = 1, T - 1  # no row 1; row T − 1 has one
    while high - low > 1:
        middle = (low + high) // 2
        if first_negative(row(middle))[0] is None:
            low = middle
        else:
            high = middle
    column, _ = first_negative(row(high))
    return high, (column or 0) + 1


def _matrix(h: Matrix) -> Found:
    """Decide for any matrix, by the recursion."""
    call = f"minimax(matrix=<{len(h)} rows>)"
    T = check_matrix(call, h)
    if T > MOST_ROWS:
        raise refuse(call, "matrix", f"must have at most {MOST_ROWS} rows")
    try:
        exact = [[Fraction(value) for value in row] for row in h]
    except (TypeError, ValueError, OverflowError):
        raise refuse(call, "matrix", "must hold finite numbers") from None
    a = T * exact[-1][-1]
    for t, row in enumerate(exact, 1):
        for s, value in enumerate(row, 1):
            if value <= 0:
                return T, None, True, f"h_({t},{s}) is not > 0"
    for s, (value, wanted) in enumerate(zip(exact[-1], output_row(T, a, Fraction), strict=True), 1):
        if value != wanted:
            return T, None, True, _not_the_output_row(T, s)
    for number in (Fraction, *numbers(exact=False)):
        negative, decided = _rows(T, [[number(v) for v in row] for row in exact], number(a))
        if negative or decided:
            return T, negative, decided, ""
    return T, None, False, ""


def _rows(T: int, h: Matrix, a: Any) -> tuple[tuple[int, int] | None, bool]:
    """Return the first negative multiplier, and whether all before it, or all, are certain.

    Fractions that grow long are given up, and nothing is certain.
    """
    decided = True
    for t, row in _each_row(T, h, a):
        if max(map(digits, row)) > LONGEST:
            return None, False
        column, certain = first_negative(row)
        decided = decided and certain
        if column is not None and decided:
            return (t, column + 1), True
        if column is not None:
            return None, False  # an earlier sign is open: which is the first is not known
    return None, decided


def _each_row(T: int, h: Matrix, a: Any) -> Iterator[tuple[int, list[Any]]]:
    yield from ((t, row_of(h, t, a)) for t in range(2, T + 1))
