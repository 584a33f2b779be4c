"""One step of GPA around AdamW as Triton kernels: over many tensors by a table, or over one.

A second writing of update.py and rounding.py for the GPU, as kernels.cpp is for the CPU; the same
tests tie it to them.  This module imports without triton, which is needed only to launch a kernel.
All arithmetic is in float32; c arrives as it is, never as 1 − c.
"""

# Type checkers see no triton where it is not installed, and `tl.constexpr` is no type to them.
# pyright: reportOptionalMemberAccess=false, reportInvalidTypeForm=false

from __future__ import annotations

from typing import Any

try:
    import triton  # pyright: ignore[reportMissingImports]
    import triton.language as tl  # pyright: ignore[reportMissingImports]
except ImportError:
    triton = tl = None


def _jit(**options: Any) -> Any:
    return (lambda f: f) if triton is None else triton.jit(**options)


@_jit()
def uncovered(y, delta, mu_y):
    """Return (z, x)."""
    z = y - mu_y * delta
    return z, z + delta


@_jit()
def covered(z, x, c):
    """Return δ⁺."""
    gone = x - z
    return gone - c * gone


@_jit()
def scrambled(h):
    """Return 32-bit integers of which every bit depends on every bit of h."""
    h = (h ^ ((h >> 16) & 0xFFFF)) * -2048144789
    h = (h ^ ((h >> 13) & 0x7FFFF)) * -1028477387
    return h ^ ((h >> 16) & 0xFFFF)


@_jit()
def stochastic(value, at, key):
    """Return float32 values on the grid of bfloat16, rounded at random; `at` are the offsets."""
    bits = value.to(tl.int32, bitcast=True)
    random = scrambled(scrambled(at.to(tl.int32)) + key)
    rounded = (bits + (random & 0xFFFF)) & -65536
    finite = (bits & 0x7F800000) != 0x7F800000
    return tl.where(finite, rounded, bits).to(tl.float32, bitcast=True)


@_jit()
def rounded(value, element: tl.constexpr):
    """Return float32 values on the grid of element, to the nearest; ties to even, in every mode."""
    if element == tl.bfloat16:
        bits = value.to(tl.int32, bitcast=True)
        nearest = (bits + 0x7FFF + ((bits >> 16) & 1)) & -65536
        finite = (bits & 0x7F800000) != 0x7F800000
        value = tl.where(finite, nearest, bits).to(tl.float32, bitcast=True)
    else:
        value = value.to(element).to(tl.float32)
    return value


@_jit()
def step_block(
    p, y, gradient, mean, square, delta, size, key, start, rates,
    sign, share1, beta2, share2, eps, before, after,
    HALF: tl.constexpr, COARSE: tl.constexpr, BLOCK: tl.constexpr, FULL: tl.constexpr,
):  # fmt: skip
    """Move BLOCK elements; p is the rounded image of y if HALF, and y otherwise.

    The four rates of the tensor are γ/(1−β₁ᵗ), 1/√(1−β₂ᵗ), γλ and c.
    """
    at = start * BLOCK + tl.arange(0, BLOCK)
    inside = None if FULL else at < size  # without a mask four elements move at once
    y_now = tl.load(y + at, mask=inside)
    if HALF:
        image = tl.load(p + at, mask=inside).to(tl.float32)
        y_now = tl.where(rounded(y_now, p.dtype.element_ty) == image, y_now, image)
    z, x = uncovered(y_now, tl.load(delta + at, mask=inside).to(tl.float32), before)
    g = sign * tl.load(gradient + at, mask=inside).to(tl.float32)
    m = tl.load(mean + at, mask=inside)
    v = tl.load(square + at, mask=inside)
    m += share1 * (g - m)
    v = beta2 * v + share2 * g * g
    root = tl.sqrt(v) * tl.load(rates + 1) + eps
    z = (z - tl.load(rates + 2) * z) - tl.load(rates) * (m / root)
    delta_next = covered(z, x, tl.load(rates + 3))
    if COARSE:
        delta_next = stochastic(delta_next, at, key)
    y_next = z + after * delta_next
    tl.store(y + at, y_next, mask=inside)
    tl.store(mean + at, m, mask=inside)
    tl.store(square + at, v, mask=inside)
    tl.store(delta + at, delta_next.to(delta.dtype.element_ty), mask=inside)
    if HALF:
        image = rounded(y_next, p.dtype.element_ty)
        tl.store(p + at, image.to(p.dtype.element_ty), mask=inside)


@_jit()
def step_start(
    p, y, gradient, mean, square, delta, size, key, start, rates,
    sign, share1, beta2, share2, eps, before, after,
    HALF: tl.constexpr, COARSE: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """Move BLOCK elements from start · BLOCK on, or as many as are left."""
    if (start + 1) * BLOCK <= size:
        step_block(
            p, y, gradient, mean, square, delta, size, key, start, rates,
            sign, share1, beta2, share2, eps, before, after, HALF, COARSE, BLOCK, True,
        )  # fmt: skip
    else:
        step_block(
            p, y, gradient, mean, square, delta, size, key, start, rates,
            sign, share1, beta2, share2, eps, before, after, HALF, COARSE, BLOCK, False,
        )  # fmt: skip


@_jit()
def address(row, column: tl.constexpr, TYPE: tl.constexpr, ALIGNED: tl.constexpr):
    """Return the pointer in a column of the table."""
    found = tl.load(row + column).to(tl.pointer_type(TYPE))
    if ALIGNED:
        found = tl.multiple_of(found, 16)
    return found


@_jit()
def step_many(
    table, blocks, rates, moment, sign, share1, beta2, share2, eps, before, after,
    P: tl.constexpr, GRADIENT: tl.constexpr, DELTA: tl.constexpr,
    HALF: tl.constexpr, COARSE: tl.constexpr, ALIGNED: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """Move the block of the tensor that `blocks` gives to this program.

    The table has rows of eight: size, key of the place, addresses of p, y, ∇f, m, v, δ.
    """
    block = blocks + 2 * tl.program_id(0)
    tensor = tl.load(block).to(tl.int64)
    row = table + tensor * 8
    key = tl.load(row + 1).to(tl.int32) + tl.load(moment)
    step_start(
        address(row, 2, P, ALIGNED), address(row, 3, tl.float32, ALIGNED),
        address(row, 4, GRADIENT, ALIGNED), address(row, 5, tl.float32, ALIGNED),
        address(row, 6, tl.float32, ALIGNED), address(row, 7, DELTA, ALIGNED),
        tl.load(row), key, tl.load(block + 1).to(tl.int64), rates + tensor * 4,
        sign, share1, beta2, share2, eps, before, after, HALF, COARSE, BLOCK,
    )  # fmt: skip


@_jit(do_not_specialize=["size", "place"])
def step_one(
    p, y, gradient, mean, square, delta, size, place, rates, moment,
    sign, share1, beta2, share2, eps, before, after,
    HALF: tl.constexpr, COARSE: tl.constexpr, BLOCK: tl.constexpr,
):  # fmt: skip
    """Move the block of this program, of the one tensor given."""
    step_start(
        p, y, gradient, mean, square, delta, size, place + tl.load(moment),
        tl.program_id(0).to(tl.int64), rates,
        sign, share1, beta2, share2, eps, before, after, HALF, COARSE, BLOCK,
    )  # fmt: skip
