"""The recursion: a weighted mean, special cases, the same in every arithmetic."""

from fractions import Fraction
from math import nan

import numpy as np
import pytest
import sympy as sp
import torch
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Polynomial, Uniform, shares
from gpa_theory.core.gram import Point, basis
from gpa_theory.core.recursion import GPA, Iterates, run
from tests.strategies import averagings, closed, interior, reals
from tests.tolerances import PARITY_FLOAT64

walks = st.lists(reals, min_size=1, max_size=8)


def follow(zs):
    """Return a base optimizer that visits `zs`, wherever it is asked for a gradient."""
    return lambda t, z, y: zs[min(t, len(zs) - 1)]


@given(averaging=averagings, mu_y=closed, zs=walks)
def test_x_is_the_weighted_mean_of_z(averaging, mu_y, zs):
    """x_T = Σ w_t z_t / w_{1:T}, exactly, whatever moved z."""
    *_, (_, last) = run(GPA(averaging, mu_y), zs[0], follow(zs), len(zs), Fraction)
    weights = shares(averaging, len(zs), Fraction)
    assert last.x == sum(w * z for w, z in zip(weights, zs, strict=True))
    assert last.z == zs[-1]


@given(averaging=averagings, mu_y=interior, zs=walks)
def test_y_lies_between_x_and_z(averaging, mu_y, zs):
    """y_t = μ_y x_t + (1 − μ_y) z_t, and y_1 = x_1 = z_1."""
    steps = list(run(GPA(averaging, mu_y), zs[0], follow(zs), len(zs), Fraction))
    assert steps[0][0] == zs[0]
    for y, s in steps:
        assert y == mu_y * s.x + (1 - mu_y) * s.z


@given(mu_y=closed, zs=walks)
def test_mu_x_zero_is_the_base_optimizer(mu_y, zs):
    """With μ_x = 0 all three sequences coincide, for every μ_y."""
    for y, s in run(GPA(Exponential(Fraction(0)), mu_y), zs[0], follow(zs), len(zs), Fraction):
        assert y == s.x == s.z


@given(averaging=averagings, mu_y=interior, gradients=walks, z1=reals)
def test_base_sees_z_and_y(averaging, mu_y, gradients, z1):
    """`base(t, z_t, y_t)` gets the base iterate and the gradient point of step t, once per step."""
    seen = []

    def base(t, z, y):
        seen.append((t, z, y))
        return z - gradients[t - 1]

    steps = len(gradients)
    yielded = list(run(GPA(averaging, mu_y), z1, base, steps, Fraction))
    assert seen == [(t, s.z, y) for t, (y, s) in enumerate(yielded, start=1)]


ARITHMETICS = {  # name: (scalar, number of steps, vector, back to float)
    "float": (float, float, float, float),
    "sympy": (sp.Rational, sp.Integer, sp.Rational, float),
    "numpy": (float, float, lambda v: np.array([float(v), 0.0]), lambda v: float(v[0])),
    "torch": (float, float, lambda v: torch.tensor(float(v), dtype=torch.float64), float),
    "Point": (Fraction, Fraction, lambda v: v * basis("e"), lambda v: float(v.coefficient("e"))),
}


@pytest.mark.parametrize("arithmetic", ARITHMETICS.values(), ids=ARITHMETICS)
@pytest.mark.parametrize(
    "make",
    [lambda s: Uniform(), lambda s: Polynomial(s(2)), lambda s: Exponential(s(Fraction(9, 10)))],
    ids=["Uniform", "Polynomial", "Exponential"],
)
def test_arithmetics_agree(arithmetic, make):
    """Fractions are the reference; every other arithmetic follows to its own precision."""
    gradients = [Fraction(1), Fraction(-2), Fraction(1, 2), Fraction(3), Fraction(-1, 4)]

    def iterates(scalar, number, vector, back):
        gamma = scalar(Fraction(1, 3))
        method = GPA(make(scalar), scalar(Fraction(7, 10)))
        steps = run(
            method,
            vector(Fraction(2)),
            lambda t, z, y: z - gamma * vector(gradients[t - 1]),
            len(gradients),
            number,
        )
        return [back(v) for y, s in steps for v in (y, s.x, s.z)]

    exact = iterates(Fraction, Fraction, Fraction, float)
    assert iterates(*arithmetic) == pytest.approx(exact, rel=PARITY_FLOAT64, abs=PARITY_FLOAT64)


def test_sympy_runs_with_free_symbols():
    """With symbols for μ_x and μ_y the run is the textbook formula."""
    mu_x, mu_y, z1, g1 = sp.symbols("mu_x mu_y z1 g1")
    _, (y2, s2) = run(GPA(Exponential(mu_x), mu_y), z1, lambda t, z, y: z - g1, 2, sp.Integer)
    assert sp.expand(s2.x - (z1 - (1 - mu_x) * g1)) == 0
    assert sp.expand(y2 - (z1 - (1 - mu_x * mu_y) * g1)) == 0


def test_points_carry_the_names_of_the_gradients():
    """Run on named vectors, x_T is a combination of z_1 and the gradients: what an SDP needs."""
    base = lambda t, z, y: z - Fraction(1, 2) * basis(f"g{t}")  # noqa: E731
    *_, (_, last) = run(GPA(Uniform(), Fraction(1, 2)), basis("z1"), base, 3, Fraction)
    assert last.x == Point({"z1": 1, "g1": Fraction(-1, 3), "g2": Fraction(-1, 6)})


@pytest.mark.parametrize("mu_y", [-0.1, 1.01, nan, "1", None])
def test_gpa_refuses(mu_y):
    """μ_y outside [0, 1] is refused with call, parameter and rule."""
    with pytest.raises(ValueError, match=r"`GPA\(mu_y=.*\)`: mu_y must lie in \[0, 1\]"):
        GPA(Uniform(), mu_y)


@pytest.mark.parametrize("steps", [0, -3, 1.5, True])
def test_run_refuses_at_the_call(steps):
    """A bad number of steps is refused when `run` is called, not when its result is read."""
    with pytest.raises(ValueError, match=r"`run\(steps=.*\)`: steps must be an integer ≥ 1"):
        run(GPA(Uniform(), 0.5), 0.0, lambda t, z, y: z, steps)


def test_nothing_is_moved_in_place():
    """`advance` returns new iterates and leaves the old arrays alone."""
    s = Iterates(x=np.ones(2), z=np.zeros(2))
    GPA(Uniform(), 0.5).advance(s, np.full(2, 7.0), 2.0)
    assert s.x.tolist() == [1.0, 1.0]
    assert s.z.tolist() == [0.0, 0.0]
