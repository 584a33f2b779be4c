r"""GPA as one reads it: three sequences x, y, z, nothing fast and nothing clever.

.. math::
    y_t = \mu_y x_t + (1-\mu_y) z_t, \quad z_{t+1} = \text{base}(z_t, \nabla f(y_t)), \quad
    x_{t+1} = (1-c_{t+1})\, x_t + c_{t+1} z_{t+1}

It is what `optim.GPA` is tested against: read this file first, use that one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch.optim import Optimizer

from gpa_theory.core.averaging import Averaging
from gpa_theory.core.validation import check_range


class ReferenceGPA:
    """GPA around `base`, 0 ≤ μ_y ≤ 1; every parameter must have a gradient at every step.

    The parameters hold y; `x` and `z` are lists of tensors of their shapes, in their order.
    ValueError if μ_y is out of range.

    >>> from gpa_theory.core.averaging import Exponential
    >>> w = torch.nn.Parameter(torch.tensor([1.0]))
    >>> opt = ReferenceGPA(torch.optim.SGD([w], lr=0.5), Exponential(0.75), mu_y=0.5)
    >>> (w**2 / 2).sum().backward(); opt.step()
    >>> opt.x, opt.z, w.tolist()
    ([tensor([0.8750])], [tensor([0.5000])], [0.6875])

    Reference: defazio2025smoothing.
    """

    def __init__(self, base: Optimizer, averaging: Averaging, mu_y: float) -> None:
        check_range(f"ReferenceGPA(mu_y={mu_y})", "mu_y", mu_y, 0, 1)
        self.base, self.averaging, self.mu_y, self.t = base, averaging, mu_y, 1
        self.y = [p for group in base.param_groups for p in group["params"]]
        self.x = [p.detach().clone() for p in self.y]  # x_1 = y_1 = z_1
        self.z = [p.detach().clone() for p in self.y]

    @torch.no_grad()
    def step(self) -> None:
        """Take a step with the gradients that the parameters have, which were taken at y."""
        for y, z in zip(self.y, self.z, strict=True):
            y.copy_(z)
        self.base.step()  # it finds z where y was, and moves it
        self.t += 1
        c = self.averaging.coefficient(float(self.t))
        for x, y, z in zip(self.x, self.y, self.z, strict=True):
            z.copy_(y)
            x.copy_((1 - c) * x + c * z)
            y.copy_(self.mu_y * x + (1 - self.mu_y) * z)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Have x in the parameters inside the block, to evaluate or to save it."""
        kept = [y.detach().clone() for y in self.y]
        with torch.no_grad():
            for x, y in zip(self.x, self.y, strict=True):
                y.copy_(x)
        try:
            yield
        finally:
            with torch.no_grad():
                for y, was in zip(self.y, kept, strict=True):
                    y.copy_(was)
