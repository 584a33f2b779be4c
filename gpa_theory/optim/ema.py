r"""Averages of the weights that do not feed back: GPA with μ_y = 0, where y = z.

.. math::
    x_{t+1} = \mu_x x_t + (1-\mu_x) z_{t+1} \quad \text{(moving average)}, \qquad
    x_T = \frac{z_1 + \dots + z_T}{T} \quad \text{(Polyak-Ruppert)}

At μ_y = 0 the gradient is taken at z, so the base runs as if it were alone, and x is read out with
`averaged()`, `averaged_state_dict(model)` or `eval()`: no second model, one buffer per parameter.

Index convention: both averages count z_1, the weights before the first step.  That is what
`torch.optim.swa_utils.AveragedModel` gives if its `update_parameters` is called once before
training and then after every step.  If it is called only after the steps, it starts from z_2
instead: a mean of z_2 … z_T, which is (T x_T − z_1)/(T − 1), and a moving average that begins at
z_2.
"""

from __future__ import annotations

from torch.optim import Optimizer

from gpa_theory.core.averaging import Uniform
from gpa_theory.optim.gpa import GPA


def ema(base: Optimizer, decay: float = 0.999) -> GPA:
    """Return GPA that runs `base` and averages its weights exponentially, 0 ≤ `decay` < 1.

    It is ``GPA(base, mu_x=decay, mu_y=0.0)``, and x_T is AveragedModel's under
    `get_ema_multi_avg_fn(decay)`, with the index convention of this module.

    >>> import torch
    >>> w = torch.nn.Parameter(torch.tensor([1.0]))
    >>> opt = ema(torch.optim.SGD([w], lr=0.5), decay=0.75)
    >>> (w**2 / 2).sum().backward(); opt.step()
    >>> w.item()
    0.5
    >>> with opt.averaged():
    ...     w.item()
    0.875
    """
    return GPA(base, mu_x=decay, mu_y=0.0)


def polyak(base: Optimizer) -> GPA:
    """Return GPA that runs `base` and keeps the mean of all its weights, Polyak-Ruppert's average.

    It is ``GPA(base, averaging=Uniform(), mu_y=0.0)``, and x_T is AveragedModel's default (SWA),
    with the index convention of this module.

    >>> import torch
    >>> w = torch.nn.Parameter(torch.tensor([1.0]))
    >>> opt = polyak(torch.optim.SGD([w], lr=0.5))
    >>> (w**2 / 2).sum().backward(); opt.step()
    >>> with opt.averaged():
    ...     w.item()
    0.75
    """
    return GPA(base, averaging=Uniform(), mu_y=0.0)
