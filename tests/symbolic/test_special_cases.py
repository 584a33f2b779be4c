"""Textbook methods inside GPA, against torch and the schedulefree package; wrong ones refused."""

from fractions import Fraction
from itertools import pairwise

import pytest
import torch
from schedulefree import SGDScheduleFree

from gpa_theory.core.averaging import Exponential, Uniform, shares
from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.gram import basis
from gpa_theory.core.recursion import GPA, run
from gpa_theory.symbolic import schedule_free, special_cases
from gpa_theory.symbolic.engine.symbols import gamma
from gpa_theory.symbolic.schedule_free import PackageUniform
from gpa_theory.symbolic.special_cases import MU_X
from tests.tolerances import PARITY_TORCH

STEPS, STEP = 60, 0.3
FAR = 1e-3  # by which a wrong method must miss


def gradient(w):
    """Return a gradient that is not linear, in three coupled coordinates."""
    return torch.sin(2 * w) + 0.2 * w.roll(1) - 0.1 * w**3 / (1 + w @ w)


def start():
    return torch.tensor([1.0, -0.7, 0.4], dtype=torch.float64)


def gpa(averaging, mu_y, steps=STEPS, z_1=None, step=STEP):
    """Return the lists of x_t and y_t of GPA around SGD, by `core.run` on tensors."""
    z_1 = start() if z_1 is None else z_1
    base = lambda t, z, y: z - step * gradient(y)  # noqa: E731
    found = list(run(GPA(averaging, mu_y), z_1, base, steps))
    return [s.x for _, s in found], [y for y, _ in found]


def of_torch(make, steps=STEPS):
    """Return the list of a torch optimizer's parameters, gradients taken where they stand."""
    w = torch.nn.Parameter(start())
    opt, found = make([w]), []
    if hasattr(opt, "train"):
        opt.train()
    for _ in range(steps):
        found.append(w.detach().clone())
        w.grad = gradient(w.detach())
        opt.step()
    return found


def apart(ours, theirs):
    return max(float((a - b).abs().max()) for a, b in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("mu", [0.3, 0.9])
def test_y_is_torchs_nesterov(mu):
    """μ_x = μ_y = μ: y is torch.optim.SGD(nesterov=True, lr=(1−μ)γ); x is not."""
    make = lambda p: torch.optim.SGD(p, lr=(1 - mu) * STEP, momentum=mu, nesterov=True)  # noqa: E731
    x, y = gpa(Exponential(mu), mu)
    assert apart(y, of_torch(make)) < PARITY_TORCH
    assert apart(x, of_torch(make)) > FAR


@pytest.mark.parametrize("mu", [0.3, 0.9])
def test_x_is_torchs_heavy_ball(mu):
    """μ_y = 1: x = y is torch.optim.SGD(momentum=μ_x, lr=(1−μ_x)γ); with lr = γ it is not."""
    make = lambda lr: lambda p: torch.optim.SGD(p, lr=lr, momentum=mu)  # noqa: E731
    x, y = gpa(Exponential(mu), 1.0)
    assert apart(x, y) == 0
    assert apart(x, of_torch(make((1 - mu) * STEP))) < PARITY_TORCH
    assert apart(x, of_torch(make(STEP))) > FAR


def test_y_is_quasi_hyperbolic_momentum():
    """At μ_x = 0.95, μ_y = 0.7, y is QHM with β = μ_x, ν = μ_y, α = γ."""
    theta, m, found = start(), torch.zeros(3, dtype=torch.float64), []
    for _ in range(STEPS):
        found.append(theta)
        m = 0.95 * m + 0.05 * gradient(theta)
        theta = theta - STEP * (0.3 * gradient(theta) + 0.7 * m)
    assert apart(gpa(Exponential(0.95), 0.7)[1], found) < PARITY_TORCH
    assert apart(gpa(Exponential(0.95), 0.6)[1], found) > FAR


def test_x_is_momentum_with_its_gradient_ahead():
    """At μ_x = 0.8, μ_y = 0.6: x⁺ = x + μ_x v − (1−μ_x)γ g(x + ω v), ω = (1−μ_y)μ_x/(1−μ_x)."""
    (x, y), omega = gpa(Exponential(0.8), 0.6), 0.4 * 0.8 / 0.2
    v, found = torch.zeros(3, dtype=torch.float64), [start()]
    for _ in range(STEPS - 1):
        v = 0.8 * v - 0.2 * STEP * gradient(found[-1] + omega * v)
        found.append(found[-1] + v)
    assert apart(x, found) < PARITY_TORCH
    steps = [torch.zeros(3), *(b - a for a, b in pairwise(x))]
    assert apart(y, [a + omega * v for a, v in zip(x, steps, strict=True)]) < PARITY_TORCH


def test_package_uniform_is_what_the_package_runs():
    """Its y is `SGDScheduleFree`'s weights in training mode, and `Uniform`'s is not."""
    make = lambda p: SGDScheduleFree(p, lr=STEP, momentum=0.8, warmup_steps=0)  # noqa: E731
    theirs = of_torch(make)
    assert apart(gpa(PackageUniform(), 0.8)[1], theirs) < PARITY_TORCH
    assert apart(gpa(Uniform(), 0.8)[1], theirs) > FAR


def test_the_package_is_the_paper_one_step_later():
    """From z_1 − γ g(z_1), `Uniform` gives what `PackageUniform` gives from z_1, a step later."""
    theirs = gpa(PackageUniform(), 0.8)
    ours = gpa(Uniform(), 0.8, STEPS - 1, start() - STEP * gradient(start()))
    for paper, package in zip(ours, theirs, strict=True):
        assert apart(paper, package[1:]) < PARITY_TORCH


def test_package_uniform_gives_the_first_iterate_no_weight():
    """Shares 0, 1/4, …, 1/4 for T = 5, and c_1 = 1."""
    quarter = Fraction(1, 4)
    assert shares(PackageUniform(), 5, Fraction) == [0, quarter, quarter, quarter, quarter]
    assert PackageUniform().coefficient(Fraction(1)) == 1


WRONG = {
    "a heavy ball of step γ": ("LR", gamma),
    "momentum of twice the step": ("LR", 2 * (1 - MU_X) * gamma),
}


@pytest.mark.parametrize(("name", "value"), WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("prove", [special_cases.heavy_ball, special_cases.extrapolated_momentum])
def test_a_wrong_step_is_refused(prove, name, value, monkeypatch):
    """The learning rate of the textbook method is (1−μ_x)γ and nothing else."""
    monkeypatch.setattr(special_cases, name, value)
    with pytest.raises(CertificateError, match="residual"):
        prove().check()


def test_torchs_nesterov_at_another_step_is_refused():
    """Its learning rate is (1−μ)γ, not γ; DiLoCo's γ is γ_in γ_out/(1−μ), not their product."""
    gamma_in, gamma_out = special_cases.GAMMA_IN, special_cases.GAMMA_OUT
    for constants in ((1, gamma, gamma), (gamma_in, gamma_out, gamma_in * gamma_out)):
        with pytest.raises(CertificateError, match="residual"):
            special_cases.torch_nesterov(*constants).check()


def test_the_conventions_of_schedule_free_are_not_the_same(monkeypatch):
    """With the paper's coefficient in place of the package's, the package's proof is refused."""
    monkeypatch.setattr(schedule_free, "PackageUniform", Uniform)
    with pytest.raises(CertificateError, match="residual"):
        schedule_free.schedule_free_package().check()


def test_invariants_speak_of_the_textbooks_own_names():
    """The proofs conclude about θ, e, w and S, not about a name of GPA's alone."""
    proofs = {**special_cases.SPECIAL_CASES, **schedule_free.SCHEDULE_FREE}
    ours = {"x", "z", "1"}
    for name, make in proofs.items():
        assert set(make().claim.terms) - ours, name
    assert basis("θ").terms.keys() <= set(proofs["heavy-ball"]().claim.terms)
