r"""Any user's method, written down: its points as exact combinations of z_1 and the gradients.

.. math:: y_t = z_1 + \sum_{s<t} a_{ts}\, g_s, \qquad x_t,\ z_t \text{ likewise}

An interval is about these numbers, so it must not rest on what a method says of itself.  A method
that is not ours is played on `opaque` vectors, which can be added and multiplied by numbers and
nothing else; so what it makes of them is linear.  What it returns is compared with what it asked,
and two more plays, one on numbers, must make the same points.  From then on the coefficients stand
for the method: whatever it would do in a further play has no say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gpa_theory.core.averaging import AVERAGINGS
from gpa_theory.core.recursion import GPA, V
from gpa_theory.core.validation import check_count
from gpa_theory.worst_case.model.methods import Averaged, DiLoCo, Method, Trace
from gpa_theory.worst_case.model.opaque import Opaque, Play, Real
from gpa_theory.worst_case.model.scaling import InUnits

Row = tuple[Fraction, ...]  # of g_1, g_2, …; the last is not zero

SIZES = (1, -3, 40, Fraction(1, 7), 0, -1000, Fraction(3, 5), -2)  # of numbers in place of vectors


@dataclass(frozen=True, slots=True)
class Recorded:
    """The coefficients of every point of one run; that of z_1 is 1 everywhere.

    >>> half = Fraction(1, 2)
    >>> once = Recorded(y=((),), x=((), (-half,)), z=((), (-half,)))
    >>> once.play(lambda t, y: 4, 1, steps=2).x
    (1, Fraction(-1, 1))
    """

    y: tuple[Row, ...]
    x: tuple[Row, ...]
    z: tuple[Row, ...]

    def play(self, oracle: Callable[[int, V], V], z1: V, steps: int) -> Trace[V]:
        """Return the same points, made of this z_1 and of what this oracle says."""
        call = f"Recorded(<T = {len(self.x)}>).play(steps={steps})"
        check_count(call, "steps", steps, len(self.x))
        made: dict[Row, V] = {(): z1}  # points that coincide are one object
        seen: list[V] = []

        def point(row: Row) -> V:
            if row not in made:
                total = z1
                for coefficient, gradient in zip(row, seen, strict=False):
                    total = total + coefficient * gradient if coefficient else total
                made[row] = total
            return made[row]

        queries = []
        for t, row in enumerate(self.y, 1):
            queries.append(point(row))
            seen.append(oracle(t, queries[-1]))
        return Trace(tuple(queries), tuple(map(point, self.x)), tuple(map(point, self.z)))


def is_ours(method: Method) -> bool:
    """Return whether a method is one of this package's own, whose laws the tests hold.

    A subclass is not, nor GPA with a user's averaging: these may do anything.
    """
    if type(method) is DiLoCo:
        return True
    return (
        type(method) is Averaged
        and type(method.method) is GPA
        and type(method.method.averaging) in AVERAGINGS.values()
    )


def recorded(method: Method, steps: int) -> Method:
    """Return the method if it is ours or written down already, else its record at this horizon.

    Raises:
        ValueError: if it is not one fixed combination of gradients per point, with the reason.

    >>> from gpa_theory.worst_case.model.methods import sgd
    >>> class Mine:
    ...     def play(self, oracle, z1, steps):
    ...         return sgd(0.5).play(oracle, z1, steps)
    >>> recorded(Mine(), 3).z
    ((), (Fraction(-1, 2),), (Fraction(-1, 2), Fraction(-1, 2)))
    """
    if type(method) in (Recorded, InUnits) or is_ours(method):
        return method
    steps = check_count(f"worst_case(steps={steps!r})", "steps", steps)
    name = type(method).__name__
    first, again = (_on_vectors(method, Play(name, steps)) for _ in range(2))
    if first != again:
        raise Play(name, steps).refusal(
            "must make the same points in every play: it draws them by chance, or keeps something"
        )
    _on_numbers(method, first, Play(name, steps))
    return first


def _on_vectors(method: Method, play: Play) -> Recorded:
    """Return the coefficients of what a method makes of opaque vectors."""
    start = Opaque(play, {0: Fraction(1)})
    trace = _trace(method, play, lambda t: Opaque(play, {t: Fraction(1)}), start)
    y, x, z = (tuple(map(play.terms, points)) for points in trace)
    if tuple(map(play.terms, play.asked)) != y:
        raise play.refusal("must return as y the points at which it asked for gradients")
    for name, points in (("y", y), ("x", x), ("z", z)):
        for t, terms in enumerate(points, 1):
            if terms.get(0, 0) != 1:
                raise play.refusal(
                    f"must move by gradients alone: z_1 has the weight {terms.get(0, 0)} in"
                    f" {name}_{t}, not 1 (floats round: use Fractions)"
                )
            if max(terms) >= t:
                raise play.refusal(f"must make {name}_{t} without g_{max(terms)}")
    return Recorded(*(tuple(map(row, points)) for points in (y, x, z)))


def row(terms: dict[int, Fraction]) -> Row:
    """Return the coefficients of g_1, g_2, … up to the last that is not zero."""
    return tuple(terms.get(s, Fraction(0)) for s in range(1, max(terms) + 1))


def _on_numbers(method: Method, found: Recorded, play: Play) -> None:
    """Raise unless a play on numbers makes the points that were written down.

    Opaque vectors have no values; a method that treats them apart meets its values here.
    """
    values: list[Any] = [Real(SIZES[t % len(SIZES)]) for t in range(play.steps)]
    y, x, z = _trace(method, play, lambda t: values[t], values[0])
    expected = found.play(lambda t, at: values[t], values[0], play.steps)
    if [[*y], [*x], [*z]] != [[*expected.y], [*expected.x], [*expected.z]]:
        raise play.refusal(
            "must make the same points in every play: with numbers for vectors it makes others"
        )


def _trace(
    method: Method, play: Play, gradient: Callable[[int], Any], start: Any
) -> tuple[Sequence[Any], ...]:
    """Return y, x and z of a play, each of its length and each read once."""

    def oracle(t: int, y: Any) -> Any:
        play.ask(t, y)
        return gradient(len(play.asked))

    try:
        trace = method.play(oracle, start, play.steps)
    except ValueError:
        raise
    except (Exception, SystemExit) as error:  # one that leaves has given no answer
        raise play.refusal(f"must play on any vectors: {type(error).__name__}: {error}") from error
    if play.fault:  # what was refused inside the play, and perhaps caught there
        raise play.refusal(play.fault)
    if not isinstance(trace, Trace):
        raise play.refusal(f"must return a Trace, not {type(trace).__name__}")
    try:
        sequences = tuple(trace.y), tuple(trace.x), tuple(trace.z)
    except TypeError:
        raise play.refusal("must return a Trace of three sequences") from None
    lengths = [len(points) for points in sequences]
    T = play.steps
    if lengths != [T - 1, T, T]:
        raise play.refusal(f"must return {T - 1} y, {T} x and {T} z, not {lengths}")
    if len(play.asked) != T - 1:
        raise play.refusal(f"must ask for g_1 … g_{T - 1}: it asks for {len(play.asked)} gradients")
    return sequences
