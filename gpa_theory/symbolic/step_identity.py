r"""The step identity: what one GPA step costs and gains, exactly.

.. math::
    \varphi_t + \rho_t\,(f(x_t) - f(x_{t-1})) = r_t - B(u,y_t) - (1+\nu)\,B(y_t,x_t)
        - \nu\,B(x_t,y_t) - \rho_t\,B(x_{t-1},x_t)

with φ_t = f(x_t) − f(u), r_t = ⟨g_t, z_t − u⟩, ρ_t = (1−c_t)/c_t, ν = μ_y/(1−μ_y), for 0 ≤ μ_y < 1.
The second identity uses the gradient at y_t only and includes μ_y = 1: with k = 1 + (1−μ_y) ρ_t,

.. math::
    \varphi_t + \rho_t\,(f(x_t) - f(x_{t-1})) = r_t - B(u,y_t)
        - \tfrac{\mu_y \rho_t}{k}\,B(x_{t-1},y_t)
        - (1+\rho_t)\Bigl[\tfrac{f(y_t)}{k} + (1-\tfrac1k) f(x_{t-1}) - f(x_t)\Bigr]

Both are obtained by running `core`'s own recursion for one step on named vectors.  Convexity makes
every subtracted term ≥ 0; the identities themselves hold for any f.

Reference: defazio2024road, Theorem 5 (the first identity, for Schedule-Free weights).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from gpa_theory.core import identity
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import Point, basis, constant, inner
from gpa_theory.core.recursion import GPA, Iterates
from gpa_theory.symbolic.engine.axioms import nonnegative
from gpa_theory.symbolic.engine.convexity import Convexity, Jensen
from gpa_theory.symbolic.engine.run import Place, gradient, u, value, z, z_1
from gpa_theory.symbolic.engine.symbols import a, b, nu, rho


@dataclass(frozen=True, slots=True)
class NextShare:
    """The averaging whose next coefficient is c = 1/(1 + ρ)."""

    rho: Any

    def coefficient(self, t: Any) -> Any:
        """Return 1/(1 + ρ)."""
        return 1 / (1 + self.rho)


@dataclass(frozen=True, slots=True)
class Step:
    """One GPA step on named vectors, with the function values and gradients at its points."""

    x: Point
    y: Point
    z: Point
    x_prev: Point
    u: Point

    def place(self, name: str) -> Place:
        """Return the point called `name` as a place, at which f has a value and a subgradient."""
        return Place(name, getattr(self, name))

    def phi(self, name: str) -> Point:
        """Return f(name) − f(u)."""
        return value(name) - value("u")

    def regret(self) -> Point:
        """Return r = ⟨g(y), z − u⟩."""
        return inner(gradient("y"), self.z - self.u)

    def gained(self, past: Any = rho) -> Point:
        """Return φ_t + ρ_t (f(x_t) − f(x_{t−1}))."""
        return self.phi("x") + past * (value("x") - value("x_prev"))


def first_step(mu_y: Any = nu / (1 + nu)) -> Step:
    """Return step 1, where x_1 = y_1 = z_1."""
    start = Iterates(x=z_1, z=z_1)
    y = GPA(NextShare(rho), mu_y).query(start)
    return Step(x=start.x, y=y, z=start.z, x_prev=start.x, u=u)


def later_step(mu_y: Any = nu / (1 + nu), past: Any = rho) -> Step:
    """Return a step t ≥ 2: z is any vector, x and y are what the recursion makes of it."""
    method = GPA(NextShare(past), mu_y)
    before = Iterates(x=basis("x_prev"), z=basis("z_prev"))
    now = method.advance(before, z, t=2)
    return Step(x=now.x, y=method.query(now), z=z, x_prev=before.x, u=u)


def divergences(
    step: Step, weight: Any = 1, past: Any = rho, against: str = "u"
) -> tuple[Premise, ...]:
    """Return the four Bregman premises of the step identity, times `weight`.

    `against` names the point in the place of u.
    """
    return _convexity(step, weight, identity.at_x_and_y(past, nu), against)


def _convexity(
    step: Step, weight: Any, multiplied: Iterable[identity.Multiplied], against: str = "u"
) -> tuple[Premise, ...]:
    """Return the premises B(a, b) ≥ 0 of these terms of the identity, times `weight`."""
    called = {"prev": "x_prev", "u": against}
    return tuple(
        Convexity(step.place(called.get(a, a)), step.place(called.get(b, b))).times(weight * by)
        for _, by, a, b in multiplied
    )


def step_inequality() -> Certificate:
    """Certify r_t − φ_t − ρ_t (f(x_t) − f(x_{t−1})) ≥ 0 for t ≥ 2; the loss is four divergences."""
    step = later_step()
    return Certificate(step.regret() - step.gained(), divergences(step))


def first_step_inequality(weight: Any = 1) -> Certificate:
    """Certify p (r_1 − φ_1) ≥ 0, p = `weight`; the loss is B(u, y_1), as y_1 = x_1 = z_1."""
    step = first_step()
    premises = (
        Convexity(step.place("u"), step.place("y")).times(weight),
        Jensen(step.place("x"), ((1, step.place("y")),)).times(weight),  # f(x_1) = f(y_1)
    )
    return Certificate(weight * (step.regret() - step.phi("x")), premises)


# The closed interval 0 ≤ μ_y ≤ 1 in homogeneous coordinates, so that μ_y = 1 (b = 0) is included.
MU_Y_CLOSED = a / (a + b)


def k(past: Any = rho) -> Any:
    """Return k = 1 + (1 − μ_y) ρ_t."""
    return identity.k(past, MU_Y_CLOSED)


def jensen(step: Step, past: Any = rho) -> Jensen:
    """Return f(x) ≤ f(y)/k + (1 − 1/k) f(x_prev)."""
    kept, moved = identity.jensen_weights(past, MU_Y_CLOSED)
    return Jensen(step.place("x"), ((moved, step.place("y")), (kept, step.place("x_prev"))))


def divergences_at_y(
    step: Step, weight: Any = 1, past: Any = rho, against: str = "u"
) -> tuple[Premise, ...]:
    """Return the three premises of the second identity, times `weight`; `against` as above."""
    premises = (
        *_convexity(step, weight, identity.at_y(past, MU_Y_CLOSED), against),
        jensen(step, past).times(weight * (1 + past)),
    )
    return tuple(p for p in premises if p.multiplier != 0)  # without a past one is idle


def step_inequality_at_y() -> Certificate:
    """Certify the claim of `step_inequality` with one subgradient, at y_t; μ_y = 1 included."""
    step = later_step(MU_Y_CLOSED)
    return Certificate(step.regret() - step.gained(), divergences_at_y(step))


def x_from_y() -> tuple[tuple[str, Certificate], ...]:
    """Certify that x_t = y_t/k + (1 − 1/k) x_{t−1} is a convex combination: Jensen applies."""
    step = later_step(MU_Y_CLOSED)
    share, one = 1 / k(), constant(1)
    combination = share * step.y + (1 - share) * step.x_prev
    return (
        ("x_t = y_t/k + (1 − 1/k) x_{t-1}", Certificate(step.x - combination, ())),
        ("1/k ≥ 0", Certificate(share * one, (nonnegative(share),))),
        ("1 − 1/k ≥ 0", Certificate((1 - share) * one, (nonnegative(1 - share),))),
    )
