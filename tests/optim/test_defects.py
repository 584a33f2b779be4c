"""What goes wrong elsewhere, and the test that shows it does not here.

R: the released GPAAdamW.  P: its peers.  U: what users of averaging optimizers trip over.
Each row names a defect and a test, in this folder, of GPA doing the right thing.

    R1   decay on z moves x outward               test_defects::test_decay_reaches_x_in_full
    R2   decay on y alone stops after a while     test_defects::test_decay_goes_on
    R3   tested only where faults cancel          step/test_parity::test_every_averaging
    R4   float32 parameters only, dense only      step/test_parity::test_every_torch_optimizer
    R5   lr = 0 at the first step raises          test_defects::test_a_warm_up_from_zero
    R6   no μ_y = 0                               test_ema::test_the_average_is_torchs_if_the_start_counts
    R7   two defaults of lr                       test_defects::test_there_is_no_lr_of_its_own
    R8   starts in evaluation mode                test_defects::test_the_first_step_needs_no_switch
    R9   checkpoints hold an Enum                 wrapper/test_checkpoint::test_resume_is_bit_exact
    R10  DCP fails on a fresh optimizer           test_defects_states::test_dcp_after_switching
    R11  resuming from evaluation is inexact      wrapper/test_checkpoint::test_resume_from_evaluation_mode
    R12  a round trip of modes moves weights      wrapper/test_modes::test_nesting_and_idempotence
    R13  x saved beside a training state          wrapper/test_weights::test_model_and_optimizer_of_different_modes_are_refused
    R14  loading casts scalars and moments        test_defects_states::test_counts_survive_half_precision
    R15  a group added in training stays at y     test_gpa::test_late_gradients_and_late_groups
    R16  a late parameter gets the group's count  test_defects::test_a_late_gradient_gets_adams_first_step
    R17  a new μ_y changes x                      test_gpa::test_changing_mu_y_keeps_x_and_z
    R18  steps on a gradient taken at x           wrapper/test_modes::test_a_gradient_taken_at_x_is_refused
    R19  state lives with the first parameter     test_defects::test_a_frozen_first_parameter
    R20  exact without decay (a good one)         step/test_parity::test_every_torch_optimizer
    R21  constants of groups are not validated    wrapper/test_refusals::test_constants_broken_later_are_refused_at_the_step
    R22  schedulers cannot cycle momentum         test_defects::test_one_cycle_reaches_betas
    P1   overwrites gradients                     test_defects_states::test_gradients_are_left_as_they_were
    P2   rounds low-precision state to nearest    step/test_half::test_delta_in_bfloat16_costs_half_a_buffer_and_stays_near
    P3   DCP after train() loads nothing          test_defects_states::test_dcp_after_switching
    P4   the wrapper breaks lazy bases            step/test_parity::test_every_torch_optimizer
    P5   the wrapper is no Optimizer              test_defects::test_a_warm_up_from_zero
    P6   the wrapper does not save its mode       step/test_groups::test_loading_while_x_is_in_place
    P7   its own layout of state, so no DCP       wrapper/test_checkpoint::test_distributed_checkpoint_from_a_fresh_optimizer
    P8   a graph for every compiled step          step/test_compile::test_the_step_is_one_graph
    P9   decay of the wrapper on top of the base  test_defects::test_decay_reaches_x_in_full
    P10  lr = 0 at the first step gives NaN       test_defects::test_a_warm_up_from_zero
    P11  a second model for the average           test_gpa::test_one_buffer_more_than_the_base
    P12  x recovered by dividing by μ_y           step/test_parity::test_every_averaging
    P13  z stored in low precision                step/test_half::test_with_delta_in_bfloat16_z_is_exact
    P14  a new lr is a new graph                  test_defects_states::test_a_new_lr_is_no_new_graph
    P15  two buffers, and a staircase             diloco/test_diloco::test_three_inner_steps_are_not_gpa
    P16  switching logs, or waits for the device  test_defects_states::test_switching_is_silent_and_writes_no_state
    P17  pairs elements by place in memory        adamw/test_gradients::test_a_gradient_that_lies_otherwise
    U1   "not in train mode"                      test_defects::test_the_first_step_needs_no_switch
    U2   which weights get saved                  wrapper/test_readout::test_averaged_state_dict_leaves_the_model_alone
    U3   a wrapper that cannot be resumed         wrapper/test_checkpoint::test_resume_is_bit_exact
    U4   gradients that appear late, or not       step/test_groups::test_missing_gradients_leave_a_parameter_as_it_is
    U5   decay at z or at y                       test_gpa::test_zero_gradient_decay_law
    U6   trainers switch in every micro-batch     test_defects_states::test_switching_in_every_micro_batch
    U7   loaded before anything was done          wrapper/test_checkpoint::test_load_at_once_on_an_unstarted_optimizer
    U8   BatchNorm statistics are those of y      test_batchnorm::test_statistics_are_those_of_x
    U9   small steps vanish in half precision     step/test_half::test_half_precision_is_the_float32_run_rounded_once
    U10  random rounding differs on replicas      step/test_rounding::test_bits_are_a_function_of_seed_step_parameter_and_offset
    U11  state types lost on load                 step/test_half::test_delta_in_bfloat16_resumes_bit_exactly
    U12  DCP takes a real first step              wrapper/test_checkpoint::test_distributed_checkpoint_from_a_fresh_optimizer
    U13  x moves on a step that AMP skips         test_gpa::test_gradient_scaler_skips_the_whole_step
    U14  saved right after an evaluation          wrapper/test_checkpoint::test_resume_from_evaluation_mode
    U15  global hooks fire twice                  wrapper/test_hooks::test_global_hooks_fire_once_per_step
    U16  tied weights switched twice              test_defects_states::test_tied_weights_switch_once
    U17  no average of sharded weights            test_defects_states::test_the_average_of_sharded_weights
"""  # noqa: E501

import ast
import re
from itertools import groupby
from pathlib import Path

import pytest
import torch
from torch import nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR, OneCycleLR

from gpa_theory.core.averaging import Uniform
from gpa_theory.optim import GPA
from tests.optim.builders import loss_of, made, net, same, train, weights
from tests.tolerances import PARITY_TORCH, PUBLISHED

ROW = re.compile(r"^    ([RPU])(\d+) +(.*\S)  +([\w/]+)::(\w+)$", re.MULTILINE)


def missing(rows):
    """Return the tests that rows name and no file defines."""
    found = set()
    for *_, file, name in rows:
        tree = ast.parse((Path(__file__).parent / f"{file}.py").read_text(encoding="utf-8"))
        if name not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}:
            found.add(f"{file}::{name}")
    return found


def test_every_defect_has_its_test():
    """Every row above is read, numbered without gaps, and names a test that exists."""
    rows = ROW.findall(__doc__)
    assert len(rows) == __doc__.count("::")
    numbers = {kind: [int(r[1]) for r in group] for kind, group in groupby(rows, lambda r: r[0])}
    assert numbers == {k: list(range(1, n + 1)) for k, n in (("R", 22), ("P", 17), ("U", 17))}
    assert not missing(rows)


def test_a_row_without_a_test_is_found():
    """The check can fail."""
    rows = [("R", "1", "", "test_gpa", "test_that_is_not_there")]
    assert missing(rows) == {"test_gpa::test_that_is_not_there"}


def lone():
    return nn.Parameter(torch.ones(2, dtype=torch.float64))


def decayed(mu_x, mu_y, steps, lr=1e-3):
    """Return x and δ after steps of decay alone, from 1."""
    w = lone()
    opt = GPA(AdamW([w], lr=lr, weight_decay=0.1), mu_x=mu_x, mu_y=mu_y)
    w.grad = torch.zeros_like(w)
    for _ in range(steps):
        opt.step()
    with opt.averaged():
        return w[0].item(), opt.state[w]["delta"][0].item()


@pytest.mark.parametrize(
    ("mu_x", "mu_y", "published"),
    [(0.9967, 0.7, 0.6912), (0.9967, 0.1, 0.6912), (0.999, 0.1, 0.743)],
)
def test_decay_reaches_x_in_full(mu_x, mu_y, published):
    """Decay on z moves x outward (released class: 0.7001, 0.8791, 1.394); ours is the exact x.

    Zero gradients, lr 1e-3, decay 0.1, 4,000 steps: x is the moving average of (1 − 1e-4)^t.
    """
    x = z = 1.0
    for _ in range(4000):
        z *= 1 - 1e-4
        x = mu_x * x + (1 - mu_x) * z
    assert x == pytest.approx(published, rel=PUBLISHED)
    found, delta = decayed(mu_x, mu_y, 4000)
    assert found == pytest.approx(x, rel=PARITY_TORCH)
    assert found - delta == pytest.approx(z, rel=PARITY_TORCH)


def test_decay_goes_on():
    """Decay on y alone stops after a few percent (released class); x and z go on to zero."""
    early, late = decayed(0.9, 0.7, 500, lr=0.1), decayed(0.9, 0.7, 1000, lr=0.1)
    assert late[0] / early[0] == pytest.approx(0.99**500, rel=PARITY_TORCH)


def test_a_warm_up_from_zero():
    """A scheduler from lr = 0 raises or gives NaN (released class, a peer); here a no-op."""
    model = net()
    opt = GPA(AdamW(model.parameters(), lr=1e-2), averaging=Uniform())
    scheduler = LambdaLR(opt, lambda t: t / 5)
    before = weights(model)
    train(model, opt, 1)
    assert same(weights(model), before)
    scheduler.step()
    train(model, opt, 1, first=1)
    assert all(bool(torch.isfinite(p).all()) for p in weights(model))
    assert not same(weights(model), before)


def test_there_is_no_lr_of_its_own():
    """The released class defaults to lr = 1 and documents 1e-3; GPA has only its base's."""
    opt = GPA(AdamW([lone()]), mu_x=0.9)
    assert opt.param_groups[0]["lr"] == opt.defaults["lr"] == AdamW([lone()]).defaults["lr"]


@pytest.mark.parametrize("mu_y", [0.0, 0.7])
def test_the_first_step_needs_no_switch(mu_y):
    """The released class and schedulefree start in evaluation mode and refuse; GPA just steps."""
    model, opt = made(mu_y=mu_y)
    loss_of(model, 0).backward()
    before = weights(model)
    opt.step()
    assert not same(weights(model), before)


def test_a_late_gradient_gets_adams_first_step():
    """A count per group corrects a late parameter's bias wrongly, by 1.15 (released class)."""
    a, b, alone = lone(), lone(), lone()
    opt, plain = GPA(AdamW([a, b], lr=0.1), mu_x=0.9, mu_y=0.0), AdamW([alone], lr=0.1)
    for t in range(101):
        a.grad = torch.ones_like(a)
        b.grad = torch.ones_like(b) if t == 100 else None
        opt.step()
    alone.grad = torch.ones_like(alone)
    plain.step()
    assert torch.equal(b, alone)


def test_a_frozen_first_parameter():
    """Nothing of a group hangs on its first parameter, as it does in the released class."""
    a, b, alone = lone(), lone(), lone()
    opt = GPA(AdamW([a, b], lr=0.1), mu_x=0.9)
    single = GPA(AdamW([alone], lr=0.1), mu_x=0.9)
    a.requires_grad_(False)
    for o, p in ((opt, b), (single, alone)):
        for _ in range(3):
            p.grad = p.detach().clone()
            o.step()
        o.eval()
    assert torch.equal(b, alone)
    assert list(opt.state) == [b]


def test_one_cycle_reaches_betas():
    """Momentum cycling needs `betas` in the groups; the released class has none and raises."""
    model, opt = made()
    scheduler = OneCycleLR(opt, max_lr=0.1, total_steps=10)
    train(model, opt, 1)
    scheduler.step()
    assert opt.base.param_groups[0]["betas"][0] < 0.95
