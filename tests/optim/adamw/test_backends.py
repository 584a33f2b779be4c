"""Which way a step goes is said and right: the fused path only where it is the same step."""

import pytest
import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR

from gpa_theory.optim import GPAAdamW
from gpa_theory.optim.step import native
from tests.optim.adamw.fused import (
    distance,
    fused,
    general,
    needs_compiler,
    parameters,
    walk,
    weights,
)
from tests.tolerances import FUSED_FLOAT64

STRIDED = torch.arange(12.0, dtype=torch.float64)[::2]


def sparse_gradients(moved, opt):
    for p in moved:
        p.grad = p.grad.to_sparse()


def complex_parameter(moved, opt):
    opt.add_param_group({"params": nn.Parameter(torch.ones(2, dtype=torch.complex128))})
    opt.param_groups[-1]["params"][0].grad = torch.ones(2, dtype=torch.complex128)


def half_parameter(moved, opt):
    opt.add_param_group({"params": nn.Parameter(torch.ones(2, dtype=torch.bfloat16))})
    opt.param_groups[-1]["params"][0].grad = torch.ones(2, dtype=torch.bfloat16)


def gaps(moved, opt):
    moved[0].data = STRIDED.clone().repeat_interleave(2)[::2]
    moved[0].grad = torch.ones(6, dtype=torch.float64)


def amsgrad(moved, opt):
    opt.param_groups[0]["amsgrad"] = True


def through_the_gradient(moved, opt):
    opt.param_groups[0]["decoupled_weight_decay"] = False


def tensor_betas(moved, opt):
    opt.param_groups[0]["betas"] = (torch.tensor(0.8), torch.tensor(0.9))


def coarse_delta(moved, opt):
    opt.param_groups[0]["state_dtype"] = "bfloat16"


def no_gradients(moved, opt):
    opt.zero_grad()


def a_hook_on_the_base(moved, opt):
    opt.base.register_step_post_hook(lambda *_: None)


def a_schedule_of_the_base(moved, opt):
    LambdaLR(opt.base, lambda t: 1.0)


class Tagged(torch.Tensor):
    """A subclass, of which nobody knows what its memory holds."""


def a_subclass(moved, opt):
    moved[0].grad = moved[0].grad.as_subclass(Tagged)


OBSTACLES = [
    (sparse_gradients, "sparse gradients"),
    (complex_parameter, "compile does not take torch.complex128"),
    (half_parameter, "compile does not take torch.bfloat16"),
    (gaps, "a parameter with gaps in memory"),
    (amsgrad, "amsgrad"),
    (through_the_gradient, "weight decay through the gradient"),
    (tensor_betas, "betas that are tensors"),
    (coarse_delta, "compile does not take state_dtype=bfloat16"),
    (no_gradients, "there are no gradients"),
    (a_hook_on_the_base, "others want to see the base step"),
    (a_schedule_of_the_base, "others want to see the base step"),
    (a_subclass, "tensors of type Tagged that are not shards of one layout"),
]


@needs_compiler
@pytest.mark.parametrize(("put", "reason"), OBSTACLES, ids=[f.__name__ for f, _ in OBSTACLES])
def test_every_obstacle_is_named(put, reason):
    """The plan is the fused path; once the obstacle is there, the general one, with the reason."""
    (w,), opt = fused(weights(shapes=[(6,)]), "compile")
    w.grad = torch.ones_like(w)
    assert opt.plan() == ("compile", "nothing is in the way")
    put([w], opt)
    assert opt.plan() == ("foreach", reason)


@needs_compiler
@pytest.mark.parametrize("put", [complex_parameter, half_parameter, gaps])
def test_the_general_form_takes_over_midway(put):
    """After two fused steps an obstacle appears; the run is that of the general form."""
    start = weights(shapes=[(6,), (4, 3)])
    (a, general_form), (b, opt) = general(start), fused(start, "compile")
    for moved, o in ((a, general_form), (b, opt)):
        walk(moved, o, 2)
        put(moved, o)
        moved += [p for group in o.param_groups[1:] for p in group["params"]]
        walk(moved, o, 3, first=2)
    assert opt.plan()[0] == "foreach"
    kept = slice(1, 2) if put is gaps else slice(0, 2)
    assert distance(a[kept], general_form, b[kept], opt) <= FUSED_FLOAT64


def test_sparse_gradients_are_refused_by_torch_itself():
    """AdamW has no sparse form; its own message is what is seen."""
    (w,), opt = fused(weights(shapes=[(6,)]), "auto")
    w.grad = torch.ones_like(w).to_sparse()
    with pytest.raises(RuntimeError, match="Adam does not support sparse gradients"):
        opt.step()


def test_what_a_cpu_cannot_do_is_said():
    """Triton is for CUDA; small models stay with torch's own kernels under "auto"."""
    for backend, reason in [
        ("triton", "no Triton kernel for cpu"),
        ("auto", f"fewer than {native.WORTHWHILE} elements"),
        ("foreach", "asked for"),
    ]:
        (w,), opt = fused(weights(shapes=[(6,)]), backend)
        w.grad = torch.ones_like(w)
        assert opt.plan() == ("foreach", reason)
        opt.step()


@needs_compiler
def test_auto_takes_the_compiled_kernel_for_large_models():
    """From the threshold on, "auto" is "compile"."""
    (w,), opt = fused([torch.ones(native.WORTHWHILE)], "auto")
    w.grad = torch.ones_like(w)
    assert opt.plan() == ("compile", "nothing is in the way")
    opt.step()
    assert opt.plan()[0] == "compile"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"backend": "cuda"}, r"`GPAAdamW\(backend='cuda'\)`: backend must be one of auto, triton"),
        ({"mu_x": None}, "exactly one must be given"),
        ({"inner_steps": 4}, "exactly one must be given"),
        ({"mu_x": 1.0}, "mu_x must lie in"),
        ({"mu_y": -0.1}, r"mu_y must lie in \[0, 1\]"),
        ({"state_dtype": torch.float16}, "state_dtype must be None or torch.bfloat16"),
        ({"seed": -1}, "seed must be an integer"),
        ({"lr": -1.0}, "Invalid learning rate"),
        ({"betas": (1.0, 0.9)}, "Invalid beta parameter"),
    ],
)
def test_misuse_is_refused_at_construction(arguments, message):
    """Every bad argument is a ValueError that names the rule."""
    with pytest.raises(ValueError, match=message):
        GPAAdamW(parameters(weights()), **{"mu_x": 0.9, **arguments})


def test_a_step_while_x_is_in_place_is_refused():
    """The fused path has the same guards as the general one."""
    (w,), opt = fused(weights(shapes=[(6,)]), "compile")
    walk([w], opt, 2)
    opt.eval()
    with pytest.raises(RuntimeError, match=r"call train\(\) first"):
        opt.step()


def test_torch_fused_kernel_is_avoided_where_it_is_wrong():
    """A gradient in another layout than its parameter: torch's kernel is not asked."""
    start = weights()
    moved, opt = fused(start, "foreach")
    for p in moved:
        p.grad = torch.ones(p.shape, dtype=p.dtype)
    seen = []
    opt.base.register_step_pre_hook(lambda base, *_: seen.append(base.param_groups[0]["fused"]))
    opt.step()
    moved[0].grad = torch.ones_like(moved[0])
    opt.step()
    assert seen == [None, True]
    assert opt.param_groups[0]["fused"] is None
