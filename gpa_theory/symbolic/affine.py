r"""Lemma A: where x, y and z stand to one another, for any averaging and any base optimizer.

.. math::
    z_t - x_t = \rho_t (x_t - x_{t-1}), \qquad z_t - y_t = \nu (y_t - x_t), \qquad
    x_T = \sum_{t \le T} \frac{w_t}{w_{1:T}} z_t
"""

from __future__ import annotations

import sympy as sp

from gpa_theory.core.certificate import Certificate
from gpa_theory.core.gram import Point, basis
from gpa_theory.core.recursion import GPA, Iterates
from gpa_theory.core.two_buffer import advance_y_delta, advance_yz, iterates_y_delta
from gpa_theory.symbolic.engine.components import Total, Vector
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.numbers import Sequence
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import z, z_1
from gpa_theory.symbolic.engine.symbols import nu, rho
from gpa_theory.symbolic.step_identity import MU_Y_CLOSED, NextShare, first_step, later_step


def _vanishes(vector: Point) -> Certificate:
    """Certify vector = 0: no premise is used, so every coefficient must be zero."""
    return Certificate(vector, ())


def affine_relations() -> Proof:
    """Prove the two affine relations of Lemma A, and that x_1 = y_1 = z_1."""
    first, step = first_step(), later_step()
    return Proof(
        "z_t − x_t = ρ_t (x_t − x_{t−1}), z_t − y_t = ν (y_t − x_t), x_1 = y_1 = z_1",
        (
            ("x against z", _vanishes((step.z - step.x) - rho * (step.x - step.x_prev))),
            ("y against z", _vanishes((step.z - step.y) - nu * (step.y - step.x))),
            ("y_1 = z_1", _vanishes(first.y - first.z)),
            ("x_1 = z_1", _vanishes(first.x - first.z)),
        ),
    )


def two_buffer_forms() -> Proof:
    """Prove that (y, z) and (y, δ), δ = x − z, carry the same iterates for any base step Δ."""
    method, x, base_step = GPA(NextShare(rho), MU_Y_CLOSED), basis("x"), basis("Δ")
    now = Iterates(x=x, z=z)
    y, after, c = method.query(now), method.advance(now, z + base_step, t=2), 1 / (1 + rho)
    y_z, z_z = advance_yz(y, z, base_step, c, MU_Y_CLOSED)
    y_d, delta = advance_y_delta(y, x - z, base_step, c, MU_Y_CLOSED)
    return Proof(
        "(y, z) and (y, δ) carry the same iterates, weight decay included",
        (
            ("y from (y, z)", _vanishes(y_z - method.query(after))),
            ("z from (y, z)", _vanishes(z_z - after.z)),
            ("y from (y, δ)", _vanishes(y_d - method.query(after))),
            ("δ from (y, δ)", _vanishes(delta - (after.x - after.z))),
            ("x recovered", _vanishes(iterates_y_delta(y, x - z, MU_Y_CLOSED).x - x)),
            ("z recovered", _vanishes(iterates_y_delta(y, x - z, MU_Y_CLOSED).z - z)),
        ),
    )


def weighted_mean() -> Proof:
    """Prove x_T = Σ w_t z_t / w_{1:T} by induction on T, from c_t = w_t / w_{1:t}.

    `S_T` stands for Σ w_t z_t and `W` for w_{1:T}.  Names are vectors here and no axiom is
    used, so the certificates are equalities: each coordinate, and its negative, is ≥ 0.
    """
    w, mass = sp.symbols("w W", positive=True)
    before = Iterates(x=basis("x_prev"), z=basis("z_prev"))
    now = GPA(NextShare(mass / w), nu / (1 + nu)).advance(before, z, t=2)
    weighted = Total("S_T", w * z)
    equal = Induction(
        mass * before.x - weighted.so_far,
        (Sequence(mass, mass + w, w), Vector("x_prev", z_1, now.x, last="x_T"), weighted),
        begins=1,
    )
    return Proof("x_T = Σ_t w_t z_t / w_{1:T}", (("w_{1:T} x_T = Σ w_t z_t", equal),))
