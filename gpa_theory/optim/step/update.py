r"""The arithmetic of one step, in place and over many tensors at once.

The parameter holds y and one buffer holds δ = x − z.  Around the base's own step:

.. math::
    z = y - \mu_y \delta, \quad x = z + \delta \qquad & \text{(before)} \\
    \delta^+ = (1-c)(x - z^+), \quad y^+ = z^+ + \mu_y \delta^+ \qquad & \text{(after)}

so the base sees z, with its weight decay, and needs to know nothing.  1 − c is applied as
d − c·d: c is small where it matters, and c keeps its digits where 1 − c would lose them.  This is
`core.two_buffer.advance_y_delta` in two halves; a law test ties them together.

Each half is a pass over memory; on a CPU, where torch's kernels would make two and three of it,
large tensors take the compiled ones of `native`.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from gpa_theory.optim.step import native

Tensors = list[Tensor]

# torch's many-tensors-at-once kernels are what its own optimizers use, but their names are private.
# Lists of mixed types, devices or strides are fine: torch then goes through them one by one.
_add_: Callable[..., None] = torch._foreach_add_  # pyright: ignore[reportPrivateImportUsage]
_sub_: Callable[..., None] = torch._foreach_sub_  # pyright: ignore[reportPrivateImportUsage]
_mul: Callable[..., tuple[Tensor, ...]] = torch._foreach_mul  # pyright: ignore[reportPrivateImportUsage]


def uncover_base(parameters: Tensors, buffers: Tensors, mu_y: Any) -> None:
    """Turn (y, δ) into (z, x), in place: z = y − μ_y δ first, then x = z + δ."""
    parameters, buffers = _walked("uncover", parameters, buffers, mu_y)
    if parameters:
        _subtract(parameters, buffers, mu_y)
        _add_(buffers, parameters)


def cover_base(parameters: Tensors, buffers: Tensors, c: Any, mu_y: Any) -> None:
    """Turn (z⁺, x) into (y⁺, δ⁺), in place."""
    parameters, buffers = _walked("cover", parameters, buffers, c, mu_y)
    if parameters:
        _sub_(buffers, parameters)  # x − z⁺
        _subtract(buffers, buffers, c)  # δ⁺ = (1 − c)(x − z⁺), in which c keeps its digits
        _subtract(parameters, buffers, -mu_y)  # y⁺ = z⁺ + μ_y δ⁺


def add(targets: Tensors, added: Tensors) -> None:
    """Add tensor by tensor, in place."""
    if targets:
        _add_(targets, added)


def shift(parameters: Tensors, buffers: Tensors, amount: float) -> None:
    """Move parameters by amount · δ, in place: 1 − μ_y leads from y to x, its negative back."""
    if parameters and amount:
        _add_(parameters, buffers, alpha=amount)


def _subtract(targets: Tensors, moved: Tensors, scale: Any) -> None:
    """Subtract scale · moved, in place; one temporary list if `scale` is a tensor to be traced."""
    # As a float a traced number would be a constant of the graph, and one on a device would have
    # to be waited for.
    if isinstance(scale, Tensor) and (torch.compiler.is_compiling() or not scale.is_cpu):
        _sub_(targets, _mul(moved, scale))
    else:
        _add_(targets, moved, alpha=-float(scale))


def _walked(
    half: str, parameters: Tensors, buffers: Tensors, *scalars: Any
) -> tuple[Tensors, Tensors]:
    """Have the compiled kernel do what it can; return the pairs that it cannot take."""
    if not _worthwhile(parameters) or native.missing():
        return parameters, buffers
    constants = [ctypes.c_double(float(s)) for s in scalars]
    rest: list[tuple[Tensor, Tensor]] = []
    taken: dict[torch.dtype, list[tuple[Tensor, Tensor]]] = {}
    for pair in zip(parameters, buffers, strict=True):
        walks = pair[0].numel() >= native.LARGE and native.can_walk(*pair)
        (taken.setdefault(pair[0].dtype, []) if walks else rest).append(pair)
    for pairs in taken.values():
        ys, deltas = zip(*pairs, strict=True)
        native.call(half, (ys, deltas), *constants)
        # The kernel writes behind autograd's back: what saved these tensors must notice.
        torch.autograd.graph.increment_version((*ys, *deltas))
    return [p for p, _ in rest], [d for _, d in rest]


def _worthwhile(parameters: Tensors) -> bool:
    if torch.compiler.is_compiling() or not parameters or parameters[0].device.type != "cpu":
        return False
    return sum(p.numel() for p in parameters) >= native.WORTHWHILE
