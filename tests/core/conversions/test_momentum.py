"""Nesterov, heavy ball and QHM in Fractions: there and back, and their own recursions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.conversions import momentum
from gpa_theory.core.conversions.acsa import from_acsa
from gpa_theory.core.conversions.varying import Varying
from gpa_theory.core.recursion import GPA, run
from tests.core.conversions.trajectories import cubic, exactly
from tests.strategies import closed, interior, positive, reals

below_one = st.one_of(st.just(Fraction(0)), interior)
MADE = {  # name: (from, to, the value that mu_y must have at this mu_x)
    "nesterov": (momentum.from_nesterov, momentum.to_nesterov, lambda mu_x: mu_x),
    "heavy_ball": (momentum.from_heavy_ball, momentum.to_heavy_ball, lambda mu_x: 1),
}
each = pytest.mark.parametrize("name", MADE)


def textbook(update, theta, steps):
    """Return θ_1 … θ_T of a method that keeps a buffer, 0 at first, in Fractions."""
    m, found = Fraction(0), []
    for _ in range(steps):
        found.append(theta)
        theta, m = update(theta, m, cubic(theta))
    return found


@each
@given(lr=positive, mu=below_one)
def test_there_and_back(name, lr, mu):
    """The arguments come back as they were, and so does the setting, exactly."""
    made, back, _ = MADE[name]
    setting = made(lr, mu)
    assert back(setting.method, setting.gamma) == {"lr": lr, "momentum": mu}
    assert made(**back(setting.method, setting.gamma)) == setting


@given(lr=positive, mu=below_one, nu=closed)
def test_qhm_there_and_back(lr, mu, nu):
    """Every setting with constants is a QHM, and the other way round."""
    setting = momentum.from_qhm(lr, mu, nu)
    given = {"lr": lr, "momentum": mu, "nu": nu}
    assert momentum.to_qhm(setting.method, setting.gamma) == given
    assert (setting.mu_x, setting.mu_y, setting.gamma) == (mu, nu, lr)


@given(lr=positive, mu=interior, z_1=reals)
def test_y_is_nesterovs_weights_and_x_is_sutskevers(lr, mu, z_1):
    """Exactly; Sutskever's are v⁺ = μ v − lr g(x + μ v), x⁺ = x + v⁺."""

    def torchs(theta, m, g):
        m = mu * m + g
        return theta - lr * (g + mu * m), m

    x, y = exactly(momentum.from_nesterov(lr, mu), z_1)
    assert y == textbook(torchs, z_1, 4)
    v, theta = Fraction(0), z_1
    for ours in x:
        assert ours == theta
        v = mu * v - lr * cubic(theta + mu * v)
        theta = theta + v


@given(lr=positive, mu=interior, z_1=reals)
def test_x_and_y_are_the_heavy_ball(lr, mu, z_1):
    """Exactly, from the first step: θ⁺ = θ + μ (θ − θ⁻) − lr g(θ), θ⁻ = θ at t = 1."""
    x, y = exactly(momentum.from_heavy_ball(lr, mu), z_1)
    before, theta = z_1, z_1
    for ours in x:
        assert ours == theta
        before, theta = theta, theta + mu * (theta - before) - lr * cubic(theta)
    assert x == y


@given(lr=positive, mu=interior, z_1=reals)
def test_z_is_ahead_of_the_heavy_ball(lr, mu, z_1):
    """By μ/(1−μ) (x − x⁻), as the docstring has it."""
    setting = momentum.from_heavy_ball(lr, mu)
    before = z_1
    for x, s in run(setting.method, z_1, setting.descent(cubic, Fraction), 4, Fraction):
        assert s.z - x == mu / (1 - mu) * (x - before)
        before = x


@given(lr=positive, mu=interior, nu=interior, z_1=reals)
def test_y_is_qhm(lr, mu, nu, z_1):
    """Exactly, by the recursion of its paper."""

    def qhm(theta, m, g):
        m = mu * m + (1 - mu) * g
        return theta - lr * ((1 - nu) * g + nu * m), m

    assert exactly(momentum.from_qhm(lr, mu, nu), z_1)[1] == textbook(qhm, z_1, 4)


@each
@given(mu_y=closed, gamma=positive)
def test_without_averaging_it_is_descent_for_every_mu_y(name, mu_y, gamma):
    """At μ_x = 0 there is a momentum method, that without momentum."""
    made, back, _ = MADE[name]
    method = GPA(Exponential(Fraction(0)), mu_y)
    found = back(method, gamma)
    assert found == {"lr": gamma, "momentum": 0}
    descent = textbook(lambda theta, m, g: (theta - gamma * g, m), Fraction(2), 4)
    assert exactly(made(**found), Fraction(2))[1] == descent
    assert [y for y, _ in run(method, Fraction(2), made(**found).descent(cubic), 4)] == descent


@each
@given(mu_x=interior, mu_y=closed)
def test_where_there_is_none_it_is_refused(name, mu_x, mu_y):
    """At any other μ_y, with the call and the rule."""
    back, right = MADE[name][1:]
    if mu_y == right(mu_x):
        back(GPA(Exponential(mu_x), mu_y), 1)
        return
    with pytest.raises(ValueError, match=rf"`to_{name}\(GPA.*: mu_y must (equal μ_x|be 1)"):
        back(GPA(Exponential(mu_x), mu_y), 1)


@pytest.mark.parametrize("back", [momentum.to_nesterov, momentum.to_heavy_ball, momentum.to_qhm])
def test_no_momentum_without_constants(back):
    """Schedule-Free has no constant μ_x, AC-SA no constant μ_y or γ either; γ < 0 is no step."""
    schedule = from_acsa(0.1)
    with pytest.raises(ValueError, match="averaging must be Exponential"):
        back(GPA(Uniform(), 1), 0.1)
    with pytest.raises(ValueError, match="averaging must be Exponential"):
        back(schedule.method, 0.1)
    with pytest.raises(ValueError, match=r"`to_.*mu_y must lie in \[0, 1\]"):
        back(Varying(Exponential(0.5), schedule.mu_y), 0.1)
    for gamma in (-0.1, schedule.gamma):
        with pytest.raises(ValueError, match=r"`to_.*gamma must lie in \[0, ∞\)"):
            back(GPA(Exponential(0.0), 0.0), gamma)


BAD = [
    ("from_nesterov", (-0.1, 0.9), "lr"),
    ("from_nesterov", (0.1, 1), "momentum"),
    ("from_nesterov", (0.1, -0.1), "momentum"),
    ("from_heavy_ball", (float("nan"), 0.9), "lr"),
    ("from_heavy_ball", (0.1, 1.0), "momentum"),
    ("from_qhm", (-1, 0.9, 0.7), "lr"),
    ("from_qhm", (1.0, 1.0, 0.7), "momentum"),
    ("from_qhm", (1.0, 0.9, 1.1), "nu"),
]


@pytest.mark.parametrize(("name", "arguments", "parameter"), BAD)
def test_bad_constants_are_refused(name, arguments, parameter):
    """With the name of the one that is wrong."""
    with pytest.raises(ValueError, match=rf"`{name}\(lr=.*\)`: {parameter} must lie in"):
        getattr(momentum, name)(*arguments)


@pytest.mark.parametrize("name", ["to_nesterov", "to_heavy_ball", "to_qhm"])
def test_what_is_no_gpa_is_refused(name):
    """By name, not by an attribute that it lacks."""
    with pytest.raises(ValueError, match="method must be a GPA"):
        getattr(momentum, name)(3, 1)
