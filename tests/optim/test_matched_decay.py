"""`MatchedDecay`: the schedule of the minimax certificate, as a scheduler of torch."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.recursion import GPA as Recursion
from gpa_theory.core.recursion import run
from gpa_theory.optim import GPA, GPAAdamW, MatchedDecay
from gpa_theory.optim.matched_decay import matched_share
from gpa_theory.worst_case.minimax.schedules import matched
from tests.strategies import interior
from tests.tolerances import PARITY_FLOAT64, PARITY_TORCH


def weight(value=1.0):
    return torch.nn.Parameter(torch.tensor([value], dtype=torch.float64))


def sgd(mu_x, lr=0.5):
    w = weight()
    return w, GPA(torch.optim.SGD([w], lr=lr), mu_x=mu_x, mu_y=0.25)


@given(mu_x=interior, steps=st.integers(min_value=1, max_value=40))
def test_it_is_the_schedule_of_the_certificate(mu_x, steps):
    """γ_t/γ is that of `minimax`, T = N + 1, and 0 after the last step."""
    shares = [matched_share(t, steps, float(mu_x)) for t in range(1, steps + 2)]
    exact = [float(share) for share in matched(steps + 1, mu_x)]
    assert shares == pytest.approx([*exact, 0.0], rel=PARITY_FLOAT64)


def test_without_averaging_it_is_linear_decay():
    """μ_x = 0: (N + 1 − t)/(N + 1)."""
    assert [matched_share(t, 4, 0.0) for t in range(1, 6)] == [0.8, 0.6, 0.4, 0.2, 0.0]


def test_a_window_close_to_the_run_keeps_its_digits():
    """1 − μ_x^{T−t} is not lost to rounding: at μ_x = 1 − 10⁻¹² the share is 10¹²/T for any t."""
    assert matched_share(5, 99, 1 - 1e-12) == pytest.approx(1e12 / 100, rel=1e-4)


def test_every_step_of_a_run_has_its_length():
    """Around SGD on |w|²/2 the x of the run is that of the recursion with γ_t = γ · share."""
    steps, mu_x = 6, 0.75
    w, opt = sgd(mu_x)
    decay = MatchedDecay(opt, steps=steps)
    gamma = [0.5 * float(share) for share in matched(steps + 1, Fraction(3, 4))]
    runner = run(
        Recursion(Exponential(mu_x), 0.25), 1.0, lambda t, z, y: z - gamma[t - 1] * y, steps
    )
    for _, s in runner:
        with opt.averaged():
            assert float(w.detach()) == pytest.approx(s.x, rel=PARITY_TORCH)
        w.grad = w.detach().clone()
        opt.step()
        decay.step()
    assert opt.param_groups[0]["lr"] == 0.0


def test_groups_keep_their_own_constants():
    """Each group decays from its lr by its μ_x; a μ_x changed on the way counts from then on."""
    groups = [
        {"params": [weight()], "lr": 1.0, "mu_x": 0.5},
        {"params": [weight()], "lr": 2.0, "mu_x": 0.0},
    ]
    opt = GPA(torch.optim.SGD(groups), mu_x=0.9, mu_y=0.0)
    decay = MatchedDecay(opt, steps=4)
    assert [g["lr"] for g in opt.param_groups] == [
        matched_share(1, 4, 0.5),
        2 * matched_share(1, 4, 0.0),
    ]
    opt.param_groups[0]["mu_x"] = 0.25
    opt.step()
    decay.step()
    assert opt.param_groups[0]["lr"] == matched_share(2, 4, 0.25)
    assert decay.get_last_lr() == [g["lr"] for g in opt.param_groups]


def test_a_run_goes_on_from_its_state_dict():
    """Stopped after two steps and loaded into a fresh scheduler, the rest is the same."""

    def lrs(stop):
        w, opt = sgd(0.5)
        decay, seen = MatchedDecay(opt, steps=5), []
        for t in range(5):
            if t == stop:
                state, kept, at = decay.state_dict(), opt.state_dict(), w.detach().clone()
                w, opt = sgd(0.5)
                w.data.copy_(at)
                decay = MatchedDecay(opt, steps=5)
                opt.load_state_dict(kept)
                decay.load_state_dict(state)
            seen.append(opt.param_groups[0]["lr"])
            w.grad = w.detach().clone()
            opt.step()
            decay.step()
        return seen

    assert lrs(2) == lrs(None)


def test_around_the_fused_optimizer_too():
    """`GPAAdamW` has μ_x in its groups as well."""
    opt = GPAAdamW([weight()], lr=1.0, mu_x=0.5, mu_y=0.5)
    MatchedDecay(opt, steps=9)
    assert opt.param_groups[0]["lr"] == matched_share(1, 9, 0.5)


@pytest.mark.parametrize(
    ("made", "steps", "reason"),
    [
        (lambda: torch.optim.SGD([weight()], lr=1.0), 5, "must be a GPA"),
        (lambda: GPA(torch.optim.SGD([weight()], lr=1.0), averaging=Uniform()), 5, "constant μ_x"),
        (lambda: sgd(0.5)[1], 0, "steps"),
        (lambda: sgd(0.5)[1], 2.5, "steps"),
    ],
)
def test_what_has_no_matched_decay_is_refused(made, steps, reason):
    """Must fail: a plain optimizer, another averaging, no steps; the lr is left as it was."""
    opt = made()
    before = [g["lr"] for g in opt.param_groups]
    with pytest.raises(ValueError, match=reason):
        MatchedDecay(opt, steps=steps)
    assert [g["lr"] for g in opt.param_groups] == before
