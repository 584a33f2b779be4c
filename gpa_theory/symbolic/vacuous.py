r"""When a proved bound says nothing: it exceeds what holds without any theorem.

For a G-Lipschitz f the gap at a point is at most G times its distance from u.  So, with u in the
domain and x_1 = z_1,

.. math::
    f(x_t) - f(u) \le GR, \qquad f(x_t) - f(u) \le G \sqrt d\, R_\infty, \qquad
    f(x_t) - f(u) \le G \bigl(D + \gamma G (T-1)\bigr)

wherever |z_t − u| ≤ R, |z_{t,i} − u_i| ≤ R_∞, or the base moves by at most γ|g_t|; and the start
has f(x_1) − f(u) ≤ GD, which a method that never moves keeps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import sqrt

SLACK = 1 + 1e-12  # rounding of the two numbers that are compared; a tie is not vacuous


def exceeds(value: float, limit: float) -> bool:
    """Return whether a bound is larger than a limit, by more than rounding.

    >>> exceeds(1.0, 1.0), exceeds(1.1, 1.0)
    (False, True)
    """
    return value > limit * SLACK


def reason(value: float, given: Mapping[str, float], *, everywhere: bool, moves: bool) -> str:
    """Return why a bound of `value` says nothing at these numbers, or "" if it says something.

    `given` holds numbers by interface word (lipschitz, radius, …); those it lacks are not used.
    `everywhere` says whether the metric is a gap at means of the x_t, so that a bound on every
    gap bounds it; `moves` whether every base step is at most γ|g_t| long.

    >>> numbers = {"lipschitz": 1.0, "radius": 1.0, "steps": 10, "gamma": 0.3}
    >>> reason(4.0, numbers, everywhere=True, moves=True)
    'every iterate lies within D + γG(T−1) of u, so no gap exceeds 3.7 (G times that)'
    >>> reason(0.9, numbers, everywhere=True, moves=True)
    ''
    """
    for limit, words in _limits(given, everywhere, moves):
        if exceeds(value, limit):
            return words.format(f"{limit:.4g}")
    return ""


def _limits(
    given: Mapping[str, float], everywhere: bool, moves: bool
) -> Iterator[tuple[float, str]]:
    """Yield every limit the numbers allow with its words, the strongest reasons first."""
    names = ("lipschitz", "radius", "diameter", "coordinate_diameter", "dimension", "gamma")
    G, D, R, R_inf, d, gamma = (given.get(name) for name in names)
    if G is None:
        return
    if everywhere and R is not None:
        yield G * R, "every iterate lies within R of u, so no gap exceeds GR = {}"
    if everywhere and R_inf is not None and d is not None:
        words = "every iterate lies within √d R_∞ of u, so no gap exceeds {} (G times that)"
        yield G * R_inf * sqrt(d), words
    if D is None:
        return
    if everywhere and moves and gamma is not None:
        words = "every iterate lies within D + γG(T−1) of u, so no gap exceeds {} (G times that)"
        yield G * (D + gamma * G * (given["steps"] - 1)), words
    yield G * D, "the start x_1 = z_1 has a gap of at most GD = {} already"
