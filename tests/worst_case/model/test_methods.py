"""The methods are what they are called, and bad constants are refused before any solve."""

from dataclasses import InitVar, dataclass
from fractions import Fraction

import pytest

from gpa_theory.core.averaging import Polynomial
from gpa_theory.core.recursion import GPA
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import (
    Averaged,
    DiLoCo,
    gpa,
    heavy_ball,
    nesterov,
    polyak_ruppert,
    sgd,
)

THIRD, HALF = Fraction(1, 3), Fraction(1, 2)


def slope(t, y):
    """Return a nonlinear, rational stand-in for a gradient."""
    return y * y / 4 + Fraction(t, 7)


def nesterov_outer(mu, inner, outer, H, rounds):
    """Return the outer parameters of DiLoCo as it is usually written: torch's Nesterov SGD."""
    theta, momentum, t, seen = Fraction(1), Fraction(0), 0, [Fraction(1)]
    for _ in range(rounds):
        w = theta
        for _ in range(H):
            t += 1
            w = w - inner * slope(t, w)
        pseudo = theta - w
        momentum = mu * momentum + pseudo
        theta = theta - outer * (pseudo + mu * momentum)
        seen.append(theta)
    return seen


@pytest.mark.parametrize("H", [1, 2, 3])
def test_diloco_is_the_usual_outer_loop(H):
    """GPA around H inner steps reproduces DiLoCo with a Nesterov outer step, exactly."""
    mu, inner, outer = Fraction(2, 5), Fraction(1, 8), Fraction(3, 4)
    trace = DiLoCo(mu, inner, outer, H).play(slope, Fraction(1), 3 * H + 1)
    assert list(trace.x[::H]) == nesterov_outer(mu, inner, outer, H, 3)
    assert len(trace.y) == 3 * H


def test_diloco_with_one_inner_step_is_gpa_at_y():
    """H = 1: the outer parameters are y of GPA with μ_x = μ_y = μ, γ = γ_in γ_out/(1−μ)."""
    mu, inner, outer = Fraction(2, 5), Fraction(1, 8), Fraction(3, 4)
    one = DiLoCo(mu, inner, outer, 1).play(slope, Fraction(1), 5)
    same = gpa(mu, mu, inner * outer / (1 - mu)).play(slope, Fraction(1), 6)
    assert one.x == same.y


def test_mu_x_zero_is_the_base():
    """Subgradient descent: x, y and z coincide."""
    trace = sgd(THIRD).play(slope, Fraction(1), 5)
    assert trace.x == trace.z
    assert trace.y == trace.x[:-1]


def test_heavy_ball_is_momentum():
    """μ_y = 1: x_{t+1} − x_t = μ(x_t − x_{t−1}) − (1−μ)γ g_t."""
    x = heavy_ball(Fraction(3, 5), THIRD).play(slope, Fraction(1), 6).x
    for t in range(2, 6):
        step = Fraction(3, 5) * (x[t - 1] - x[t - 2]) - Fraction(2, 5) * THIRD * slope(t, x[t - 1])
        assert x[t] == x[t - 1] + step


def test_nesterov_takes_gradients_ahead():
    """μ_x = μ_y: y_t = x_t + μ(x_t − x_{t−1})."""
    trace = nesterov(Fraction(3, 5), THIRD).play(slope, Fraction(1), 6)
    for t in range(1, 5):
        assert trace.y[t] == trace.x[t] + Fraction(3, 5) * (trace.x[t] - trace.x[t - 1])


def test_polyak_ruppert_is_the_running_mean():
    """x_T is the mean of z_1 … z_T, gradients at z."""
    trace = polyak_ruppert(THIRD).play(slope, Fraction(1), 4)
    assert trace.x[-1] == sum(trace.z) / 4
    assert trace.y == trace.z[:-1]


def test_step_schedules_are_followed():
    """γ_t moves z_t to z_{t+1}."""
    trace = gpa(HALF, HALF, [HALF, THIRD]).play(lambda t, y: Fraction(1), Fraction(1), 3)
    assert trace.z == (1, HALF, Fraction(1, 6))


def test_floats_stand_for_the_rationals_they_are():
    """No constant is rounded."""
    assert gpa(0.1, 0.2, 0.3).gamma == Fraction(0.3)
    assert gpa(0.1, 0.2, 0.3).method.averaging.coefficient(Fraction(2)) == 1 - Fraction(0.1)
    assert Averaged(GPA(Polynomial(1), 0.5), 0.3).method.averaging.r == 1


class Rounded:
    """An averaging whose coefficients are floats whatever it is asked with."""

    def coefficient(self, t):
        """Return a float."""
        return 0.5


@dataclass(frozen=True)
class Halved:
    """An averaging that its field alone does not determine."""

    c: float
    share: InitVar[float] = 0.5

    def __post_init__(self, share):
        object.__setattr__(self, "c", self.c * share)

    def coefficient(self, t):
        """Return c times the share, 1 at first."""
        return t / t if t == 1 else self.c


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: gpa(1, 0.5, 0.1), r"mu_x must lie in \[0, 1\)"),
        (lambda: gpa(0.5, 1.5, 0.1), r"mu_y must lie in \[0, 1\]"),
        (lambda: gpa(0.5, 0.5, 0), r"gamma must lie in \(0, ∞\)"),
        (lambda: gpa(0.5, 0.5, [0.1, -0.1]), r"gamma must lie in \(0, ∞\)"),
        (lambda: DiLoCo(1, 0.1, 1), r"mu must lie in \[0, 1\)"),
        (lambda: DiLoCo(0.5, 0, 1), "gamma_inner must lie"),
        (lambda: DiLoCo(0.5, 0.1, 1, 0), "inner_steps must be an integer"),
        (lambda: worst_case(DiLoCo(0.5, 0.1, 1, 2), 4), "1 plus a multiple"),
        (lambda: worst_case(gpa(0.5, 0.5, [0.1, 0.2]), 9), "γ_3 is asked for"),
        (lambda: worst_case(gpa(0.5, 0.5, [0.1]), 3), "γ_2 is asked for"),
        (lambda: Averaged(GPA(Rounded(), 0.5), 0.1), "rational coefficients"),
        (lambda: Averaged(GPA(Halved(0.5), 0.5), 0.1), "determined by its fields"),
        (lambda: FunctionClass(), "the worst case is infinite"),
        (lambda: FunctionClass(lipschitz=1, smoothness=1), "not both"),
        (lambda: FunctionClass(lipschitz=0), "lipschitz must lie"),
        (lambda: FunctionClass(smoothness=1, strong_convexity=1), "strong_convexity must lie"),
        (lambda: FunctionClass(lipschitz=1, strong_convexity=0.1), "needs smoothness"),
        (lambda: FunctionClass(lipschitz=1, radius=0), "radius must lie"),
        (lambda: worst_case(gpa(0.5, 0.5, 1), 3, "best"), "metric must be one of"),
        (lambda: worst_case(gpa(0.5, 0.5, 1), 0), "steps must be an integer"),
        (lambda: worst_case(DiLoCo(0.5, 0.1, 1), 3, "telescoped"), "constant μ_x"),
        (lambda: worst_case(polyak_ruppert(0.5), 3, "weighted"), "constant μ_x"),
        (lambda: worst_case(gpa(0.5, 0.5, 1), 3, solver="scs"), "solver must be one of"),
        (lambda: worst_case(gpa(0.5, 0.5, 1), 3, width=0), "width must lie"),
    ],
)
def test_bad_input_is_refused(call, words):
    """Infeasible or unbounded settings are named before any solve."""
    with pytest.raises(ValueError, match=words):
        call()
