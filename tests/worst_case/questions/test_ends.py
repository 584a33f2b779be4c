"""Both ends are exact: what is no proof and what is no function of the class is refused."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.core.gram import gram_name
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import gpa, sgd
from gpa_theory.worst_case.questions import ends
from gpa_theory.worst_case.questions.ends import NoEndError, lower, upper
from gpa_theory.worst_case.questions.posing import pose
from gpa_theory.worst_case.questions.projecting import pose_projected
from gpa_theory.worst_case.questions.question import at_point
from gpa_theory.worst_case.questions.solving import solve

pytestmark = pytest.mark.solver
METHOD = gpa(0.8, 0.35, 0.4)
ASKED = {
    "best": pose(METHOD, 4, "best", FunctionClass(lipschitz=1)),
    "from a value": pose(METHOD, 4, "last", FunctionClass(smoothness=1), by_value=True),
    "projected": pose_projected(METHOD, 4, "last", FunctionClass(lipschitz=1), 1),
}
each = pytest.mark.parametrize("name", ASKED)


@pytest.fixture(scope="module")
def found():
    """Return a solver's answer to each question, well inside."""
    return {name: solve(asked, 1e-6, 1e-6) for name, asked in ASKED.items()}


@each
def test_both_ends_are_made_and_close(name, found):
    """The proved bound is above what is attained, by less than 1e-3 of it."""
    proof, instance = upper(ASKED[name], found[name]), lower(ASKED[name], found[name])
    assert 0 < proof.bound - instance.attained <= Fraction(1, 10**3) * proof.bound


@each
def test_the_proof_is_an_identity(name, found):
    """At any Gram matrix and values, bound − Σ w a − Σ λ b is a quadratic form: linear in X."""
    asked, proof = ASKED[name], upper(ASKED[name], found[name])
    rng = np.random.default_rng(3)
    root = rng.integers(-9, 9, (len(asked.vectors), 3))
    gram = root @ root.T  # of integers, so positive semidefinite
    known = {"1": Fraction(1)} | {n: Fraction(int(rng.integers(-9, 9))) for n in asked.values}
    for i, a in enumerate(asked.vectors):
        for j, b in enumerate(asked.vectors):
            known[gram_name(a, b)] = Fraction(int(gram[i, j]))
    left = proof.bound
    for share, form in zip(proof.shares, asked.objectives, strict=True):
        left -= share * at_point(form, known)
    for limit, multiplier in proof.multipliers.items():
        assert multiplier >= 0
        left -= multiplier * at_point(asked.limits[limit], known)
    assert left >= 0


@each
def test_multipliers_that_prove_nothing_are_refused(name, found):
    """Must fail: without the limits of lengths, or without the pairs where nothing has a length."""
    lengths = name != "from a value"
    kept = {
        n: 0.0 if n.startswith("|") == lengths else v for n, v in found[name].multipliers.items()
    }
    with pytest.raises(NoEndError, match="not certainly positive semidefinite"):
        upper(ASKED[name], replace(found[name], multipliers=kept))


@each
def test_a_point_outside_the_class_is_refused(name, found):
    """Must fail: values twice as high, or slopes twice as long."""
    for other in (
        replace(found[name], values=2 * found[name].values + 0.1),
        replace(found[name], gram=4 * found[name].gram),
    ):
        with pytest.raises(NoEndError, match=r"does not hold exactly"):
            lower(ASKED[name], other)


def test_answers_that_are_no_numbers_are_refused(found):
    """Must fail: nan in the multipliers, the shares, the Gram matrix."""
    of, at = ASKED["best"], found["best"]
    with pytest.raises(NoEndError, match="not finite"):
        upper(of, replace(at, shares=at.shares * np.nan))
    with pytest.raises(NoEndError, match="shares are all 0"):
        upper(of, replace(at, shares=0 * at.shares))
    with pytest.raises(NoEndError, match="not finite"):
        lower(of, replace(at, gram=at.gram * np.nan))


def test_a_function_without_a_minimizer_is_refused():
    """Must fail: max(9(1 + x)/10, (7 − 18x)/20) is 5/8 at least, so that f* is not 0."""
    asked = pose(sgd(0.5), 2, "last", FunctionClass(lipschitz=1), by_value=True)
    root, values = np.array([[0.9], [-0.9]]), np.array([0.9, 0.8])
    known = ends._exactly(asked, root, values)
    assert all(at_point(form, known) >= 0 for form in asked.limits.values())
    with pytest.raises(NoEndError, match="no minimizer"):
        ends._check_minimizer(asked, root, known)
    ends._check_minimizer(asked, np.array([[0.9], [0.9]]), known)
