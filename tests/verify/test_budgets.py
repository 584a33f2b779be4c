"""What rounding may move in a comparison: enough in exact arithmetic, little beside the bound."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA
from gpa_theory.numeric import streams
from gpa_theory.numeric.identity import identity
from gpa_theory.numeric.learners import ogd
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.trajectory import simulate
from gpa_theory.verify.bounds import conversion_budget, error_budget
from gpa_theory.verify.experiment import base_rounding
from gpa_theory.verify.regrets import _budget
from gpa_theory.verify.verdict import Verdict, exactly

U = 2.0**-53
STEPS = 40


def made(problem, mu_y=0.7, gamma=0.05, steps=STEPS):
    return simulate(problem, ogd(gamma, problem.domain), GPA(Exponential(0.9), mu_y), steps)


def fine(values):
    """Return an array of Fractions."""
    return np.vectorize(Fraction, otypes=[object])(values)


def test_an_error_of_the_values_moves_the_gap_by_itself():
    """Values known to 1/1000 leave the gap unknown by 1/1000, not by T times that."""
    vague = lambda w: (np.full(np.shape(w)[:-1], 1e-3), np.zeros(np.shape(w)[:-1]))  # noqa: E731
    problem = replace(load("absolute"), inexactness=vague)
    assert 1e-3 <= conversion_budget(made(problem)) <= 1e-3 * (1 + 1e-6)
    assert 1e-3 <= error_budget(made(problem), 0.05) <= 1e-3 * (1 + 1e-6)


def test_the_identity_is_counted_per_step():
    """At μ_y = 1 − 10^−6 the identity's budget outweighs the rest: a mean takes 1/T of it."""
    run = made(load("linear"), mu_y=1 - 1e-6)
    whole = identity(run).budget
    assert whole / STEPS <= conversion_budget(run) <= 1.001 * whole / STEPS
    weights = np.linspace(0.5, 1.5, STEPS)
    weighted = identity(run, p=weights).budget / weights.sum()
    assert weighted <= conversion_budget(run, weights) <= 1.001 * weighted


@pytest.mark.parametrize("name", ["linear", "max", "wine-hinge"])
def test_a_conversion_loses_few_roundings_of_the_largest_value(name):
    """At least one rounding of each of T weights; a hundred times as many would hide faults."""
    run = made(load(name))
    errors = float(np.max(run.problem.inexactness(run.x)[0]))
    largest = float(np.abs(run.f_x).max()) + abs(run.problem.minimum_upper)
    reach = float(np.linalg.norm(run.g, axis=1).max() * np.linalg.norm(run.z, axis=1).max())
    assert STEPS * U * largest <= conversion_budget(run) - errors <= 3000 * U * (largest + reach)


def test_each_of_many_weights_is_rounded():
    """For T = 1000 four roundings of each weight outweigh the identity, which is about a step."""
    run = made(load("absolute"), steps=1000)
    largest = U * float(np.abs(run.f_x).max())
    assert identity(run).budget / 1000 < 4000 * largest
    assert 4000 * largest <= conversion_budget(run) <= 40_000 * largest


def exact_regret(run, gamma):
    """Return the regret of gradient descent in Fractions, on the recorded gradients."""
    z, u, regret = fine(run.z[0]), fine(run.problem.minimizer), Fraction(0)
    for g in fine(run.g):
        regret += g @ (z - u)
        z = z - Fraction(gamma) * g
    return regret


@pytest.mark.parametrize("gamma", [0.05, 1e-3])
def test_rounding_of_the_base_is_covered(gamma):
    """R_T/T in floats against the base replayed without rounding: off, by less than is allowed."""
    run = made(load("absolute"), gamma=gamma, steps=200)
    off = abs(Fraction(run.regret()) - exact_regret(run, gamma)) / 200
    allowed = base_rounding(run, gamma)
    assert 0 < off <= Fraction(allowed)
    bound = 1 / (2 * gamma * 200) + gamma / 2
    assert allowed <= 1e-7 * bound
    assert error_budget(run, gamma) >= max(allowed, conversion_budget(run))
    assert error_budget(run, gamma) <= allowed + conversion_budget(run) + 1e-30


@pytest.mark.parametrize("gamma", [0.05, 0.3])
def test_rounding_of_a_played_regret_is_covered(gamma):
    """The same for streams: the learner's steps and the sums round, far below the bound."""
    rng = np.random.default_rng(0)
    played = streams.play(ogd(gamma), streams.rademacher(1.0), np.zeros(8), 100, rng)
    u = played.worst_comparator(1.0)
    z, regret = fine(played.z[0]), Fraction(0)
    for g in fine(played.g):
        regret += g @ (z - fine(u))
        z = z - Fraction(gamma) * g
    off = abs(Fraction(played.regret(u)) - regret)
    assert 0 < off <= Fraction(_budget(played, gamma))
    assert _budget(played, gamma) <= 1e-8 * (1 / (2 * gamma) + gamma * 50)


def test_exact_comparisons_have_no_budget():
    """Must fail: 1 + 10^−30 is not ≤ 1."""
    over = exactly("over", 1 + Fraction(1, 10**30), 1)
    assert over.verdict is Verdict.VIOLATED
    assert exactly("equal", Fraction(1), 1).verdict is Verdict.HOLDS
