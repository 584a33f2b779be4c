r"""Averages of the iterates as GPA around any base, and back: identities.

.. math::
    \text{Schedule-Free:}\quad & c_t = 1/t,\ \mu_y = \beta && \text{(x, y, z are its own)} \\
    \text{EMA of the weights:}\quad & \mu_x = \text{decay},\ \mu_y = 0 &&
        \text{(y = z are the weights, x is their average)}

The step size stays as it is.  Both averages count z_1, the weights before the first step; the
`schedulefree` package does not (`counts_start=False`).  Proved in `symbolic.special_cases` and
`symbolic.schedule_free`.
"""

from __future__ import annotations

from gpa_theory.core.averaging import Exponential, Polynomial, Scalar, Uniform
from gpa_theory.core.conversions.converted import Converted, constants
from gpa_theory.core.conversions.varying import Later
from gpa_theory.core.recursion import GPA
from gpa_theory.core.validation import check_range, refuse

SCHEDULE_FREE = (
    "x_t, y_t and z_t are those of Schedule-Free with w_t = 1, around any base; the schedulefree "
    "package gives z_1 no weight, and its weights are the y_t of counts_start=False"
)
PACKAGE = (
    "y_t is the weights of the schedulefree package in training mode before step t, and x_t "
    "those in evaluation mode, with constant lr and no warmup; its mean leaves z_1 out"
)
EMA = (
    "y_t = z_t is the weights of the base run alone, and x_t their average by AveragedModel with "
    "this decay, updated once before training and after each step; around any base"
)


def from_schedule_free(lr: Scalar, beta: Scalar, *, counts_start: bool = True) -> Converted:
    r"""Return GPA that is Schedule-Free with w_t = 1, lr ≥ 0 and 0 ≤ β ≤ 1: an identity.

    .. math:: y = (1-\beta) z + \beta x, \qquad z^+ = z - \gamma g(y), \qquad
        x^+ = \tfrac{t}{t+1}\, x + \tfrac{1}{t+1}\, z^+

    That is the paper's convention, x_t the mean of z_1 … z_t.  With `counts_start=False` it is the
    package's, c_t = 1/(t−1) from t = 2 on.  ValueError outside the domain.

    >>> setting = from_schedule_free(lr=0.1, beta=0.9)
    >>> setting.averaging, setting.mu_y, setting.gamma, setting.kind
    (Uniform(), 0.9, 0.1, 'identity')
    >>> from_schedule_free(lr=0.1, beta=0.9, counts_start=False).averaging
    Later(inner=Uniform())

    Reference: defazio2024road.
    """
    call = f"from_schedule_free(lr={lr}, beta={beta})"
    check_range(call, "lr", lr, 0)
    check_range(call, "beta", beta, 0, 1)
    averaging = Uniform() if counts_start else Later(Uniform())
    words = SCHEDULE_FREE if counts_start else PACKAGE
    return Converted(GPA(averaging, beta), lr, "identity", words)


def to_schedule_free(method: GPA, gamma: Scalar) -> dict[str, Scalar]:
    """Return the arguments of `from_schedule_free` that give this GPA.

    ValueError unless c_t is 1/t, or 1/(t−1) from t = 2 on, and μ_y is constant.

    >>> to_schedule_free(GPA(Uniform(), 0.9), gamma=0.1)
    {'lr': 0.1, 'beta': 0.9, 'counts_start': True}
    """
    call = f"to_schedule_free({method}, gamma={gamma})"
    counts_start = not isinstance(method.averaging, Later)
    mean = method.averaging.inner if isinstance(method.averaging, Later) else method.averaging
    if mean not in (Uniform(), Polynomial(0)):
        raise refuse(call, "averaging", "must be Uniform: Schedule-Free has no constant μ_x")
    check_range(call, "mu_y", method.mu_y, 0, 1)
    check_range(call, "gamma", gamma, 0)
    return {"lr": gamma, "beta": method.mu_y, "counts_start": counts_start}


def from_ema(lr: Scalar, decay: Scalar) -> Converted:
    r"""Return GPA that runs its base as if alone and averages its weights: an identity.

    .. math:: w^+ = \text{base}(w), \qquad e^+ = \text{decay} \cdot e + (1-\text{decay})\, w^+,
        \qquad e_1 = w_1

    Domain: lr ≥ 0 of the base, 0 ≤ decay < 1; ValueError outside.  `optim.ema` is this in torch.

    >>> setting = from_ema(lr=0.1, decay=0.999)
    >>> setting.mu_x, setting.mu_y, setting.gamma, setting.kind
    (0.999, 0, 0.1, 'identity')
    """
    call = f"from_ema(lr={lr}, decay={decay})"
    check_range(call, "lr", lr, 0)
    check_range(call, "decay", decay, 0, 1, open_high=True)
    return Converted(GPA(Exponential(decay), 0), lr, "identity", EMA)


def to_ema(method: GPA, gamma: Scalar) -> dict[str, Scalar]:
    """Return the arguments of `from_ema` that give this GPA.

    ValueError unless μ_x is constant and μ_y = 0 or μ_x = 0: otherwise the average feeds back.

    >>> to_ema(GPA(Exponential(0.999), 0), gamma=0.1)
    {'lr': 0.1, 'decay': 0.999}
    """
    call = f"to_ema({method}, gamma={gamma})"
    mu_x, mu_y = constants(call, method, gamma)
    if mu_y != 0 and mu_x != 0:
        raise refuse(call, "mu_y", "must be 0: else the average feeds back into the gradients")
    return {"lr": gamma, "decay": mu_x}
