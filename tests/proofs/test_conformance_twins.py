"""The conformance formulas can fail, and `numeric.exact_identity` sums the same terms."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA
from gpa_theory.numeric.exact_identity import exact_identity
from gpa_theory.numeric.learners import ogd
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.trajectory import simulate
from tests.proofs.exact_runs import inner, loss, made, odds
from tests.proofs.test_conformance import bregman_terms, gained, losses_at_y

HALF = Fraction(1, 2)
exactly = np.vectorize(Fraction, otypes=[object])


def point(*a):
    return exactly(np.array(a, dtype=object))


def on_a_slope(mu_x=HALF, mu_y=Fraction(0)):
    """Return a run on which the loss is affine: nothing is lost, every bound is an equality."""
    zs = [point(-3, 0), point(-1, 0)]
    return made(zs, point(0, 0), GPA(Exponential(mu_x), mu_y), point(7, 7))


def test_the_telescope_term_is_needed():
    """As in `telescope_needed`: Σ φ_t is larger than R_T, and equals it with the telescope term."""
    s = on_a_slope()
    assert s.total(s.phi) > s.total(s.r)
    assert s.total(s.phi) == s.total(s.r) + odds(HALF) * (loss(s.x[1]) - loss(s.x[2]))


def test_the_first_gap_is_needed_in_the_last_iterate_bound():
    """Without μ_x^{T−1} φ_1 the last-iterate bound is false on the same run."""
    s = on_a_slope()
    assert s.phi(2) > (1 - HALF) * s.r(2)
    assert s.phi(2) == HALF * s.phi(1) + (1 - HALF) * s.r(2)


BOTH = (bregman_terms, losses_at_y)


@pytest.mark.parametrize(("wrong", "identities"), [("y", BOTH), ("z", BOTH), ("x", BOTH[:1])])
def test_a_wrong_iterate_breaks_the_identities(wrong, identities):
    """Moving one iterate of one step breaks the formulas that the true run satisfies.

    The second identity takes x_t for what y_t and x_{t−1} make of it: it sees y_t and z_t only.
    """
    zs = [point(1, 2), point(-2, 1), point(3, -1)]
    method = GPA(Exponential(HALF), Fraction(1, 4))
    s = made(zs, point(Fraction(1, 3), Fraction(1, 5)), method, point(0, 0))
    moved = list(getattr(s, wrong))
    moved[2] = moved[2] + point(0, Fraction(1, 7))
    broken = replace(s, **{wrong: moved})
    for lost in identities:
        assert gained(s, 2) == s.r(2) - lost(s, 2)
        assert gained(broken, 2) != broken.r(2) - lost(broken, 2)


@pytest.mark.parametrize(("mu_x", "mu_y"), [(0.9, 0.7), (0.5, 0.25)])
def test_the_exact_identity_sums_the_terms_of_the_statement(mu_x, mu_y):
    """The terms of `numeric.exact_identity` on a float run are those of `step_identity`."""
    problem = load("diabetes-lad")
    run = simulate(problem, ogd(0.1, problem.domain), GPA(Exponential(mu_x), mu_y), 12)
    found, u = exact_identity(run, form="step"), exactly(problem.minimizer)
    x, y, z, g, h = (exactly(getattr(run, name)) for name in ("x", "y", "z", "g", "h"))
    f_x, f_y = exactly(run.f_x), exactly(run.f_y)
    f_u, nu = Fraction(float(problem.value(problem.minimizer))), odds(Fraction(mu_y))
    rho = [Fraction(0), *[(1 - c) / c for c in [Fraction(1 - mu_x)] * (run.steps - 1)]]
    back = [0, *range(run.steps - 1)]

    def breg(f_a, a, f_b, b, slope):
        return f_a - f_b - inner(slope, a - b)

    sums = dict.fromkeys(found.terms, Fraction(0))
    for t in range(run.steps):
        past = back[t]
        sums["phi"] += f_x[t] - f_u
        sums["telescope"] += rho[t] * (f_x[t] - f_x[past])
        sums["regret"] += inner(g[t], z[t] - u)
        sums["bregman_u_y"] += breg(f_u, u, f_y[t], y[t], g[t])
        sums["bregman_y_x"] += (1 + nu) * breg(f_y[t], y[t], f_x[t], x[t], h[t])
        sums["bregman_x_y"] += nu * breg(f_x[t], x[t], f_y[t], y[t], g[t])
        sums["bregman_prev_x"] += rho[t] * breg(f_x[past], x[past], f_x[t], x[t], h[t])
    assert sums == dict(found.terms)
    assert found.discrepancy == found.explained
