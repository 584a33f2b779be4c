"""GPA as a lecture shows it, GPA as one uses it and core's recursion: one law for every base."""

import copy
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given

from gpa_theory.core.averaging import Exponential, Polynomial, Uniform
from gpa_theory.core.recursion import GPA as Recursion
from gpa_theory.core.recursion import run
from gpa_theory.optim import GPA
from gpa_theory.optim.reference import ReferenceGPA
from tests.optim.bases import configurations, gradients, start_of
from tests.strategies import averagings, interior
from tests.tolerances import PARITY_TORCH

STEPS = 12
KINDS = {
    "uniform": lambda random: Uniform(),
    "polynomial": lambda random: Polynomial(random.uniform(0.1, 4.0)),
    "exponential": lambda random: Exponential(random.uniform(0.05, 0.95)),
}


def parameters(start):
    return [torch.nn.Parameter(w.clone()) for w in start]


def off(got, expected):
    """Return the largest difference relative to the largest entry."""
    scale = max(float(w.abs().max()) for w in expected) + 1e-300
    pairs = zip(got, expected, strict=True)
    return max(float((a - b).detach().abs().max()) for a, b in pairs) / scale


def difference(make, start, averaging, mu_y, sparse=False):
    """Return the largest difference of y and of x between GPA and the reference, over a run."""
    plain, fast = parameters(start), parameters(start)
    reference = ReferenceGPA(make(plain), averaging, mu_y)
    opt, worst = GPA(make(fast), averaging=averaging, mu_y=mu_y), 0.0
    for t in range(1, STEPS + 1):
        for weights in (plain, fast):
            for w, g in zip(weights, gradients(weights, t, sparse), strict=True):
                w.grad = g
        reference.step()
        opt.step()
        worst = max(worst, off(fast, plain))
        with opt.averaged():
            worst = max(worst, off(fast, reference.x))
    return worst


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("info", "kwargs"), list(configurations()))
def test_gpa_is_the_reference_around_every_base(info, kwargs, kind, request):
    """The y and x of `GPA` are those of the three sequences; interior μ_x and μ_y, float64."""
    random = np.random.default_rng(list(request.node.callspec.id.encode()))
    averaging, mu_y = KINDS[kind](random), random.uniform(0.05, 0.95)

    def make(weights):
        return info.optim_cls(weights, **copy.deepcopy(kwargs))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # torch warns about some of its own options
        worst = difference(make, start_of(info), averaging, mu_y, info.only_supports_sparse_grads)
    assert worst <= PARITY_TORCH


@given(averaging=averagings, mu_y=interior)
def test_the_reference_is_the_recursion_of_core(averaging, mu_y):
    """`core.run` around the same base visits the same y, x and z."""
    averaging, mu_y = in_floats(averaging), float(mu_y)
    start = torch.randn(7, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    weight, alone = torch.nn.Parameter(start.clone()), torch.nn.Parameter(start.clone())
    opt = ReferenceGPA(adamw([weight]), averaging, mu_y)
    base = adamw([alone])

    def moved(t, z, y):
        (alone.grad,) = gradients([y], t, sparse=False)
        base.step()
        return alone.detach().clone()

    for t, (y, s) in enumerate(run(Recursion(averaging, mu_y), start, moved, STEPS), start=1):
        pairs = ((weight, y), (opt.x[0], s.x), (opt.z[0], s.z))
        assert max(off([a], [b]) for a, b in pairs) <= PARITY_TORCH
        (weight.grad,) = gradients([weight], t, sparse=False)
        opt.step()


def adamw(weights):
    return torch.optim.AdamW(weights, lr=1e-2, weight_decay=0.1)


def in_floats(averaging):
    """Return the averaging with a float for its parameter, if it has one."""
    return type(averaging)(
        *(float(getattr(averaging, name)) for name in averaging.__dataclass_fields__)
    )


def test_the_law_can_fail():
    """The share c_t in place of c_{t+1} is seen."""

    class Late(ReferenceGPA):
        def step(self):
            self.t -= 1
            super().step()
            self.t += 1

    start = [torch.ones(3, dtype=torch.float64)]
    plain, late = parameters(start), parameters(start)
    runs = [
        ReferenceGPA(adamw(plain), Uniform(), 0.5),
        Late(adamw(late), Uniform(), 0.5),
    ]
    for t in range(1, 4):
        for opt in runs:
            for w, g in zip(opt.y, gradients(opt.y, t, sparse=False), strict=True):
                w.grad = g
            opt.step()
    assert off(late, plain) > PARITY_TORCH


def test_x_is_in_place_inside_the_block_only():
    """`averaged()` shows x, and gives y back bit for bit."""
    (w,) = weights = parameters([torch.ones(3, dtype=torch.float64)])
    opt = ReferenceGPA(adamw(weights), Exponential(0.9), 0.3)
    w.grad = torch.ones_like(w)
    opt.step()
    y = w.detach().clone()
    with opt.averaged():
        assert torch.equal(w, opt.x[0])
        assert not torch.equal(w, y)
    assert torch.equal(w, y)


def test_mu_y_out_of_range_is_refused():
    """The call, the parameter and the rule are named."""
    with pytest.raises(ValueError, match=r"`ReferenceGPA\(mu_y=1.5\)`: mu_y must lie in \[0, 1\]"):
        ReferenceGPA(adamw(parameters([torch.ones(1)])), Uniform(), 1.5)
