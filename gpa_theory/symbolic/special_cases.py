r"""Textbook methods inside GPA: identities of sequences, each proved by induction on t.

With an SGD base, :math:`z_{t+1} = z_t - \gamma g_t`, constant γ and constant μ_x < 1:

* y is quasi-hyperbolic momentum, β = μ_x, ν_QHM = μ_y, α = γ;
* x is momentum with its gradient taken at y = x + ω (x − x⁻), ω = (1−μ_y) μ_x/(1−μ_x);
* μ_x = μ_y = μ: y is torch's Nesterov momentum, x is Sutskever's, both of step (1−μ)γ;
* μ_y = 1: x = y is the heavy ball of step (1−μ_x)γ;
* μ_x = μ_y = μ, γ = γ_in γ_out/(1−μ): y is DiLoCo (SNOO) with one worker and H = 1.

Around any base, μ_y = 0 adds an EMA of its weights, and μ_x = 0 nothing.

A step of `core`'s recursion and one of the textbook's run on named vectors with one free vector g:
nothing is assumed of f.  By the invariant both take g at the same point, so they agree with
gradients in the loop.  No axiom is used: each claim "≥ 0" holds negated too, so it is an equality.

Reference: ma2019quasi, sutskever2013importance, polyak1964some, douillard2023diloco.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import sympy as sp

from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import ZERO, Point, basis
from gpa_theory.core.recursion import GPA, Iterates
from gpa_theory.symbolic.engine.components import Vector
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import Expr, gamma, rho
from gpa_theory.symbolic.step_identity import MU_Y_CLOSED as MU_Y
from gpa_theory.symbolic.step_identity import NextShare

MU_X: Expr = rho / (1 + rho)
LR: Expr = (1 - MU_X) * gamma
GAMMA_IN, GAMMA_OUT = sp.symbols("gamma_in gamma_out", positive=True)  # of DiLoCo
DILOCO_STEP: Expr = GAMMA_IN * GAMMA_OUT / (1 - MU_X)  # of GPA
g, delta = basis("g"), basis("Δ")
theta, m, w = basis("θ"), basis("m"), basis("w")
START = Iterates(x=basis("z_1"), z=basis("z_1"))
NOW = Iterates(x=basis("x"), z=basis("z"))

Invariant = Callable[..., Point]
Parts = tuple[tuple[str, Induction], ...]
Textbook = Callable[[Point, Point], tuple[Point, Point]]  # (θ_t, m_t) → (θ_{t+1}, m_{t+1}), by g_t


def kept(
    invariant: Invariant, *states: Any, cited: Any = (), factor: Expr = 1, numbers: Any = ()
) -> Induction:
    """Return the induction for invariant = 0 from the states at the start, now and after a step.

    A state holds vectors, alone or as `Iterates`; now each is a name.  `numbers` are the components
    of the state that are no vectors.
    """
    start, now, after = (tuple(_vectors(state)) for state in states)
    moved = zip(start, now, after, strict=True)
    vectors = {name: Vector(name, a, b) for a, n, b in moved for name in n.terms}
    return Induction(
        invariant(*states[1]), (*vectors.values(), *numbers), step=cited, hypothesis=factor
    )


def _vectors(state: Any) -> Iterator[Point]:
    """Yield the vectors of a state, those of iterates one by one."""
    for part in state:
        if isinstance(part, Point):
            yield part
        elif isinstance(part, Iterates):
            yield from (part.x, part.z)


def _momentum(textbook: Textbook, share: Expr, scale: Expr, step: Expr = gamma) -> Parts:
    """Return the proof of x − z = scale · m, and of θ = share · x + (1 − share) · z by it.

    share = μ_y makes θ the sequence y, share = 1 makes it x.  The method starts at θ = z_1, m = 0.
    """
    method = GPA(NextShare(rho), share)
    after = method.advance(NOW, NOW.z - step * g, t=2)
    theta_next, m_next = textbook(theta, m)
    states = (START, ZERO), (NOW, m), (after, m_next)
    buffer = kept(lambda s, m: s.x - s.z - scale * m, *states, factor=MU_X)
    cited = (Premise("buffer", share * (1 - MU_X), buffer.claim),)
    states = (START, START.z), (NOW, theta), (after, theta_next)
    sequence = kept(lambda s, theta: theta - method.query(s), *states, cited=cited)
    return ("buffer", buffer), ("sequence", sequence)


def quasi_hyperbolic() -> Proof:
    """Prove y = θ of QHM: m⁺ = μ_x m + (1−μ_x) g, θ⁺ = θ − γ((1−μ_y) g + μ_y m⁺), g at θ.

    Invariants: x − z = γ ρ m, with ρ = μ_x/(1−μ_x), and θ = y.
    """

    def qhm(theta: Point, m: Point) -> tuple[Point, Point]:
        m = MU_X * m + (1 - MU_X) * g
        return theta - gamma * ((1 - MU_Y) * g + MU_Y * m), m

    return Proof("y is quasi-hyperbolic momentum", _momentum(qhm, MU_Y, gamma * rho))


def torch_nesterov(inner: Expr = sp.S.One, outer: Expr = LR, step: Expr = gamma) -> Proof:
    """Prove y = θ of torch's Nesterov momentum on pseudo-gradients p = inner · g, μ_x = μ_y = μ.

    A worker steps from θ to θ − inner · g(θ); p is the difference, m⁺ = μ m + p and
    θ⁺ = θ − outer (p + μ m⁺).  With step = inner · outer/(1−μ): x − z = outer ρ m and θ = y.
    inner = 1, outer = (1−μ)γ is torch's SGD(nesterov=True, lr=outer, dampening=0) itself.  Free
    constants are DiLoCo (SNOO) with one worker and H = 1: θ are its global parameters, the worker's
    own are in general none of x, y, z.  For H > 1 there is no such identity.
    """

    def nesterov(theta: Point, m: Point) -> tuple[Point, Point]:
        worker = theta - inner * g
        pseudo_gradient = theta - worker
        m = MU_X * m + pseudo_gradient
        return theta - outer * (pseudo_gradient + MU_X * m), m

    parts = _momentum(nesterov, MU_X, outer * rho, step)
    return Proof("y is torch's Nesterov momentum on pseudo-gradients", parts)


def _displaced(theta: Point, v: Point) -> tuple[Point, Point]:
    """Return θ⁺ = θ + v⁺ with v⁺ = μ_x v − (1−μ_x)γ g; so v_t = θ_t − θ_{t−1}, v_1 = 0."""
    v = MU_X * v - LR * g
    return theta + v, v


def extrapolated_momentum(mu_y: Expr = MU_Y) -> Proof:
    """Prove x⁺ = x + μ_x v − (1−μ_x)γ g with g at y = x + ω v, ω = (1−μ_y)ρ, v = x − x⁻.

    Invariants: z − x = ρ v and θ = x; from them θ + ω v = y.  For μ_x = μ_y = μ, ω is μ, and θ = x
    is Sutskever's form: v⁺ = μ v − ε g, g at θ + μ v, θ⁺ = θ + v⁺, of step ε = (1−μ)γ.
    """
    parts = (_, buffer), (_, sequence) = _momentum(_displaced, sp.S.One, -rho)
    cited = Premise("sequence", 1, sequence.claim), Premise("buffer", 1 - mu_y, buffer.claim)
    ahead = sp.cancel((1 - mu_y) * rho)  # ω
    point = Certificate(theta + ahead * m - GPA(NextShare(rho), mu_y).query(NOW), cited)
    return Proof("x is momentum, its gradient at x + ω v", (*parts, ("gradient point", point)))


def heavy_ball() -> Proof:
    """Prove x = y = θ of the heavy ball for μ_y = 1: θ⁺ = θ + μ_x (θ − θ⁻) − (1−μ_x)γ g.

    Invariants: z − x = ρ (θ − θ⁻) and θ = y, which at μ_y = 1 is x.
    """
    return Proof("x = y is the heavy ball", _momentum(_displaced, sp.S.One, -rho))


def _alone(after: Iterates[Point]) -> Induction:
    """Return the induction for w = z, where w⁺ = w + Δ is the base optimizer run alone."""
    states = (START, START.z), (NOW, w), (after, w + delta)
    return kept(lambda s, w: w - s.z, *states)


def average_of_base() -> Proof:
    """Prove, for μ_y = 0 and any base step Δ: w = z = y, and e⁺ = μ_x e + (1−μ_x) w⁺ is x.

    Invariants: w = z for the base optimizer run alone, e = x for the EMA of its weights, e_1 = w_1.
    """
    method, e = GPA(NextShare(rho), sp.S.Zero), basis("e")
    after = method.advance(NOW, NOW.z + delta, t=2)
    weights = _alone(after)
    states = (START, START.z), (NOW, e), (after, MU_X * e + (1 - MU_X) * (w + delta))
    cited = (Premise("weights", 1 - MU_X, weights.claim),)
    average = kept(lambda s, e: e - s.x, *states, cited=cited, factor=MU_X)
    point = Certificate(w - method.query(NOW), (Premise("weights", 1, weights.claim),))
    parts = (("weights", weights), ("gradient point", point), ("average", average))
    return Proof("μ_y = 0 is the base and an EMA of its weights", parts)


def base_optimizer() -> Proof:
    """Prove, for μ_x = 0, any μ_y and any base step Δ: w = z = x = y.

    Invariant: w = z; x = y = z at t = 1 and, whatever x was before, at every later step.
    """
    method = GPA(NextShare(sp.S.Zero), MU_Y)
    after = method.advance(NOW, NOW.z + delta, t=2)
    first = Certificate(method.query(START) - START.z, ())
    x, y = (Certificate(v - after.z, ()) for v in (after.x, method.query(after)))
    parts = (("y_1 = z_1 = x_1", first), ("x = z", x), ("y = z", y), ("weights", _alone(after)))
    return Proof("μ_x = 0 is the base optimizer", parts)


SPECIAL_CASES: dict[str, Callable[[], Proof]] = {
    "quasi-hyperbolic-momentum": quasi_hyperbolic,
    "torch-nesterov": torch_nesterov,
    "extrapolated-momentum": extrapolated_momentum,
    "sutskever-nesterov": lambda: extrapolated_momentum(MU_X),
    "heavy-ball": heavy_ball,
    "diloco-one-worker": lambda: torch_nesterov(GAMMA_IN, GAMMA_OUT, DILOCO_STEP),
    "average-of-base": average_of_base,
    "base-optimizer": base_optimizer,
}
