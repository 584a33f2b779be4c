"""Schedule-Free and averages of weights: there and back, and beside the real implementations."""

from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from schedulefree import SGDScheduleFree
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from gpa_theory.core.averaging import Exponential, Polynomial, Uniform
from gpa_theory.core.conversions.averages import (
    from_ema,
    from_schedule_free,
    to_ema,
    to_schedule_free,
)
from gpa_theory.core.conversions.varying import Later, Varying
from gpa_theory.core.recursion import GPA, run
from gpa_theory.optim import GPA as TorchGPA
from gpa_theory.symbolic.schedule_free import PackageUniform
from tests.core.conversions.trajectories import FAR, apart, cubic, curved, in_floats, start
from tests.optim.builders import loss_of, net
from tests.strategies import closed, interior, positive, reals
from tests.tolerances import PARITY_TORCH

STEPS, LR, BETA = 40, 0.2, 0.8


@given(lr=positive, beta=closed, counts_start=st.booleans())
def test_schedule_free_there_and_back(lr, beta, counts_start):
    """In both conventions."""
    setting = from_schedule_free(lr, beta, counts_start=counts_start)
    given = {"lr": lr, "beta": beta, "counts_start": counts_start}
    assert to_schedule_free(setting.method, setting.gamma) == given
    assert setting.kind == "identity"
    assert setting.mu_x is None


def test_the_running_mean_has_two_names():
    """Polynomial decay of degree 0 is the running mean."""
    assert to_schedule_free(GPA(Polynomial(0), 0.9), 0.1)["counts_start"]


@given(lr=positive, beta=closed, z_1=reals)
def test_the_three_sequences_are_schedule_frees(lr, beta, z_1):
    """Exactly, by the recursion of the paper: x⁺ = (1 − 1/(t+1)) x + z⁺/(t+1)."""
    setting = from_schedule_free(lr, beta)
    x = z = z_1
    base = setting.descent(cubic, Fraction)
    for t, (ours, s) in enumerate(run(setting.method, z_1, base, 4, Fraction), start=1):
        y = (1 - beta) * z + beta * x
        assert (ours, s.x, s.z) == (y, x, z)
        z = z - lr * cubic(y)
        share = Fraction(1, t + 1)
        x = (1 - share) * x + share * z


def of_the_package():
    """Return the weights of `SGDScheduleFree` in training and in evaluation mode, step by step."""
    w = torch.nn.Parameter(start())
    opt, y, x = SGDScheduleFree([w], lr=LR, momentum=BETA, warmup_steps=0), [], []
    opt.train()
    for _ in range(STEPS):
        y.append(w.detach().clone())
        opt.eval()
        x.append(w.detach().clone())
        opt.train()
        w.grad = curved(w.detach())
        opt.step()
    return x, y


def test_the_package_leaves_the_start_out():
    """Both its weights are those of `counts_start=False`, and not the paper's."""
    x, y = of_the_package()
    ours = in_floats(from_schedule_free(LR, BETA, counts_start=False), STEPS)
    assert apart(ours[0], x) < PARITY_TORCH
    assert apart(ours[1], y) < PARITY_TORCH
    paper = in_floats(from_schedule_free(LR, BETA), STEPS)
    assert apart(paper[0], x) > FAR
    assert apart(paper[1], y) > FAR


@given(t=st.integers(min_value=1, max_value=50))
def test_the_packages_mean_is_the_one_of_the_proof(t):
    """`Later(Uniform())` is what `symbolic.schedule_free` proves things of."""
    theirs = PackageUniform().coefficient(Fraction(t))
    assert Later(Uniform()).coefficient(Fraction(t)) == theirs


@pytest.mark.parametrize("averaging", [Exponential(0.9), Polynomial(1), Later(Polynomial(1))])
def test_another_average_is_not_schedule_free(averaging):
    """It has no constant μ_x, and no growing weights."""
    with pytest.raises(ValueError, match="averaging must be Uniform"):
        to_schedule_free(GPA(averaging, 0.9), 0.1)


def test_schedule_free_refuses_what_is_no_step():
    """A negative γ, or a β outside [0, 1]."""
    with pytest.raises(ValueError, match=r"`to_schedule_free\(.*gamma must lie in \[0, ∞\)"):
        to_schedule_free(GPA(Uniform(), 0.9), -0.1)
    with pytest.raises(ValueError, match="beta must lie in"):
        from_schedule_free(0.1, 1.1)
    with pytest.raises(ValueError, match="lr must lie in"):
        from_schedule_free(-0.1, 0.9)


class Fading:
    """A gradient point that changes, which Schedule-Free's does not."""

    def at(self, t):
        return 1 / t


def test_schedule_free_has_a_constant_beta():
    """A μ_y that changes is refused."""
    with pytest.raises(ValueError, match=r"mu_y must lie in \[0, 1\]"):
        to_schedule_free(Varying(Uniform(), Fading()), 0.1)


@given(lr=positive, decay=interior)
def test_ema_there_and_back(lr, decay):
    """Exactly."""
    setting = from_ema(lr, decay)
    assert to_ema(setting.method, setting.gamma) == {"lr": lr, "decay": decay}
    assert from_ema(**to_ema(setting.method, setting.gamma)) == setting


@given(lr=positive, decay=interior, z_1=reals)
def test_the_base_runs_alone_and_x_averages_it(lr, decay, z_1):
    """Exactly: y = z is w⁺ = w − lr g(w), and x is e⁺ = decay e + (1 − decay) w⁺."""
    setting = from_ema(lr, decay)
    w = e = z_1
    base = setting.descent(cubic, Fraction)
    for y, s in run(setting.method, z_1, base, 4, Fraction):
        assert (y, s.z, s.x) == (w, w, e)
        w = w - lr * cubic(w)
        e = decay * e + (1 - decay) * w


BASES = {
    "SGD": lambda p, lr: torch.optim.SGD(p, lr, momentum=0.5),
    "AdamW": lambda p, lr: torch.optim.AdamW(p, lr),
}


def stepped(model, opt, t):
    opt.zero_grad()
    loss_of(model, t).backward()
    opt.step()


def flat(model):
    return torch.nn.utils.parameters_to_vector(model.parameters()).detach().clone()


def averaged_model(make, decay, first):
    """Return the averages that torch's own tool keeps, told of the start if `first`."""
    model = net()
    opt, found = make(model.parameters(), 1e-2), []
    kept = AveragedModel(model, multi_avg_fn=get_ema_multi_avg_fn(decay))
    if first:
        kept.update_parameters(model)
    for t in range(STEPS):
        stepped(model, opt, t)
        kept.update_parameters(model)
        found.append(flat(kept.module))
    return found


def by_gpa(make, setting):
    model = net()
    base = make(model.parameters(), setting.gamma)
    opt, found = TorchGPA(base, mu_x=setting.mu_x, mu_y=setting.mu_y), []
    for t in range(STEPS):
        stepped(model, opt, t)
        with opt.averaged():
            found.append(flat(model))
    return found


@pytest.mark.parametrize("base", BASES)
def test_x_is_the_averaged_model(base):
    """On a network, if it is told of the weights before training; and else it is not."""
    ours = by_gpa(BASES[base], from_ema(1e-2, 0.9))
    assert apart(ours, averaged_model(BASES[base], 0.9, first=True)) < PARITY_TORCH
    assert apart(ours, averaged_model(BASES[base], 0.9, first=False)) > FAR


@given(mu_y=closed)
def test_an_ema_of_decay_0_is_the_base_for_every_mu_y(mu_y):
    """At μ_x = 0 nothing is averaged."""
    assert to_ema(GPA(Exponential(0), mu_y), 1) == {"lr": 1, "decay": 0}


@given(mu_x=interior, mu_y=interior)
def test_an_average_that_feeds_back_is_no_ema(mu_x, mu_y):
    """Refused for every μ_y > 0 where there is an average."""
    with pytest.raises(ValueError, match=r"`to_ema\(GPA.*: mu_y must be 0"):
        to_ema(GPA(Exponential(mu_x), mu_y), 1)


@pytest.mark.parametrize(("lr", "decay", "parameter"), [(-1, 0.9, "lr"), (0.1, 1, "decay")])
def test_ema_refuses(lr, decay, parameter):
    """With the name of the one that is wrong."""
    with pytest.raises(ValueError, match=rf"`from_ema\(.*\)`: {parameter} must lie in"):
        from_ema(lr, decay)
