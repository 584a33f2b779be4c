"""Evaluation cannot disturb training: y comes back bit for bit, wrong gradients are refused."""

import pytest
import torch

from gpa_theory.optim import GPA
from tests.optim.builders import loss_of, made, same, train, weights
from tests.tolerances import PARITY_FLOAT32, PARITY_FLOAT64


def test_averaged_restores_y_bit_for_bit_also_after_an_exception():
    """Any number of evaluations leaves the run what it was."""
    model, opt = made()
    train(model, opt, 5)
    before = weights(model)
    for _ in range(100):
        with opt.averaged():
            assert not same(weights(model), before)
    with pytest.raises(KeyError), opt.averaged():
        raise KeyError
    assert same(weights(model), before)


def test_nesting_and_idempotence():
    """Only the outermost block switches; train() and eval() twice are once."""
    model, opt = made()
    train(model, opt, 5)
    y = weights(model)
    opt.eval()
    x = weights(model)
    opt.eval()
    with opt.averaged():
        assert same(weights(model), x)
    assert same(weights(model), x)
    opt.train()
    opt.train()
    assert same(weights(model), y)


def test_evaluating_does_not_change_the_run():
    """A run with evaluations in between equals one without, bit for bit."""
    (model, opt), (other, plain) = made(), made()
    for t in range(6):
        train(model, opt, 1, first=t)
        opt.eval()
        loss_of(model, 99)
        opt.train()
    train(other, plain, 6)
    assert same(weights(model), weights(other))


def test_stepping_with_x_in_place_is_refused():
    """The message says what to do."""
    model, opt = made()
    train(model, opt, 2)
    opt.eval()
    loss_of(model, 0).backward()
    with pytest.raises(RuntimeError, match=r"leave averaged\(\) or call train\(\) first"):
        opt.step()


def test_a_gradient_taken_at_x_is_refused():
    """backward() in evaluation mode, train(), step(): refused; after zero_grad() it goes on."""
    model, opt = made()
    train(model, opt, 2)
    opt.zero_grad()
    with opt.averaged():
        loss_of(model, 2).backward()
    with pytest.raises(RuntimeError, match="taken while the averaged weights were in place"):
        opt.step()
    train(model, opt, 1, first=2)


def test_gradients_accumulated_before_an_evaluation_are_kept():
    """Evaluating in the middle of gradient accumulation is fine."""
    (model, opt), (other, plain) = made(), made()
    for m, o, evaluate in ((model, opt, True), (other, plain, False)):
        train(m, o, 2)
        o.zero_grad()
        loss_of(m, 2).backward()
        if evaluate:
            with o.averaged(), torch.no_grad():
                loss_of(m, 3)
        loss_of(m, 3).backward()
        o.step()
    assert same(weights(model), weights(other))


def test_weights_loaded_while_x_is_in_place_are_taken_as_x():
    """The kept y is void if somebody wrote to the parameters: y is computed from what is there."""
    model, opt = made()
    train(model, opt, 5)
    opt.eval()
    model.load_state_dict({k: v + 1.0 for k, v in model.state_dict().items()})
    x = weights(model)
    opt.train()
    opt.eval()
    for p, q in zip(weights(model), x, strict=True):
        assert torch.allclose(p, q, rtol=0, atol=PARITY_FLOAT64)


def test_before_the_first_step_x_is_y():
    """Nothing to switch yet."""
    model, opt = made()
    before = weights(model)
    with opt.averaged():
        assert same(weights(model), before)
    assert len(opt.state) == 0
    assert isinstance(opt, GPA)


@pytest.mark.parametrize("changed", ["clipped", "accumulated", "retried"])
def test_a_gradient_taken_at_x_stays_refused(changed):
    """Clipping it, adding to it or trying again does not make it one that was taken at y."""
    model, opt = made()
    train(model, opt, 2)
    opt.zero_grad()
    with opt.averaged():
        loss_of(model, 2).backward()
    if changed == "clipped":
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1e-3)
    elif changed == "accumulated":
        loss_of(model, 2).backward()
    before = weights(model)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="taken while the averaged weights were in place"):
            opt.step()
    assert same(weights(model), before)
    opt.zero_grad(set_to_none=False)
    loss_of(model, 2).backward()
    opt.step()


def test_a_gradient_replaced_at_x_is_refused():
    """A new gradient in the memory of an old one is still a new one."""
    model, opt = made()
    train(model, opt, 2)
    with opt.averaged():
        model.zero_grad()
        loss_of(model, 2).backward()
    with pytest.raises(RuntimeError, match="taken while the averaged weights were in place"):
        opt.step()


def test_gradients_cleared_at_x_are_fine():
    """Clearing in evaluation mode, to zero or to None, then training on: nothing is refused."""
    model, opt = made()
    train(model, opt, 2)
    for set_to_none in (True, False):
        with opt.averaged():
            loss_of(model, 2).backward()
            opt.zero_grad(set_to_none)
        loss_of(model, 2).backward()
        opt.step()


def test_a_closure_that_leaves_x_in_place_is_refused():
    """An evaluation inside the closure must be left before the step."""
    model, opt = made()
    train(model, opt, 2)
    with pytest.raises(RuntimeError, match="call train"):
        opt.step(opt.eval)
    calls = []
    with pytest.raises(RuntimeError, match="call train"):
        opt.step(lambda: calls.append(1))
    assert not calls


def test_writing_through_data_while_x_is_in_place_is_seen():
    """`p.data.copy_` leaves no trace in version counters; the new weights are x all the same."""
    model, opt = made()
    train(model, opt, 5)
    opt.eval()
    for p in model.parameters():
        p.data.add_(1.0)
    x = weights(model)
    opt.train()
    opt.eval()
    for p, q in zip(weights(model), x, strict=True):
        assert torch.allclose(p, q, rtol=0, atol=PARITY_FLOAT64)


def test_a_group_added_in_evaluation_mode():
    """It joins in that mode: its gradient at x is refused, afterwards it trains like the others."""
    model, opt = made()
    train(model, opt, 2)
    late = torch.nn.Parameter(torch.ones(2, dtype=torch.float64))
    y = weights(model)
    opt.eval()
    opt.add_param_group({"params": late, "mu_x": 0.5, "mu_y": 0.5, "lr": 0.1})
    late.grad = torch.ones_like(late)
    opt.train()
    assert same(weights(model), y)
    with pytest.raises(RuntimeError, match="taken while the averaged weights were in place"):
        opt.step()
    opt.zero_grad()
    late.grad = torch.ones_like(late)
    opt.step()
    with opt.averaged():
        assert late.tolist() == pytest.approx([0.95 - 0.0005] * 2, rel=PARITY_FLOAT32)


def test_inference_mode_around_an_evaluation():
    """Users evaluate under torch.inference_mode(); y comes back and training goes on."""
    (model, opt), (other, plain) = made(), made()
    train(model, opt, 3)
    with torch.inference_mode(), opt.averaged():
        loss_of(model, 9)
    train(model, opt, 3, first=3)
    train(other, plain, 6)
    assert same(weights(model), weights(other))
