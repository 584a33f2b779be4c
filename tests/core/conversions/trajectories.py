"""Trajectories to compare: `core.run` in Fractions and in floats, and a torch optimizer's."""

from fractions import Fraction

import torch

from gpa_theory.core.recursion import run

STEPS = 60
FAR = 1e-3  # by which a wrong method must miss


def cubic(w):
    """Return a gradient that is not linear, in Fractions."""
    return w * w * w / 16 - w / 3 + Fraction(1, 5)


def curved(w):
    """Return a gradient that is not linear, in three coupled coordinates."""
    return torch.sin(2 * w) + 0.2 * w.roll(1) - 0.1 * w**3 / (1 + w @ w)


def start():
    """Return z_1 in float64."""
    return torch.tensor([1.0, -0.7, 0.4], dtype=torch.float64)


def _lists(found):
    found = list(found)
    return [s.x for _, s in found], [y for y, _ in found]


def exactly(setting, z_1, steps=4):
    """Return the lists of x_t and y_t of `core.run`, in Fractions."""
    return _lists(run(setting.method, z_1, setting.descent(cubic, Fraction), steps, Fraction))


def in_floats(setting, steps=STEPS):
    """Return the lists of x_t and y_t of `core.run` on tensors."""
    return _lists(run(setting.method, start(), setting.descent(curved), steps))


def of_torch(make, steps=STEPS, scheduled=None):
    """Return the weights of a torch optimizer before every step, gradients taken there."""
    w = torch.nn.Parameter(start())
    opt, found = make([w]), []
    schedule = scheduled(opt) if scheduled else None
    for _ in range(steps):
        found.append(w.detach().clone())
        w.grad = curved(w.detach())
        opt.step()
        if schedule:
            schedule.step()
    return found


def apart(ours, theirs):
    """Return the largest difference of two lists of tensors."""
    return max(float((a - b).abs().max()) for a, b in zip(ours, theirs, strict=True))
