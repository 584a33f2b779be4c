"""The claims about worst cases: labels, checks that hold, and checks that can fail."""

from dataclasses import replace
from fractions import Fraction

import pytest

from gpa_theory.core.labels import Label
from gpa_theory.verify import shipped, tightness
from gpa_theory.verify.verdict import Verdict, worst
from gpa_theory.worst_case.rational.stored import FOLDER, load, packaged

CLAIMS = {claim.id: claim for claim in (*tightness.claims(), *shipped.claims())}


@pytest.mark.parametrize("name", CLAIMS)
def test_labels_say_what_stands_behind(name):
    """Proved claims have a check that is a proof, certified ones do not pretend."""
    has_proof = any(check.startswith("proof of") for check in CLAIMS[name].checks)
    assert has_proof == (CLAIMS[name].label is Label.PROVED)


QUICK = [
    tightness.check_attains,
    tightness.check_resisting,
    shipped.check_near,
    tightness.check_huber,
    tightness.check_below_bounds,
]


@pytest.mark.solver
@pytest.mark.parametrize("check", QUICK, ids=lambda check: check.__name__)
def test_the_checks_hold(check):
    """Each comparison holds, none is undecided (the slow ones: `gpa verify`)."""
    assert worst(list(check(0))) is Verdict.HOLDS


@pytest.mark.parametrize("name", tightness.TELESCOPED)
def test_the_telescoped_theorem_holds(name):
    """Both halves re-check, and no weakened copy survives."""
    assert worst(list(tightness.check_upper(name, 0))) is Verdict.HOLDS


def test_every_packaged_certificate_has_a_check():
    """Nothing is packaged that `gpa verify` does not re-check."""
    checks = CLAIMS["worst-case-certificates"].checks
    assert {f"proof of {path.stem}" for path in packaged()} == set(checks)


def test_a_stored_certificate_is_rechecked():
    """The check of one of them holds."""
    assert worst(list(shipped.check_certificate("last_T05_tuned", 0))) is Verdict.HOLDS


def test_a_false_certificate_is_counted_as_refused():
    """Must fail: a bound made smaller is refused, so the check would be violated."""
    stored = load(FOLDER / "last_T05_tuned.json")
    less = replace(stored.statement, bound=stored.statement.bound - Fraction(1, 10**6))
    assert shipped.refused(stored) == 0
    assert shipped.refused(replace(stored, statement=less)) == 1


def test_a_factor_that_is_too_small_is_violated(monkeypatch):
    """Must fail: no packaged certificate proves 1.009 × DG/√T."""
    monkeypatch.setattr(shipped, "NEAR", {"last_T05_tuned": "1.009"})
    assert worst(list(shipped.check_near(0))) is Verdict.VIOLATED
