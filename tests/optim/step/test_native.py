"""The compiled kernels are update.py's arithmetic; without a compiler nothing else changes."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.optim import SGD

from gpa_theory.optim import GPA
from gpa_theory.optim.step import columns, native
from gpa_theory.optim.step.update import cover_base, uncover_base
from tests.optim.adamw.fused import needs_compiler, weights
from tests.strategies import interior, seeds
from tests.tolerances import DRIFT_FLOAT32, PARITY_FLOAT32, PARITY_FLOAT64


def copied(t):
    """Return a copy with the same strides, gaps included."""
    room = torch.empty(t.untyped_storage().nbytes() // t.element_size(), dtype=t.dtype)
    return room.as_strided(t.shape, t.stride()).copy_(t)


def halves(tensors, c, mu_y):
    """Return z, x and then y⁺, δ⁺ after a base step of 0.1."""
    ys, deltas = ([copied(t) for t in column] for column in tensors)
    uncover_base(ys, deltas, mu_y)
    between = [t.clone() for t in (*ys, *deltas)]
    for z in ys:
        z += 0.1
    cover_base(ys, deltas, c, mu_y)
    return [*between, *ys, *deltas]


def by_torch(tensors, c, mu_y):
    """Return the same through torch's own kernels."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "WORTHWHILE", 2**62)
        return halves(tensors, c, mu_y)


def drawn(seed, dtype):
    """Return lists of y and δ: transposed, scalar, empty, with gaps, and one of another type."""
    generator = torch.Generator().manual_seed(seed)

    def draw():
        shapes = ((5, 3), (), (0,), (7,))
        made = [torch.randn(s, generator=generator, dtype=torch.float64) for s in shapes]
        made = [t.to(dtype) for t in made]
        gaps = made[3].repeat_interleave(2)[::2]
        return [made[0].T, *made[1:], gaps, made[3].to(torch.bfloat16)]

    return draw(), draw()


def apart(found, expected):
    """Return the largest difference."""
    both = [(f, e) for f, e in zip(found, expected, strict=True) if f.numel()]
    return max(float((f - e).abs().max()) for f, e in both)


TYPES = [(torch.float64, PARITY_FLOAT64), (torch.float32, PARITY_FLOAT32)]


@needs_compiler
@pytest.mark.parametrize(("dtype", "tolerance"), TYPES)
@given(seed=seeds, c=interior, mu_y=interior, as_tensors=st.booleans())
def test_both_halves_are_torchs(dtype, tolerance, seed, c, mu_y, as_tensors):
    """Compiled and eager give the same numbers, whatever kinds of tensor share the lists."""
    tensors, scalars = drawn(seed, dtype), [float(c), float(mu_y)]
    given_scalars = (
        [torch.tensor(s, dtype=torch.float64) for s in scalars] if as_tensors else scalars
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(native, "WORTHWHILE", 0)
        patch.setattr(native, "LARGE", 0)
        found = halves(tensors, *given_scalars)
    assert apart(found, by_torch(tensors, *scalars)) <= tolerance
    assert apart(found, by_torch(tensors, scalars[0] + 0.01, scalars[1])) > tolerance


@needs_compiler
@pytest.mark.parametrize("threads", [2, 3])
def test_threads_change_nothing(threads):
    """Shares of the elements end within tensors; every element is moved once."""
    generator = torch.Generator().manual_seed(0)
    sizes = (1, 70_001, 3, 130_003)
    tensors = tuple([torch.randn(n, generator=generator) for n in sizes] for _ in range(2))
    before = torch.get_num_threads()
    found = []
    try:
        for count in (1, threads):
            torch.set_num_threads(count)
            assert native.worth(sum(sizes)) == count
            found.append(halves(tensors, 0.1, 0.7))
    finally:
        torch.set_num_threads(before)
    assert all(torch.equal(a, b) for a, b in zip(*found, strict=True))


@needs_compiler
def test_drift_in_float32_is_small(monkeypatch):
    """After 5,000 steps of AdamW size at (0.9967, 0.7) x is where float64 puts it."""
    monkeypatch.setattr(native, "WORTHWHILE", 0)
    monkeypatch.setattr(native, "LARGE", 0)
    start = torch.randn(500, generator=torch.Generator().manual_seed(0)) * 0.05
    w = nn.Parameter(start.clone())
    opt = GPA(SGD([w], lr=1.0), mu_x=0.9967, mu_y=0.7)
    x, z = start.double(), start.double()
    generator = torch.Generator().manual_seed(1)
    for _ in range(5000):
        w.grad = 3e-4 * torch.sign(torch.randn(500, generator=generator))
        z = z - w.grad.double()
        opt.step()
        x = 0.9967 * x + (1 - 0.9967) * z
    with opt.averaged():
        assert float((w.detach().double() - x).norm() / x.norm()) <= DRIFT_FLOAT32


@needs_compiler
def test_what_the_kernels_cannot_walk():
    """Other types, other layouts, gaps, sparse tensors and subclasses are left alone."""
    a = weights(shapes=[(4, 3)])[0]
    assert native.can_walk(a, a.clone())
    gaps = torch.ones(6, dtype=torch.float64)[::2]
    for others in (a.contiguous(), a.float(), a.to_sparse(), a.as_subclass(Tagged), a.to("meta")):
        assert not native.can_walk(a, others)
        assert not columns.can_walk([[a, a], [a, others]])
    assert columns.can_walk([[a, a], [a, a.clone()]])
    assert not native.can_walk(gaps, gaps)
    square = a[:3]
    assert native.can_walk(square.contiguous(), square.contiguous())
    assert not native.can_walk(square.contiguous(), torch._neg_view(square.contiguous()))
    assert not native.can_walk(a.contiguous(), a.contiguous().view(2, 6))
    assert not native.can_walk(a.bfloat16(), a.bfloat16())


class Tagged(torch.Tensor):
    """A subclass, of which nobody knows what its memory holds."""
