r"""Lemma A: where x, y and z stand to one another, for any averaging and any base optimizer.

.. math::
    z_t - x_t = \rho_t (x_t - x_{t-1}), \qquad z_t - y_t = \nu (y_t - x_t), \qquad
    x_T = \sum_{t \le T} \frac{w_t}{w_{1:T}} z_t
"""

from __future__ import annotations

import sympy as sp

from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import Point, basis
from gpa_theory.core.recursion import GPA, Iterates
from gpa_theory.symbolic.proof import Proof, induction
from gpa_theory.symbolic.step_identity import NextShare, first_step, later_step
from gpa_theory.symbolic.symbols import nu, rho


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


def weighted_mean() -> Proof:
    """Prove x_T = Σ w_t z_t / w_{1:T} by induction on T, from c_t = w_t / w_{1:t}.

    `S` stands for Σ_{t<T} w_t z_t and `W` for w_{1:T−1}: the hypothesis is W x_{T−1} = S.
    """
    w, mass = sp.symbols("w W", positive=True)
    before = Iterates(x=basis("x_prev"), z=basis("z_prev"))
    now = GPA(NextShare(mass / w), nu / (1 + nu)).advance(before, basis("z"), t=2)
    hypothesis = mass * basis("x_prev") - basis("S")
    first = first_step()
    return induction(
        "x_T = Σ_t w_t z_t / w_{1:T}",
        _vanishes(w * first.x - w * first.z),
        Certificate(
            (mass + w) * now.x - (basis("S") + w * basis("z")),
            (Premise("hypothesis", 1, hypothesis, equality=True),),
        ),
    )
