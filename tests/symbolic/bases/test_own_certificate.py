"""A base of the user's own with a proof of its regret: it composes, re-checks and stays its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import sympy as sp

import gpa_theory
from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import OGD, Base
from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.gram import basis, constant, norm2
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases.regret import (
    BOUNDED_GRADIENTS,
    Regret,
    bounded_gradients,
    by_bounded_gradients,
    linear_regret,
    projection,
)
from gpa_theory.symbolic.engine.axioms import square
from gpa_theory.symbolic.engine.components import Vector
from gpa_theory.symbolic.engine.induction import Induction
from gpa_theory.symbolic.engine.motion import Radius
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import Z_LAST, Z, g, u, z, z_1, z_next
from gpa_theory.symbolic.engine.stated import StatedRegret
from gpa_theory.symbolic.engine.symbols import D, G, T, gamma
from gpa_theory.symbolic.engine.vocabulary import REGRET, SQUARES
from gpa_theory.symbolic.rates import bound


class TestOwnCertificate:
    """A base of the user's own, with a proof of its regret: it composes and re-checks."""

    @staticmethod
    def regret(own: Base, law: Any = None) -> Regret:
        """Prove R_T ≤ D²/(4γ) + γTG² for z⁺ = Π(z − 2γg)."""
        target = z - 2 * gamma * g if law is None else law
        moved = norm2(z - u) - norm2(z_next - u)
        one_step = Certificate(
            1 / (4 * gamma) * moved + gamma * norm2(g) - linear_regret(),
            projection(target, 1 / (4 * gamma)),
        )
        telescoped = Induction(
            1 / (4 * gamma) * (norm2(z_1 - u) - norm2(z - u))
            + gamma * SQUARES.so_far
            - REGRET.so_far,
            (REGRET, SQUARES, Vector(Z, z_1, z_next, last=Z_LAST)),
            step=(Premise("one step", 1, one_step.claim),),
        )
        worst = D**2 / (4 * gamma) + gamma * T * G**2
        end = Certificate(
            constant(worst) - schemes.REGRET,
            (
                Premise("telescoped", 1, telescoped.claim),
                Radius().times(1 / (4 * gamma)),
                square(1 / (4 * gamma), basis(Z_LAST) - u),
                by_bounded_gradients(gamma),
            ),
        )
        parts = (
            ("one step", one_step),
            ("telescoped", telescoped),
            (BOUNDED_GRADIENTS, bounded_gradients()),
            ("worst case", end),
        )
        return Regret(
            base=own,
            quantity=schemes.REGRET,
            observed=worst,
            worst=worst,
            assumptions=frozenset({Assumption.LIPSCHITZ, Assumption.RADIUS}),
            source="me",
            proof=Proof("R_T ≤ D²/(4γ) + γTG²", parts),
        )

    OWN = Base("twice", "steps of twice the size", "z⁺ = Π(z − 2γg)", "", "as proved")

    def test_it_composes_like_any_other(self):
        """The bound is D²/(4γT) + γG² at the last iterate of Schedule-Free, with no hypothesis."""
        found = gpa_theory.bound(regret=self.regret(self.OWN), metric="last", averaging="uniform")
        assert sp.simplify(found.formula - (D**2 / (4 * gamma * T) + gamma * G**2)) == 0
        found.check()
        assert found.base == "own"
        assert Assumption.REGRET not in found.assumptions
        assert found.tuned("gamma").formula == D * G / sp.sqrt(T)

    def test_it_cannot_pass_for_a_base_of_the_table(self):
        """Must fail: the name is OGD's and the motion is not; or OGD's row in other words."""
        with pytest.raises(CertificateError, match="another base"):
            self.regret(OGD)
        with pytest.raises(CertificateError, match="row of its own"):
            self.regret(replace(OGD, words="mine"))

    def test_a_proof_that_leaves_the_motion_open_is_of_no_own_base(self):
        """Must fail: a stated regret under the name of a base that has a proof."""
        hypothesis = StatedRegret(3 * sp.sqrt(T))
        part = Certificate(hypothesis.gap(), (hypothesis.times(1),))
        with pytest.raises(CertificateError, match="does not say how z moves"):
            Regret(
                base=self.OWN,
                quantity=schemes.REGRET,
                observed=hypothesis.bound,
                worst=hypothesis.bound,
                assumptions=frozenset({Assumption.REGRET}),
                source="me",
                proof=Proof("as stated", (("as stated", part),)),
            )

    def test_a_bound_says_that_its_base_is_the_users_own(self):
        """Must fail: the same bound as one for a base of the table, and one of the table as own."""
        found = bound(regret=self.regret(self.OWN), metric="last", averaging="uniform")
        assert found.own
        with pytest.raises(CertificateError, match="another bound"):
            replace(found, own=False)
        with pytest.raises(CertificateError, match="another bound"):
            replace(bound("ogd", "last", "uniform"), own=True)

    def test_a_wrong_step_is_refused(self):
        """Must fail: the same certificate for z⁺ = Π(z − 3γg)."""
        with pytest.raises(CertificateError, match=r"residual|reduce|identity"):
            self.regret(self.OWN, z - 3 * gamma * g)
