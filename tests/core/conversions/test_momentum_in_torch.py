"""Nesterov and heavy ball beside torch's own, by `core.run` and by the project's optimizer."""

import pytest
import torch

from gpa_theory.core.conversions import momentum
from gpa_theory.optim import GPA
from tests.core.conversions.trajectories import FAR, apart, in_floats, of_torch
from tests.tolerances import PARITY_TORCH

LR = 0.06
MADE = {"nesterov": momentum.from_nesterov, "heavy_ball": momentum.from_heavy_ball}
REAL = {"nesterov": {"nesterov": True}, "heavy_ball": {}}
each = pytest.mark.parametrize("name", MADE)


def real(name, mu=0.9):
    how = REAL[name] if mu else {}  # torch has no Nesterov momentum of 0
    return lambda p: torch.optim.SGD(p, LR, momentum=mu, **how)


def around_sgd(setting):
    constants = {"mu_x": setting.mu_x, "mu_y": setting.mu_y}
    return lambda p: GPA(torch.optim.SGD(p, setting.gamma), **constants)


@each
@pytest.mark.parametrize("mu", [0.0, 0.3, 0.9])
def test_core_and_the_optimizer_are_torchs(name, mu):
    """The weights of torch.optim.SGD, of `core.run`'s y and of `optim.GPA` around SGD are one."""
    theirs, setting = of_torch(real(name, mu)), MADE[name](LR, mu)
    assert setting.kind == "identity"
    assert apart(in_floats(setting)[1], theirs) < PARITY_TORCH
    assert apart(of_torch(around_sgd(setting)), theirs) < PARITY_TORCH


@each
def test_another_setting_is_not_torchs(name):
    """Must fail: with lr in place of γ, or with the other method's μ_y."""
    theirs, setting = of_torch(real(name)), MADE[name](LR, 0.9)
    other = next(made for n, made in MADE.items() if n != name)
    unscaled = momentum.from_qhm(LR, 0.9, setting.mu_y)
    for wrong in (unscaled, other(LR, 0.9)):
        assert apart(in_floats(wrong)[1], theirs) > FAR


@each
def test_it_is_not_so_for_an_lr_that_changes(name):
    """Must fail: torch multiplies its whole buffer by the current lr, GPA each gradient by its."""
    setting = MADE[name](LR, 0.9)

    def halved(opt):
        return torch.optim.lr_scheduler.StepLR(opt, step_size=20, gamma=0.5)

    theirs = of_torch(real(name), scheduled=halved)
    ours = of_torch(around_sgd(setting), scheduled=halved)
    assert apart(ours[:20], theirs[:20]) < PARITY_TORCH
    assert apart(ours, theirs) > FAR
