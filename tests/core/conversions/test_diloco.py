"""DiLoCo: an identity for one inner step, and for more where the words say so and nowhere else."""

from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.conversions.diloco import from_diloco, root, to_diloco
from gpa_theory.core.recursion import GPA, run
from gpa_theory.optim import GPA as TorchGPA
from gpa_theory.optim import DiLoCo, matching_diloco
from tests.core.conversions.trajectories import FAR, apart, cubic, of_torch
from tests.strategies import interior, positive, reals
from tests.tolerances import OPEN_LOOP, PARITY_TORCH

HALF = Fraction(1, 2)
roots = st.fractions(min_value=Fraction(1, 5), max_value=Fraction(4, 5), max_denominator=5)
counts = st.integers(min_value=1, max_value=4)


def anchors(setting, gradient, blocks, start):
    """Yield (weights, anchor) before every inner step of DiLoCo, in the arithmetic of `start`."""
    inner_lr, outer_lr, mu, steps, nesterov = setting
    anchor, buffer = start, 0 * start
    for block in range(blocks):
        theta = anchor
        for k in range(steps):
            yield theta, anchor
            theta = theta - inner_lr * gradient(block * steps + k, theta)
        moved = anchor - theta
        buffer = mu * buffer + moved
        anchor = anchor - outer_lr * (moved + mu * buffer if nesterov else buffer)
    yield anchor, anchor


def ours(converted, gradient, steps, start, number=Fraction):
    """Return the list of y_1 … y_{T+1} of `core.run`."""
    base = lambda t, z, y: z - converted.gamma * gradient(t - 1, y)  # noqa: E731
    return [y for y, _ in run(converted.method, start, base, steps + 1, number)]


@given(inner=positive, outer=positive, mu_x=roots, steps=counts, nesterov=st.booleans())
def test_there_and_back(inner, outer, mu_x, steps, nesterov):
    """Exactly where μ has a rational root, for Nesterov's momentum and for plain."""
    setting = from_diloco(inner, outer, mu_x**steps, steps, nesterov=nesterov)
    assert setting.mu_x == mu_x
    assert setting.inner_steps == steps
    found = to_diloco(setting.method, setting.gamma, inner_steps=steps, outer_lr=outer)
    given = {"inner_lr": inner, "outer_lr": outer, "momentum": mu_x**steps}
    assert found == {**given, "inner_steps": steps, "nesterov": nesterov}
    assert from_diloco(**found) == setting


@pytest.mark.parametrize("mu", [0.3, 0.9, 0.95])
@pytest.mark.parametrize("steps", [1, 7, 30])
def test_floats_come_back_too(mu, steps):
    """The μ_x of the rule is found to be that of its μ_y, bit for bit."""
    setting = from_diloco(0.01, 0.7, mu, steps)
    found = to_diloco(setting.method, setting.gamma, inner_steps=steps, outer_lr=0.7)
    assert found["momentum"] == mu
    assert found["inner_lr"] == pytest.approx(0.01, rel=OPEN_LOOP)


@given(whole=st.fractions(min_value=0, max_value=3, max_denominator=40), degree=counts)
def test_a_rational_root_is_found(whole, degree):
    """As a Fraction; another root is a float."""
    assert root(whole**degree, degree) == whole
    assert isinstance(root(whole**degree, degree), Fraction)
    assert root(HALF, 2) == 0.5**0.5


@given(inner=positive, outer=positive, mu=interior, nesterov=st.booleans(), start=reals)
def test_one_inner_step_is_an_identity(inner, outer, mu, nesterov, start):
    """Exactly, in a closed loop: y_t is the anchor."""
    setting = from_diloco(inner, outer, mu, 1, nesterov=nesterov)
    gradient = lambda t, w: cubic(w)  # noqa: E731
    path = anchors((inner, outer, mu, 1, nesterov), gradient, 3, start)
    assert setting.kind == "identity"
    assert ours(setting, gradient, 3, start) == [anchor for _, anchor in path]


@given(inner=positive, steps=counts, nesterov=st.booleans(), start=reals)
def test_no_outer_optimizer_is_an_identity(inner, steps, nesterov, start):
    """Exactly: y_t is the weights of the worker, if outer steps take it where it already is."""
    setting = from_diloco(inner, 1, Fraction(0), steps, nesterov=nesterov)
    gradient = lambda t, w: cubic(w) + t % 2  # noqa: E731
    path = anchors((inner, 1, 0, steps, nesterov), gradient, 1, start)
    assert setting.kind == "identity"
    assert ours(setting, gradient, steps, start) == [theta for theta, _ in path]


@given(mu_x=roots, outer=positive, steps=st.integers(2, 4), nesterov=st.booleans())
def test_increments_that_open_a_block_are_met_exactly(mu_x, outer, steps, nesterov):
    """What the words of the heuristic say: at the ends of blocks y is the anchor."""
    setting = from_diloco(HALF, outer, mu_x**steps, steps, nesterov=nesterov)
    gradient = lambda t, w: Fraction(t + 1 if t % steps == 0 else 0)  # noqa: E731
    path = anchors((HALF, outer, mu_x**steps, steps, nesterov), gradient, 3, Fraction(1))
    assert setting.kind == "heuristic"
    ends = [anchor for _, anchor in path][::steps]
    assert ours(setting, gradient, 3 * steps, Fraction(1))[::steps] == ends


@given(mu_x=roots, outer=positive, steps=st.integers(2, 4), nesterov=st.booleans())
def test_other_increments_are_not(mu_x, outer, steps, nesterov):
    """Must fail: an increment at the second step of a block already tells them apart."""
    setting = from_diloco(HALF, outer, mu_x**steps, steps, nesterov=nesterov)
    gradient = lambda t, w: Fraction(int(t == 1))  # noqa: E731
    *_, (_, anchor) = anchors((HALF, outer, mu_x**steps, steps, nesterov), gradient, 1, Fraction(1))
    assert ours(setting, gradient, steps, Fraction(1))[-1] != anchor


def both(steps, outer_lr, mu, nesterov=True):
    """Return the weights of `optim.DiLoCo` and of `optim.GPA` with the constants of `core`."""
    how = {"inner_steps": steps, "outer_lr": outer_lr, "outer_momentum": mu, "nesterov": nesterov}
    rule = from_diloco(0.02, outer_lr, mu, steps, nesterov=nesterov)
    sgd = torch.optim.SGD
    theirs = of_torch(lambda p: DiLoCo(sgd(p, 0.02), **how))
    made = of_torch(lambda p: TorchGPA(sgd(p, rule.gamma), mu_x=rule.mu_x, mu_y=rule.mu_y))
    assert apart(of_torch(lambda p: matching_diloco(sgd(p, 0.02), **how)), made) < PARITY_TORCH
    return theirs, made, rule.kind


CLOSED = [(1, 0.7, 0.9, True), (1, 0.7, 0.9, False), (4, 1.0, 0.0, True)]


@pytest.mark.parametrize("case", CLOSED)
def test_an_identity_is_the_optimizers(case):
    """`optim.DiLoCo`'s weights are `optim.GPA`'s, in a closed loop, float64."""
    theirs, made, kind = both(*case)
    assert kind == "identity"
    assert apart(made, theirs) < PARITY_TORCH


@pytest.mark.parametrize("case", [(4, 0.7, 0.9), (4, 0.7, 0.0), (2, 1.0, 0.5)])
def test_a_heuristic_is_not(case):
    """Must fail: with gradients in the loop the ends of blocks part."""
    theirs, made, kind = both(*case)
    assert kind == "heuristic"
    assert apart(made[:: case[0]], theirs[:: case[0]]) > FAR


def test_without_averaging_there_is_one_for_every_mu_y():
    """At μ_x = 0: DiLoCo without outer momentum."""
    found = to_diloco(GPA(Exponential(0), HALF), 1, inner_steps=3, outer_lr=1)
    assert found["momentum"] == 0
    assert from_diloco(**found).mu_x == 0


REFUSED = [
    (GPA(Exponential(HALF), HALF), 1, 2, 1, r"mu_x must be 0.7071\d* = μ_y\^\(1/2\)"),
    (GPA(Exponential(HALF), HALF), 1, 0, 1, "inner_steps must be an integer ≥ 1"),
    (GPA(Exponential(HALF), HALF), 1, 1, 0, r"outer_lr must lie in \(0, ∞\)"),
    (GPA(Exponential(HALF), HALF), -1, 1, 1, r"gamma must lie in \[0, ∞\)"),
    (GPA(Uniform(), HALF), 1, 1, 1, "averaging must be Exponential"),
]


@pytest.mark.parametrize(("method", "gamma", "steps", "outer", "rule"), REFUSED)
def test_where_there_is_none_it_is_refused(method, gamma, steps, outer, rule):
    """With the μ_x that would do."""
    with pytest.raises(ValueError, match=rf"`to_diloco\(.*\)`: {rule}"):
        to_diloco(method, gamma, inner_steps=steps, outer_lr=outer)


BAD = [
    ((-1, 0.7, 0.9, 8), "inner_lr must lie in"),
    ((0.1, -1, 0.9, 8), "outer_lr must lie in"),
    ((0.1, 0.7, 1, 8), "momentum must lie in"),
    ((0.1, 0.7, 0.9, 2.5), "inner_steps must be an integer ≥ 1"),
]


@pytest.mark.parametrize(("arguments", "rule"), BAD)
def test_bad_constants_are_refused(arguments, rule):
    """With the name of the one that is wrong."""
    with pytest.raises(ValueError, match=rf"`from_diloco\(.*\)`: {rule}"):
        from_diloco(*arguments)
