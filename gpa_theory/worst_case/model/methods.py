"""Methods whose worst case can be computed: anything that moves by sums and multiples of gradients.

A method is played against an oracle, over any vector space: named points make the cone program,
vectors with error bounds make the lower bound, Fractions make the proof.  GPA with any averaging is
one method; single-worker DiLoCo is GPA around H inner steps.  Both run `core.run`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import islice
from typing import Any, Generic, Protocol

from gpa_theory.core.averaging import Averaging, Exponential, Uniform
from gpa_theory.core.recursion import GPA, V, run
from gpa_theory.core.validation import check_count, check_range, refuse


@dataclass(frozen=True, slots=True)
class Trace(Generic[V]):
    """The sequences of one run: where gradients were taken, what is reported, the base iterates."""

    y: tuple[V, ...]  # y_1 … y_{T−1}
    x: tuple[V, ...]  # x_1 … x_T
    z: tuple[V, ...]  # z_1 … z_T


_REAL, _NUMBERS = (int, Fraction, float), (int, Fraction, float, complex)
_is_a = lru_cache(maxsize=64)(issubclass)  # slow for Fraction: numbers are abstract classes


class Kept(Fraction):
    """A Fraction that remembers 1 − itself, and leaves a product with a vector to the vector.

    A run asks for both at every step, and a plain Fraction takes long over each.

    >>> third = Kept(1, 3)
    >>> 1 - third, 1 - (1 - third) is third
    (Fraction(2, 3), True)
    """

    __slots__ = ("_rest",)
    _rest: Kept

    def __rsub__(self, other: Any) -> Any:
        if type(other) is not int or other != 1:
            return Fraction.__rsub__(self, other)
        if not hasattr(self, "_rest"):
            self._rest = Kept(Fraction.__rsub__(self, 1))
            self._rest._rest = self
        return self._rest

    def __mul__(self, other: Any) -> Any:
        return Fraction.__mul__(self, other) if _is_a(type(other), _NUMBERS) else NotImplemented

    def __repr__(self) -> str:
        return f"Fraction({self.numerator}, {self.denominator})"


class Method(Protocol):
    """T evaluation points made from T−1 gradients; a gradient at y_T would not be used.

    Any class with such a `play` is a method; what is asked of it is checked (see `recording`).
    """

    def play(self, oracle: Callable[[int, V], V], z1: V, steps: int) -> Trace[V]:
        """Run against `oracle(t, y_t)` → g_t and return the sequences."""
        ...


@dataclass(frozen=True, slots=True)
class Averaged:
    """GPA around subgradient steps z_{t+1} = z_t − γ_t g(y_t); γ constant or one per step.

    Floats are turned into the exact rationals they are; see `gpa` for the plain constructor.

    >>> gpa(0.5, 0.5, 0.25).play(lambda t, y: Fraction(1), Fraction(1), 3).x
    (Fraction(1, 1), Fraction(7, 8), Fraction(11, 16))
    """

    method: GPA
    gamma: Any

    def __post_init__(self) -> None:
        many = isinstance(self.gamma, Sequence)
        given = self.gamma if many else (self.gamma,)
        for step in given:
            check_range(f"Averaged(gamma={step})", "gamma", step, 0, open_low=True)
        steps = tuple(Kept(step) for step in given)
        object.__setattr__(self, "gamma", steps if many else steps[0])
        averaging, mu_y = _exactly(self.method.averaging), Kept(self.method.mu_y)
        object.__setattr__(self, "method", GPA(averaging, mu_y))

    def step(self, t: int) -> Fraction:
        """Return γ_t."""
        if not isinstance(self.gamma, tuple):
            return self.gamma
        if t > len(self.gamma):
            call = f"Averaged(gamma=<{len(self.gamma)} steps>)"
            raise refuse(call, "gamma", f"must hold γ_1 … γ_{{T−1}}; γ_{t} is asked for")
        return self.gamma[t - 1]

    def play(self, oracle: Callable[[int, V], V], z1: V, steps: int) -> Trace[V]:
        """Run T = `steps` evaluation points."""

        def base(t: int, z: V, y: V) -> V:
            return z - self.step(t) * oracle(t, y)

        seen = list(islice(run(self.method, z1, base, steps, Fraction), steps))
        queries = tuple(s.x if s.x is s.z else y for y, s in seen[:-1])  # one point, one object
        return Trace(queries, tuple(s.x for _, s in seen), tuple(s.z for _, s in seen))


@lru_cache(maxsize=64)
def _parameters(kind: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind) if f.init) if is_dataclass(kind) else ()


def _exactly(averaging: Averaging) -> Averaging:
    """Return the averaging with its numbers as Fractions, or refuse one that is not exact."""
    kind: Any = type(averaging)
    fields_of = {name: getattr(averaging, name) for name in _parameters(kind)}
    numbers = {k: Kept(v) for k, v in fields_of.items() if _is_a(type(v), _REAL)}
    again = averaging
    if numbers:
        try:
            again = kind(**fields_of | numbers)
            same = abs(again.coefficient(2.0) - averaging.coefficient(2.0)) < 1e-9
        except TypeError:  # it takes more than its fields
            same = False
        if not same:
            raise refuse("Averaged(method=…)", "averaging", "must be determined by its fields")
    c = again.coefficient(Fraction(2))
    if not _is_a(type(c), (int, Fraction)):
        raise refuse("Averaged(method=…)", "averaging", "must have rational coefficients")
    return again


@dataclass(frozen=True, slots=True)
class DiLoCo:
    r"""Single-worker DiLoCo: H inner subgradient steps, then an outer Nesterov step on their sum.

    With outer momentum μ the outer loop *is* GPA with μ_x = μ_y = μ.  Its base step is
    γ_outer/(1−μ) times the sum of the inner displacements, and its y is where the inner steps start
    and what is reported.  T−1 gradients are taken in all, so T−1 must be a multiple of H.

    >>> slope = lambda t, y: Fraction(1)
    >>> one = DiLoCo(0.5, Fraction(1, 10), 1, inner_steps=2).play(slope, Fraction(1), 3)
    >>> [float(x) for x in one.x]
    [1.0, 1.0, 0.7]

    Reference: douillard2023diloco.
    """

    mu: Any
    gamma_inner: Any
    gamma_outer: Any
    inner_steps: int = 1

    def __post_init__(self) -> None:
        call = f"DiLoCo(mu={self.mu})"
        check_range(call, "mu", self.mu, 0, 1, open_high=True)
        for name in ("gamma_inner", "gamma_outer"):
            value = getattr(self, name)
            check_range(f"DiLoCo({name}={value})", name, value, 0, open_low=True)
        check_count(f"DiLoCo(inner_steps={self.inner_steps})", "inner_steps", self.inner_steps)
        for name in ("mu", "gamma_inner", "gamma_outer"):
            object.__setattr__(self, name, Fraction(getattr(self, name)))

    def play(self, oracle: Callable[[int, V], V], z1: V, steps: int) -> Trace[V]:
        """Run until T−1 = `steps`−1 gradients are used; x_t is the last synchronized parameter."""
        rounds, left = divmod(steps - 1, self.inner_steps)
        if left:
            call = f"DiLoCo(inner_steps={self.inner_steps}).play(steps={steps})"
            raise refuse(call, "steps", "must be 1 plus a multiple of inner_steps")
        y, z = [], [z1]

        def base(k: int, z_k: V, start: V) -> V:
            here, moved = start, None
            for t in range((k - 1) * self.inner_steps + 1, k * self.inner_steps + 1):
                y.append(here)
                step = -self.gamma_inner * oracle(t, here)
                # Summed apart from `start`: with error bounds, start − start is not exactly 0.
                moved = step if moved is None else moved + step
                here = start + moved
                z.append(here)
            return z_k + self.gamma_outer / (1 - self.mu) * moved

        outer = run(GPA(Exponential(self.mu), self.mu), z1, base, rounds + 1, Fraction)
        synced = [start for start, _ in islice(outer, rounds + 1)]
        x = tuple(synced[t // self.inner_steps] for t in range(steps))
        return Trace(tuple(y), x, tuple(z))


def gpa(mu_x: Any, mu_y: Any, gamma: Any) -> Averaged:
    """Return GPA with constants μ_x, μ_y and step γ, or with steps γ_1, γ_2 and so on.

    >>> gpa(1, 0.5, 0.1)
    Traceback (most recent call last):
    ValueError: `Exponential(mu_x=1)`: mu_x must lie in [0, 1)
    """
    return Averaged(GPA(Exponential(mu_x), mu_y), gamma)


def sgd(gamma: Any) -> Averaged:
    """Return subgradient descent itself: μ_x = 0."""
    return gpa(0, 0, gamma)


def ema(mu_x: Any, gamma: Any) -> Averaged:
    """Return subgradient descent with an exponential average of its iterates: μ_y = 0."""
    return gpa(mu_x, 0, gamma)


def heavy_ball(momentum: Any, gamma: Any) -> Averaged:
    """Return heavy ball: μ_y = 1; in the usual form its step is (1−μ)γ."""
    return gpa(momentum, 1, gamma)


def nesterov(momentum: Any, gamma: Any) -> Averaged:
    """Return Nesterov momentum in Sutskever's form, reported at x: μ_x = μ_y."""
    return gpa(momentum, momentum, gamma)


def schedule_free(mu_y: Any, gamma: Any) -> Averaged:
    """Return Schedule-Free: c_t = 1/t."""
    return Averaged(GPA(Uniform(), mu_y), gamma)


def polyak_ruppert(gamma: Any) -> Averaged:
    """Return subgradient descent reported at the running mean of its iterates."""
    return schedule_free(0, gamma)
