"""GPA with uniform averaging is Schedule-Free, the `schedulefree` package one step later."""

import pytest
import torch
from schedulefree import AdamWScheduleFree, SGDScheduleFree
from torch.optim import SGD, AdamW

from gpa_theory.core.averaging import Averaging, Polynomial, Uniform
from gpa_theory.optim import GPA
from tests.optim.builders import net, train, weights
from tests.tolerances import PARITY_TORCH

MU_Y, STEPS = 0.8, 20


def package(kind, model, r=0.0):
    """Return the package's optimizer in training mode; its steps do not depend on lr's history."""
    if kind is SGD:
        opt = SGDScheduleFree(model.parameters(), lr=0.1, momentum=MU_Y, r=r)
    else:
        opt = AdamWScheduleFree(model.parameters(), lr=1e-2, betas=(MU_Y, 0.99), r=r)
    opt.train()
    return opt


def base(kind, model):
    if kind is SGD:
        return SGD(model.parameters(), lr=0.1)
    return AdamW(model.parameters(), lr=1e-2, betas=(0.0, 0.99), weight_decay=0.0)


def read(model, opt):
    """Return y and x."""
    y = weights(model)
    opt.eval()
    x = weights(model)
    opt.train()
    return y + x


def worst(a, b):
    return max(float((p - q).abs().max()) for p, q in zip(a, b, strict=True))


def largest_difference(kind, averaging: Averaging, later, r=0.0):
    """Return how far y and x of GPA are from the package's, GPA begun `later` or at once."""
    model, other = net(), net()
    theirs, inner = package(kind, other, r), base(kind, model)
    train(other, theirs, later)
    train(model, inner, later)
    ours = GPA(base(kind, model), averaging=averaging, mu_y=MU_Y)
    ours.load_state_dict(inner.state_dict())
    found = 0.0
    for t in range(later, STEPS):
        train(model, ours, 1, first=t)
        train(other, theirs, 1, first=t)
        found = max(found, worst(read(model, ours), read(other, theirs)))
    return found


@pytest.mark.parametrize("kind", [SGD, AdamW])
@pytest.mark.parametrize(("averaging", "r"), [(Uniform(), 0.0), (Polynomial(1), 1.0)])
def test_one_base_step_later_they_are_equal(kind, averaging, r):
    """The package gives z_1 weight 0: after one step of the base alone, y and x agree for ever.

    Its polynomial weights n^r are `Polynomial(r)` for r = 0 and r = 1.
    """
    assert largest_difference(kind, averaging, later=1, r=r) <= PARITY_TORCH


@pytest.mark.parametrize("kind", [SGD, AdamW])
def test_begun_at_once_they_differ(kind):
    """GPA's `Uniform` counts z_1."""
    assert largest_difference(kind, Uniform(), later=0) > 1e3 * PARITY_TORCH


def test_other_degrees_are_not_the_packages():
    """n² is no binomial coefficient: `Polynomial(2)` is another average."""
    assert largest_difference(SGD, Polynomial(2), later=1, r=2.0) > 1e3 * PARITY_TORCH


def test_the_packages_x_is_the_mean_after_the_start():
    """Its x after T steps is the mean of z_2 … z_{T+1}, moved by the gradients it was given."""
    model, other = net(), net()
    theirs, inner = package(SGD, other), base(SGD, model)
    total = [torch.zeros_like(p) for p in model.parameters()]
    for t in range(STEPS):
        train(other, theirs, 1, first=t)
        for p, q in zip(model.parameters(), other.parameters(), strict=True):
            p.grad = q.grad.clone()
        inner.step()
        total = [s + p.detach() for s, p in zip(total, model.parameters(), strict=True)]
    theirs.eval()
    assert worst([s / STEPS for s in total], weights(other)) <= PARITY_TORCH
