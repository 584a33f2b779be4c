"""The Triton kernels on their own terms: run by Triton's interpreter where there is no GPU.

Skipped where triton is not installed.  Compiled on a GPU: tests/gpu/test_cuda.py.
"""

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gpa_theory.core.averaging import Uniform
from gpa_theory.optim.adamw import cuda as adamw_cuda
from tests.optim.adamw.fused import distance, fused, general, walk, weights
from tests.strategies import interior, seeds
from tests.tolerances import FUSED_FLOAT32, ONE_ROUNDING

if find_spec("triton") is None:
    pytest.skip("triton is not installed", allow_module_level=True)
if torch.cuda.is_available():
    pytest.skip("the compiled kernels are tested instead", allow_module_level=True)
os.environ["TRITON_INTERPRET"] = "1"  # read when the kernels are first imported

SMALL = [(6, 5), (7,), (), (0, 3), (1500,)]
TYPES = [torch.float32, torch.bfloat16, torch.float16]


def both(dtype, **changes):
    start = weights(dtype, shapes=SMALL)
    return general(start, **changes), fused(start, "triton", **changes)


def full_precision(opt, moved):
    """Return every float32 entry of the state, in order."""
    return [v for p in moved for v in opt.state[p].values() if v.dtype == torch.float32]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("changes", [{}, {"mu_x": None, "averaging": Uniform()}])
def test_every_step_is_that_of_the_general_form(dtype, changes):
    """Master, δ, moments and counts agree, some gradients coming late; the image is rounded."""
    (a, general_form), (b, opt) = both(dtype, **changes)
    for t in range(6):
        for moved, o in ((a, general_form), (b, opt)):
            for p, q in zip(a, moved, strict=True):  # the images may differ in their last bit
                q.grad = torch.full_like(p, 0.1 * (t + 1)).sub_(0.3)
            if t < 3:
                moved[1].grad = None
            o.step()
        assert opt.plan() == ("triton", "nothing is in the way")
    pairs = zip(full_precision(general_form, a), full_precision(opt, b), strict=True)
    assert max(float((f - e).abs().max()) for e, f in pairs if f.numel()) <= FUSED_FLOAT32
    for q in b:
        assert torch.equal(q, opt.state[q].get("y", q).to(dtype))


@pytest.mark.parametrize("change", [{"mu_y": 0.61}, {"mu_x": 0.91}, {"weight_decay": 0.2}])
def test_the_comparison_can_fail(change):
    """A step with any constant a little off is told apart."""
    start = weights(torch.float32, shapes=SMALL)
    (a, general_form), (b, opt) = general(start), fused(start, "triton", **change)
    walk(a, general_form, 4)
    walk(b, opt, 4)
    assert distance(a, general_form, b, opt) > FUSED_FLOAT32


@pytest.mark.parametrize("capturing", [False, True])
def test_delta_in_bfloat16_is_rounded_with_the_same_bits(capturing, monkeypatch):
    """Nearly every stored δ is the general form's; where float32 differs, by one rounding."""
    monkeypatch.setattr(adamw_cuda, "_capturing", lambda device: capturing)
    start = weights(torch.float32, shapes=[(150,), *SMALL[1:]])
    coarse = {"state_dtype": torch.bfloat16, "seed": 3}
    (a, general_form), (b, opt) = general(start, **coarse), fused(start, "triton", **coarse)
    c, other = fused(start, "triton", **{**coarse, "seed": 4})
    for moved, o in ((a, general_form), (b, opt), (c, other)):
        walk(moved, o, 1)
    assert opt.plan()[0] == "triton"
    expected, found, apart = (
        torch.cat([o.state[p]["delta"].reshape(-1) for p in moved])
        for moved, o in ((a, general_form), (b, opt), (c, other))
    )
    assert found.dtype == torch.bfloat16
    assert float((found == expected).double().mean()) >= 0.99
    assert float((found.float() / expected.float() - 1).abs().max()) <= ONE_ROUNDING
    assert float((found == apart).double().mean()) <= 0.9  # another seed rounds otherwise


def test_one_launch_per_tensor_is_the_table():
    """What a captured graph launches computes what the table does, to the last bit."""
    found = []
    for capturing in (False, True):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(adamw_cuda, "_capturing", lambda device, on=capturing: on)
            _, (b, opt) = both(torch.bfloat16)
            walk(b, opt, 3)
            found.append((b, opt))
    assert distance(*found[0], *found[1]) == 0.0


def test_what_others_write_into_the_parameter_counts():
    """Where it is no longer the image of the master, the master follows; elsewhere it stays."""
    (w,), opt = fused([torch.ones(4, dtype=torch.bfloat16)], "triton", lr=1e-4)
    walk([w], opt, 1)
    kept = opt.state[w]["y"].clone()
    w.data[0] = 3.0
    w.grad = torch.zeros_like(w)
    opt.step()
    y = opt.state[w]["y"]
    assert float(y[0]) == pytest.approx(3.0, abs=1e-2)
    assert torch.allclose(y[1:], kept[1:], rtol=0, atol=1e-2)
    assert not torch.equal(y[1:], y[1:].bfloat16().float())


shapes = st.lists(st.integers(0, 7), max_size=4).map(tuple)


@settings(max_examples=10)
@given(shape=shapes, seed=seeds, mu_x=interior, mu_y=interior, data=st.data())
def test_any_shape_and_layout(shape, seed, mu_x, mu_y, data):
    """Permuted parameters with gradients in another layout: still the general form."""
    order = data.draw(st.permutations(range(len(shape))))
    start = [weights(torch.float32, shapes=[shape], seed=seed)[0].permute(order).permute(order)]
    constants = {"mu_x": float(mu_x), "mu_y": float(mu_y)}
    (a, general_form), (b, opt) = general(start, **constants), fused(start, "triton", **constants)
    for t in range(2):
        for p in (*a, *b):
            p.grad = torch.full(p.shape, 0.5 - t)
        general_form.step()
        opt.step()
    assert distance(a, general_form, b, opt) <= FUSED_FLOAT32


COMPILE = """
import triton.language as tl
from triton import compile
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource
from gpa_theory.optim.adamw.kernels import step_many

floats = dict.fromkeys(["sign", "share1", "beta2", "share2", "eps", "before", "after"], "fp32")
pointers = {"table": "*i64", "blocks": "*i32", "rates": "*fp32", "moment": "*i32"}
for p, delta in [(tl.float32, tl.float32), (tl.bfloat16, tl.bfloat16)]:
    flags = {"P": p, "GRADIENT": p, "DELTA": delta, "HALF": p != tl.float32}
    flags |= {"COARSE": delta == tl.bfloat16, "ALIGNED": True, "BLOCK": 1024}
    signature = {**pointers, **floats, **dict.fromkeys(flags, "constexpr")}
    source = ASTSource(fn=step_many, signature=signature, constexprs=flags)
    made = compile(source, target=GPUTarget("cuda", 90, 32), options={"enable_fp_fusion": True})
    print(made.asm["ptx"].count("ld.global.v4.b32"), len(made.asm["cubin"]) > 0)
"""


def test_it_compiles_for_a_gpu_that_is_not_there():
    """Machine code for compute capability 9.0 is made, and aligned loads move four numbers."""
    environment = {k: v for k, v in os.environ.items() if k != "TRITON_INTERPRET"}
    call = [sys.executable, "-c", COMPILE]
    done = subprocess.run(call, capture_output=True, text=True, check=True, env=environment)
    for line in done.stdout.splitlines():
        loads, made = line.split()
        assert int(loads) >= 4
        assert made == "True"
