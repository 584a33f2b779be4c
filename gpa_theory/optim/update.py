r"""The arithmetic of one step, in place and over many tensors at once.

The parameter holds y and one buffer holds δ = x − z.  Around the base's own step:

.. math::
    z = y - \mu_y \delta, \quad x = z + \delta \qquad & \text{(before)} \\
    \delta^+ = (1-c)(x - z^+), \quad y^+ = z^+ + \mu_y \delta^+ \qquad & \text{(after)}

so the base sees z, with its weight decay, and needs to know nothing.  1 − c is applied as
d − c·d: c is small where it matters, and c keeps its digits where 1 − c would lose them.  This is
`core.two_buffer.advance_y_delta` in two halves; a law test ties them together.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

Tensors = list[Tensor]

# torch's many-tensors-at-once kernels are what its own optimizers use, but their names are private.
# Lists of mixed types, devices or strides are fine: torch then goes through them one by one.
_add_: Callable[..., None] = torch._foreach_add_  # pyright: ignore[reportPrivateImportUsage]
_sub_: Callable[..., None] = torch._foreach_sub_  # pyright: ignore[reportPrivateImportUsage]
_mul: Callable[..., tuple[Tensor, ...]] = torch._foreach_mul  # pyright: ignore[reportPrivateImportUsage]


def uncover_base(parameters: Tensors, buffers: Tensors, mu_y: float) -> None:
    """Turn (y, δ) into (z, x), in place: z = y − μ_y δ first, then x = z + δ."""
    if parameters:
        _add_(parameters, buffers, alpha=-mu_y)
        _add_(buffers, parameters)


def cover_base(parameters: Tensors, buffers: Tensors, c: float, mu_y: float) -> None:
    """Turn (z⁺, x) into (y⁺, δ⁺), in place."""
    if parameters:
        _sub_(buffers, parameters)
        _sub_(buffers, _mul(buffers, c))
        _add_(parameters, buffers, alpha=mu_y)


def shift(parameters: Tensors, buffers: Tensors, amount: float) -> None:
    """Move parameters by amount · δ, in place: y to x is 1 − μ_y, x to y its negative."""
    if parameters and amount:
        _add_(parameters, buffers, alpha=amount)
