"""The stability limit against spectral radii and runs of the recursion itself."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.recursion import GPA, Iterates, run
from gpa_theory.symbolic.quadratics import stability
from gpa_theory.symbolic.quadratics.stability import faces, stability_limit
from gpa_theory.symbolic.quadratics.step import BETA, MU_X, MU_Y, S, characteristic, step_matrix
from tests.tolerances import PARITY_FLOAT64, PUBLISHED

BELOW, ABOVE = 0.99, 1.01
RNG = np.random.default_rng(7)
GRID = [tuple(row) for row in RNG.uniform(0.02, 0.98, size=(60, 3))]  # (μ_x, μ_y, β), interior


def radius(mu_x, mu_y, beta, s):
    """Return the spectral radius of one step of core's recursion on (x, z, b), in floats."""
    method, columns = GPA(Exponential(mu_x), mu_y), []
    for x, z, b in np.eye(3):
        now = Iterates(x=x, z=z)
        b = beta * b + s * method.query(now)
        after = method.advance(now, z - b, t=2)
        columns.append([after.x, after.z, b])
    return max(abs(np.linalg.eigvals(np.array(columns).T)))


@pytest.mark.parametrize("momentum", [False, True])
def test_the_limit_is_where_the_spectral_radius_passes_one(momentum):
    """Below the limit every root is inside the unit disc, above it one is outside."""
    for mu_x, mu_y, beta in GRID:
        beta = beta if momentum else 0.0
        limit = stability_limit(mu_x, mu_y, beta)
        assert radius(mu_x, mu_y, beta, BELOW * limit) < 1
        assert radius(mu_x, mu_y, beta, ABOVE * limit) > 1


def test_both_faces_occur():
    """The grid has cases in which −1 leaves the disc first and cases in which a pair does."""
    binding = set()
    for mu_x, mu_y, beta in GRID:
        values = {MU_X: mu_x, MU_Y: mu_y, BETA: beta}
        binding.add(int(np.argmax([float(a.subs(values)) for a in faces(BETA)])))
    assert binding == {0, 1}


def peak(mu_x, mu_y, gamma, beta, dampening, steps=6000):
    """Return max |x_t| over the last quarter of a run on w²/2 from z_1 = 1, as torch's SGD goes."""
    b = None

    def base(t, z, y):
        nonlocal b
        b = y if b is None else beta * b + (1 - dampening) * y
        return z - gamma * b

    found = [abs(s.x) for _, s in run(GPA(Exponential(mu_x), mu_y), 1.0, base, steps)]
    return max(found[-steps // 4 :])


@pytest.mark.parametrize(
    ("mu_x", "mu_y", "beta", "dampening"),
    [(0.9, 0.7, 0, 0), (0.5, 0.9, 0.5, 0), (0.9, 0.9, 0.9, 0), (0.8, 0.6, 0.9, 0.9)],
)
def test_runs_die_out_below_the_limit_and_explode_above(mu_x, mu_y, beta, dampening):
    """`core.run` at 0.95 of the limit shrinks ten-fold, at 1.03 it grows ten-fold."""
    limit = stability_limit(mu_x, mu_y, beta, dampening)
    assert peak(mu_x, mu_y, 0.95 * limit, beta, dampening) < 1 / 10
    assert peak(mu_x, mu_y, 1.03 * limit, beta, dampening) > 10


@pytest.mark.parametrize(
    ("arguments", "limit"),
    [
        ((0, 0.3), 2.0),
        ((0.9, 0.9), 95 / 7),
        ((0.9967, 0.9), 19.7),
        ((0.9, 0.9, 0.9), 0.0297),
        ((0, 0, 0.9), 3.8),  # heavy ball alone: 2(1 + β)
    ],
)
def test_known_values(arguments, limit):
    """Limits known from elsewhere; a base with momentum inside GPA loses a factor of 450."""
    assert stability_limit(*arguments) == pytest.approx(limit, rel=5 * PUBLISHED)


def test_the_arithmetic_is_that_of_the_arguments():
    """Fractions in, Fraction out; floats in, float out; symbols in, formula out."""
    half = Fraction(1, 2)
    assert stability_limit(half, half) == Fraction(3)
    assert type(stability_limit(half, half)) is Fraction
    assert type(stability_limit(0.5, half)) is float
    m = sp.Symbol("m", nonnegative=True)
    found = stability_limit(m, m)
    assert sp.simplify(found - 2 * (1 + m) / (1 + m - 2 * m**2)) == 0
    assert stability_limit(m, m, half).subs(m, half) == stability_limit(half, half, half)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"mu_x": 1.0, "mu_y": 0.5}, r"mu_x must lie in \[0, 1\)"),
        ({"mu_x": 0.5, "mu_y": 1.1}, r"mu_y must lie in \[0, 1\]"),
        ({"mu_x": 0.5, "mu_y": 0.5, "beta": 1}, r"beta must lie in \[0, 1\)"),
        ({"mu_x": 0.5, "mu_y": 0.5, "beta": 0.5, "dampening": 1}, "dampening must lie in"),
        ({"mu_x": 0.5, "mu_y": 0.5, "dampening": 0.5}, "dampening must be 0 without momentum"),
        ({"mu_x": float("nan"), "mu_y": 0.5}, "mu_x must lie in"),
    ],
)
def test_what_is_outside_is_refused(arguments, message):
    """The refusal names the parameter and the rule."""
    with pytest.raises(ValueError, match=message):
        stability_limit(**arguments)


def test_the_step_matrix_is_a_step():
    """At numbers its eigenvalues are the roots of the polynomial, and its radius that of a step."""
    values = {MU_X: 0.8, MU_Y: 0.3, BETA: 0.6, S: 0.5}
    matrix = np.array(step_matrix()[:, :3].subs(values), dtype=float)
    roots = np.roots([float(c) for c in sp.Poly(characteristic(BETA).subs(values)).all_coeffs()])
    found = max(abs(np.linalg.eigvals(matrix)))
    assert found == pytest.approx(max(abs(roots)), rel=PARITY_FLOAT64)
    assert found == pytest.approx(radius(0.8, 0.3, 0.6, 0.5), rel=PARITY_FLOAT64)


@pytest.mark.parametrize("prove", [stability.stability_proof, stability.momentum_stability_proof])
def test_a_wrong_limit_is_not_proved(prove, monkeypatch):
    """With the first face 1 % off, the proof is refused."""
    right = stability.faces
    wrong = lambda momentum=sp.S.Zero: tuple(  # noqa: E731
        a * sp.Rational(101, 100) for a in right(momentum)
    )
    monkeypatch.setattr(stability, "faces", wrong)
    with pytest.raises(CertificateError, match=r"outside from it on|(first|second) face"):
        prove().check()
