"""μ_y, or c, changed between two steps: y is opened with the old one and closed with the new one.

The twin is three sequences in Fractions, on the line, with the base step z⁺ = z − γ g.
"""

from fractions import Fraction

import pytest
import torch
from torch import nn
from torch.optim import SGD

from gpa_theory.optim import GPA
from tests.tolerances import PARITY_FLOAT64

OLD, NEW = Fraction(3, 4), Fraction(1, 4)
GAMMA, C = Fraction(1, 8), Fraction(1, 2)
SLOPES = [Fraction(1), Fraction(-2), Fraction(1, 2), Fraction(3)]


def twin(mu_ys):
    """Return (x, y, z) after one step with each μ_y, from z = 1."""
    x = y = z = Fraction(1)
    for mu_y, slope in zip(mu_ys, SLOPES, strict=False):
        z -= GAMMA * slope
        x = (1 - C) * x + C * z
        y = mu_y * x + (1 - mu_y) * z
    return x, y, z


def stepped(opt, w, mu_ys, first=0):
    for mu_y, slope in zip(mu_ys, SLOPES[first:], strict=False):
        opt.param_groups[0]["mu_y"] = float(mu_y)
        w.grad = torch.full_like(w, float(slope))
        opt.step()


def made(dtype=torch.float64, state_dtype=None):
    w = nn.Parameter(torch.ones(3, dtype=dtype))
    how = {"state_dtype": state_dtype} if state_dtype else {}
    return w, GPA(SGD([w], lr=float(GAMMA)), mu_x=float(1 - C), mu_y=float(OLD), **how)


def points(opt, w):
    y = w.detach().clone()
    with opt.averaged():
        x = w.detach().clone()
    return x.tolist(), y.tolist()


@pytest.mark.parametrize("mu_ys", [[OLD, NEW], [OLD, OLD, NEW, OLD], [NEW, OLD, NEW]])
def test_a_changed_mu_y_moves_y_and_nothing_else(mu_ys):
    """X and z are those of the run with the old constant; y is mixed with the new one."""
    w, opt = made()
    stepped(opt, w, mu_ys)
    x, y, _ = twin(mu_ys)
    found = points(opt, w)
    assert found[0] == pytest.approx([float(x)] * 3, rel=PARITY_FLOAT64)
    assert found[1] == pytest.approx([float(y)] * 3, rel=PARITY_FLOAT64)


@pytest.mark.parametrize("dtype", [torch.float64, torch.bfloat16])
def test_a_step_that_fails_after_a_change_leaves_y_where_it_was(dtype):
    """The base raises at once: y, opened with the old μ_y, is closed with the old one too."""
    w, opt = made(dtype)
    stepped(opt, w, [OLD, OLD])
    before = points(opt, w)

    def fail():
        raise ArithmeticError("base")

    opt.base.step = fail
    with pytest.raises(ArithmeticError):
        stepped(opt, w, [NEW], first=2)
    del opt.base.step
    after = points(opt, w)
    for was, now in zip(before, after, strict=True):
        assert now == pytest.approx(was, rel=PARITY_FLOAT64)
    if dtype == torch.float64:
        stepped(opt, w, [NEW], first=2)
        x, y, _ = twin([OLD, OLD, NEW])
        found = points(opt, w)
        assert found[0] == pytest.approx([float(x)] * 3, rel=PARITY_FLOAT64)
        assert found[1] == pytest.approx([float(y)] * 3, rel=PARITY_FLOAT64)


def test_a_step_that_fails_halfway_after_a_change():
    """What the base has moved keeps the move in z; x stays, and y lies between as before."""
    w, opt = made()
    stepped(opt, w, [OLD, OLD])
    x, y, _ = twin([OLD, OLD])

    def fail():
        w.add_(1.0)
        raise ArithmeticError("base")

    opt.base.step = fail
    with pytest.raises(ArithmeticError):
        stepped(opt, w, [NEW], first=2)
    found = points(opt, w)
    assert found[0] == pytest.approx([float(x)] * 3, rel=PARITY_FLOAT64)
    assert found[1] == pytest.approx([float(y + (1 - OLD))] * 3, rel=PARITY_FLOAT64)


def test_delta_in_bfloat16_is_mixed_with_the_new_mu_y():
    """Numbers that bfloat16 holds exactly round to themselves, so the twin is met exactly."""
    w, opt = made(torch.float32, torch.bfloat16)
    stepped(opt, w, [OLD, NEW])
    x, y, _ = twin([OLD, NEW])
    assert points(opt, w) == ([float(x)] * 3, [float(y)] * 3)
