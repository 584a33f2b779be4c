"""Gradients and parameters in odd forms: the fused path walks memory only where that is right."""

import pytest
import torch
from torch.optim import AdamW

from gpa_theory.optim.adamw import backends
from tests.optim.adamw.fused import (
    OPTIONS,
    distance,
    each_backend,
    fused,
    general,
    needs_compiler,
    parameters,
    walk_alike,
    weights,
)
from tests.tolerances import FUSED_FLOAT64

pytestmark = needs_compiler
SHAPES = [(6, 5), (4, 4), (7,), (), (300,)]


def transposed(g):
    return g.t().contiguous().t() if g.dim() == 2 else g


def gaps(g):
    return torch.stack([g, g + 7], dim=-1)[..., 0]


def expanded(g):
    return g.mean().expand(g.shape)


def still_to_be_negated(g):
    return torch.complex(g, -g).conj().imag.reshape(g.shape)


def negated_in_place(g):
    return torch._neg_view(-g)


def none_every_second(g):
    return None if g.numel() % 2 else g


@each_backend
@pytest.mark.parametrize(
    "form",
    [transposed, gaps, expanded, still_to_be_negated, negated_in_place, none_every_second],
)
def test_gradients_in_any_form(backend, form):
    """Steps with odd gradients among steps with plain ones: those of the general form."""
    start = weights(shapes=SHAPES)
    (a, general_form), (b, opt) = general(start), fused(start, backend)
    for t in range(6):
        for moved, o in ((a, general_form), (b, opt)):
            walk_alike(moved, o, 1, first=t, form=form if t % 2 else lambda g: g)
    assert distance(a, general_form, b, opt) <= FUSED_FLOAT64


@each_backend
@pytest.mark.parametrize("wish", [None, True])
def test_a_gradient_that_lies_otherwise(backend, wish):
    """A peer, torch's fused CPU kernel, pairs elements by their places in memory; ours by index."""
    start = [torch.arange(12.0, dtype=torch.float64).view(4, 3)]
    (a, general_form), (b, opt) = general(start), fused(start, backend)
    opt.param_groups[0]["fused"] = wish
    for moved, o in ((a, general_form), (b, opt)):
        walk_alike(moved, o, 3, form=transposed)
    assert distance(a, general_form, b, opt) <= FUSED_FLOAT64
    assert opt.param_groups[0]["fused"] is wish
    (c,), (d,) = parameters(start), parameters(start)
    for w, torchs_fused in ((c, False), (d, True)):
        walk_alike([w], AdamW([w], fused=torchs_fused, **OPTIONS), 1, form=transposed)
    if torch.allclose(c, d):
        pytest.skip("this release of torch does it right itself")


def test_autograd_negates_lazily():
    """A gradient of one element may lie in memory as its negative; its sign is honored."""
    found = []
    for make in (general, lambda start: fused(start, "compile"), lambda s: fused(s, "foreach")):
        (w,), opt = make([torch.ones(1, dtype=torch.float64)])
        for _ in range(3):
            opt.zero_grad()
            z = torch.complex(torch.ones_like(w), w)
            (z.conj() * (1 + 2j)).real.sum().backward()
            assert w.grad.is_neg()
            opt.step()
        found.append(w.item())
    assert found == pytest.approx([found[0]] * 3, rel=FUSED_FLOAT64)
    assert found[0] < 1.0


@pytest.mark.parametrize(
    "resized",
    [
        lambda d: d[:3],
        lambda d: torch.cat([d, d]),
        lambda d: d.view(2, 3),
        lambda d: d[:1],
    ],
    ids=["less", "more", "in two dimensions", "one"],
)
def test_a_parameter_of_another_size_than_its_state_is_refused(resized):
    """Walking on would leave memory behind or run over its end; torch's own message is raised."""
    (w,), opt = fused(weights(shapes=[(6,)]), "compile")
    walk_alike([w], opt, 2)
    w.data = resized(w.data)
    w.grad = torch.ones_like(w)
    assert opt.plan() == ("foreach", "a state or gradient of another shape than its parameter")
    with pytest.raises(RuntimeError, match=r"size of tensor|shape"):
        opt.step()


def test_rows_with_equal_gaps():
    """A parameter, its state and its gradient with the same gaps: not what a kernel walks over."""
    runs = general(weights(shapes=[(6,)])), fused(weights(shapes=[(6,)]), "compile")
    for (w,), opt in runs:
        walk_alike([w], opt, 2)
        for t in (w, *(t for name, t in opt.state[w].items() if name != "step")):
            t.data = gaps(t.data)
        walk_alike([w], opt, 2, first=2, form=gaps)
    (a, general_form), (b, opt) = runs
    assert opt.plan() == ("foreach", "a parameter with gaps in memory")
    assert not backends.ready(opt.param_groups, opt.state, "compile")
    assert distance(a, general_form, b, opt) <= FUSED_FLOAT64


def test_what_is_ready_is_what_the_plan_says():
    """Columns are handed out from the second step on, without a part in anything that is odd."""
    moved, opt = fused(weights(shapes=SHAPES), "compile")
    walk_alike(moved, opt, 1)
    ready = backends.ready(opt.param_groups, opt.state, "compile")
    assert [len(column) for column in ready[0]] == [len(SHAPES)] * 6
    assert not backends.ready(opt.param_groups, opt.state, "auto")  # too few
    assert not backends.ready(opt.param_groups, opt.state, "foreach")
    moved[4].grad = gaps(moved[4].grad)
    assert not backends.ready(opt.param_groups, opt.state, "compile")
    opt.zero_grad()
    assert not backends.ready(opt.param_groups, opt.state, "compile")
