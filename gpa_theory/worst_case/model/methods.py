"""Methods whose worst case can be computed: anything that moves by sums and multiples of gradients.

A method is played against an oracle, over any vector space: named points make the cone program,
vectors with error bounds make the lower bound, Fractions make the proof.  GPA with any averaging is
one method; single-worker DiLoCo is GPA around H inner steps.  Both run `core.run`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from typing import Any, Generic, Protocol, overload, runtime_checkable

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.recursion import GPA, V, run
from gpa_theory.core.validation import check_count, check_range, refuse
from gpa_theory.worst_case.model.kept import Kept, exactly


@dataclass(frozen=True, slots=True)
class Trace(Generic[V]):
    """The sequences of one run: where gradients were taken, what is reported, the base iterates."""

    y: tuple[V, ...]  # y_1 … y_{T−1}
    x: tuple[V, ...]  # x_1 … x_T
    z: tuple[V, ...]  # z_1 … z_T


@runtime_checkable
class Method(Protocol):
    """T evaluation points made from T−1 gradients; a gradient at y_T would not be used.

    Any class with such a `play` is a method; what is asked of it is checked (see `recording`).  Its
    points are those of GPA: y_t = μ_y x_t + (1−μ_y) z_t, x_{t+1} = μ_x x_t + (1−μ_x) z_{t+1}, or
    whatever else it makes by sums and multiples.

    >>> method: Method = gpa(mu_x=0.5, mu_y=0, gamma=1)
    >>> method.play(lambda t, y: Fraction(1), Fraction(0), 2).x
    (Fraction(0, 1), Fraction(-1, 2))
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
        averaging, mu_y = exactly(self.method.averaging), Kept(self.method.mu_y)
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

        return traced(self.method, base, z1, steps)


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


@dataclass(frozen=True, slots=True)
class Around:
    """GPA around a base of one's own: `base(t, z_t, g_t)` → z_{t+1}, of sums and multiples.

    A base that keeps something from step to step is written out as a plain function instead.

    >>> Around(GPA(Exponential(0.5), 0.5), lambda t, z, g: z - g / 4).play(
    ...     lambda t, y: Fraction(1), Fraction(1), 3
    ... ).x
    (Fraction(1, 1), Fraction(7, 8), Fraction(11, 16))
    """

    method: GPA
    base: Callable[[int, Any, Any], Any]

    def __post_init__(self) -> None:
        if not callable(self.base):
            rule = "must be a function of (t, z_t, g_t) that returns z_{t+1}"
            raise refuse(f"Around(base={self.base!r})", "base", rule)
        exact = GPA(exactly(self.method.averaging), Kept(self.method.mu_y))
        object.__setattr__(self, "method", exact)

    def play(self, oracle: Callable[[int, V], V], z1: V, steps: int) -> Trace[V]:
        """Run T = `steps` evaluation points."""
        return traced(self.method, lambda t, z, y: self.base(t, z, oracle(t, y)), z1, steps)


def traced(method: GPA, base: Callable[[int, V, V], V], z1: V, steps: int) -> Trace[V]:
    """Return the sequences of one run of the recursion, `base(t, z_t, y_t)` → z_{t+1}."""
    seen = list(islice(run(method, z1, base, steps, Fraction), steps))
    queries = tuple(s.x if s.x is s.z else y for y, s in seen[:-1])  # one point, one object
    return Trace(queries, tuple(s.x for _, s in seen), tuple(s.z for _, s in seen))


@overload
def gpa(mu_x: Any, mu_y: Any, gamma: Any) -> Averaged: ...
@overload
def gpa(mu_x: Any, mu_y: Any, *, base: Callable[[int, Any, Any], Any]) -> Around: ...
def gpa(mu_x: Any, mu_y: Any, gamma: Any = None, *, base: Any = None) -> Averaged | Around:
    """Return GPA with constants μ_x, μ_y and step γ, or steps γ_1, γ_2 …, or around a `base`.

    >>> gpa(1, 0.5, 0.1)
    Traceback (most recent call last):
    ValueError: `Exponential(mu_x=1)`: mu_x must lie in [0, 1)
    """
    if (gamma is None) == (base is None):
        raise refuse("gpa()", "gamma or base", "must be given, and not both")
    method = GPA(Exponential(mu_x), mu_y)
    return Averaged(method, gamma) if base is None else Around(method, base)


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
