r"""A method written as a plain function of its start, a subgradient oracle and the horizon.

.. code-block:: python

    def method(x, g, steps):  # subgradient descent
        for _ in range(steps - 1):
            x = x - 0.25 * g(x)
        return x

Points add, subtract and scale; `g(point)` is a subgradient there.  The function is played on
`opaque` vectors, so that what certifies it is the exact combination of gradients that it makes.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gpa_theory.core.validation import check_count, refuse
from gpa_theory.worst_case.model.opaque import Opaque, Play, Real, Terms
from gpa_theory.worst_case.model.recording import SIZES, Recorded, row

Plain = Callable[[Any, Callable[[Any], Any], int], Any]  # (x, g, steps) → the output

# Shares that add up to 1 in floats miss it by some 1e-16; a method that forgets part of its start,
# or counts it twice, misses it by far more.
ROUNDED = Fraction(1, 2**40)


def written(method: Plain, steps: int) -> Recorded:
    """Return the coefficients of the points at which a plain function asks, and of its output.

    With k subgradients asked, T = k + 1: x_t = z_t = y_t for t ≤ k, and x_T is the output.  The
    weight of the start must be 1 in every point; one that misses 1 by the rounding of floats is
    taken as 1, for the class of functions is the same at every start.

    Raises:
        ValueError: if it is no function, or makes no fixed combination of gradients, with the
            reason; if it asks for more than `steps` − 1 subgradients.

    >>> def halves(x, g, steps):
    ...     return x - g(x) / 2
    >>> written(halves, 10).x
    ((), (Fraction(-1, 2),))
    """
    steps = check_count(f"certify(steps={steps!r})", "steps", steps)
    if not callable(method):
        rule = "must be a function of (x, g, steps), or have a `play`"
        raise refuse(f"certify(method={method!r})", "method", rule)
    name = getattr(method, "__name__", type(method).__name__)
    first, again = (_on_vectors(method, Play(name, steps, "certify")) for _ in range(2))
    if first != again:
        raise Play(name, steps, "certify").refusal(
            "must make the same points in every play: it draws them by chance, or keeps something"
        )
    _on_numbers(method, first, Play(name, steps, "certify"))
    points = tuple(map(row, first))
    return Recorded(y=points[:-1], x=points, z=points)


def _on_vectors(method: Plain, play: Play) -> list[Terms]:
    """Return the combinations that the function asks at, and at last that of its output."""

    def answer(t: int) -> Opaque:
        play.terms(play.asked[-1])
        return Opaque(play, {t: Fraction(1)})

    output = _played(method, play, answer, Opaque(play, {0: Fraction(1)}))
    found = [play.terms(point) for point in (*play.asked, output)]
    for t, terms in enumerate(found, 1):
        if abs(terms.get(0, Fraction(0)) - 1) > ROUNDED:
            which = "its output" if t == len(found) else f"its {t}. point"
            raise play.refusal(
                f"must move by gradients alone: the start has the weight"
                f" {float(terms.get(0, 0)):.6g} in {which}, not 1"
            )
    return found


def _on_numbers(method: Plain, found: list[Terms], play: Play) -> None:
    """Raise unless a play on numbers makes the points that were written down."""
    values = [Real(SIZES[t % len(SIZES)]) for t in range(play.steps + 1)]
    output = _played(method, play, lambda t: values[t], values[0])
    expected = [sum(weight * values[t] for t, weight in terms.items()) for terms in found]
    if [*play.asked, output] != expected:
        raise play.refusal(
            "must make the same points in every play: with numbers for vectors it makes others"
        )


def _played(method: Plain, play: Play, answer: Callable[[int], Any], start: Any) -> Any:
    """Return the output of one play; `answer(t)` is the t-th subgradient."""

    def g(point: Any) -> Any:
        if len(play.asked) + 1 >= play.steps:
            raise play.refusal(f"must ask for at most {play.steps - 1} subgradients (steps − 1)")
        play.asked.append(point)
        return answer(len(play.asked))

    try:
        output = method(start, g, play.steps)
    except ValueError:
        raise
    except (Exception, SystemExit) as error:  # one that leaves has given no answer
        raise play.refusal(f"must play on any vectors: {type(error).__name__}: {error}") from error
    if play.fault:  # what was refused inside the play, and perhaps caught there
        raise play.refusal(play.fault)
    return output
