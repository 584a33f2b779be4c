r"""Momentum methods as GPA around SGD, and back: all of them identities.

.. math::
    \text{Nesterov:}\quad & \mu_x = \mu_y = \mu, && \gamma = lr/(1-\mu), && y_t = \theta_t \\
    \text{heavy ball:}\quad & \mu_x = \mu,\ \mu_y = 1, && \gamma = lr/(1-\mu),
        && x_t = y_t = \theta_t \\
    \text{QHM:}\quad & \mu_x = \beta,\ \mu_y = \nu, && \gamma = \alpha, && y_t = \theta_t

θ_t are the weights before step t, at which the gradient is taken, and m_1 = 0.  The `lr` must be
constant: torch multiplies the whole buffer by the current one, GPA each gradient by its own.
Weight decay is covered where it is part of the gradient at y.  At μ_x = 0, where x = y = z for
every μ_y, each is plain gradient descent.  Proved in `symbolic.special_cases`, by induction on t.
"""

from __future__ import annotations

from gpa_theory.core.averaging import Exponential, Scalar
from gpa_theory.core.conversions.converted import BASE_IN_WORDS, Converted, constants
from gpa_theory.core.recursion import GPA
from gpa_theory.core.validation import check_range, refuse

NESTEROV = (
    "y_t is the weights of torch.optim.SGD(nesterov=True) before step t, and x_t those of "
    f"Sutskever's form, {BASE_IN_WORDS}"
)
HEAVY_BALL = f"x_t = y_t is the weights of torch.optim.SGD(momentum) before step t, {BASE_IN_WORDS}"
QHM = f"y_t is the weights of quasi-hyperbolic momentum before step t, {BASE_IN_WORDS}"


def from_nesterov(lr: Scalar, momentum: Scalar) -> Converted:
    r"""Return GPA whose y is torch's Nesterov momentum, lr ≥ 0 and 0 ≤ μ < 1: an identity.

    .. math:: m^+ = \mu m + g(\theta), \qquad \theta^+ = \theta - lr\,(g(\theta) + \mu m^+)

    ValueError outside the domain.

    >>> setting = from_nesterov(lr=0.25, momentum=0.75)
    >>> setting.mu_x, setting.mu_y, setting.gamma, setting.kind
    (0.75, 0.75, 1.0, 'identity')

    Reference: sutskever2013importance.
    """
    gamma = _gain("from_nesterov", lr, momentum)
    return Converted(GPA(Exponential(momentum), momentum), gamma, "identity", NESTEROV)


def to_nesterov(method: GPA, gamma: Scalar) -> dict[str, Scalar]:
    """Return the arguments of `from_nesterov` that give this GPA, lr = (1−μ_x)γ and momentum μ_x.

    ValueError unless μ_x = μ_y, constant, or μ_x = 0; no Nesterov momentum is equal otherwise.

    >>> to_nesterov(GPA(Exponential(0.75), 0.75), gamma=1.0)
    {'lr': 0.25, 'momentum': 0.75}
    """
    call = f"to_nesterov({method}, gamma={gamma})"
    mu_x, mu_y = constants(call, method, gamma)
    if mu_x not in (mu_y, 0):
        raise refuse(call, "mu_y", f"must equal μ_x = {mu_x}; to_qhm takes any")
    return {"lr": (1 - mu_x) * gamma, "momentum": mu_x}


def from_heavy_ball(lr: Scalar, momentum: Scalar) -> Converted:
    r"""Return GPA whose x = y is the heavy ball, lr ≥ 0 and 0 ≤ μ < 1: an identity.

    .. math:: \theta^+ = \theta - lr\,g(\theta) + \mu\,(\theta - \theta^-)

    For z⁺ = z − γ g(x) gives x⁺ = μx + (1−μ)z⁺ = x − (1−μ)γ g(x) + μ(x − x⁻), as
    (1−μ)z = x − μx⁻; at t = 1, x = z and x⁻ = x.  So z is ahead of x by μ/(1−μ) (x − x⁻).
    ValueError outside the domain.

    >>> setting = from_heavy_ball(lr=0.25, momentum=0.75)
    >>> setting.mu_x, setting.mu_y, setting.gamma, setting.kind
    (0.75, 1, 1.0, 'identity')

    Reference: polyak1964some; defazio2020momentum, as primal averaging.
    """
    gamma = _gain("from_heavy_ball", lr, momentum)
    return Converted(GPA(Exponential(momentum), 1), gamma, "identity", HEAVY_BALL)


def to_heavy_ball(method: GPA, gamma: Scalar) -> dict[str, Scalar]:
    """Return the arguments of `from_heavy_ball` that give this GPA, lr = (1−μ_x)γ, momentum μ_x.

    ValueError unless μ_x is constant and μ_y = 1 or μ_x = 0; no heavy ball is equal otherwise.

    >>> to_heavy_ball(GPA(Exponential(0.75), 1), gamma=1.0)
    {'lr': 0.25, 'momentum': 0.75}
    """
    call = f"to_heavy_ball({method}, gamma={gamma})"
    mu_x, mu_y = constants(call, method, gamma)
    if mu_y != 1 and mu_x != 0:
        raise refuse(call, "mu_y", "must be 1; to_qhm takes any")
    return {"lr": (1 - mu_x) * gamma, "momentum": mu_x}


def from_qhm(lr: Scalar, momentum: Scalar, nu: Scalar) -> Converted:
    r"""Return GPA whose y is quasi-hyperbolic momentum, β = `momentum`: an identity.

    .. math:: m^+ = \beta m + (1-\beta) g(\theta), \qquad
        \theta^+ = \theta - \alpha\,((1-\nu) g(\theta) + \nu m^+)

    Domain: lr = α ≥ 0, 0 ≤ β < 1, 0 ≤ ν ≤ 1; ValueError outside.  QHM's ν is GPA's μ_y.

    >>> setting = from_qhm(lr=1.0, momentum=0.999, nu=0.7)
    >>> setting.mu_x, setting.mu_y, setting.gamma, setting.kind
    (0.999, 0.7, 1.0, 'identity')

    Reference: ma2019quasi.
    """
    call = f"from_qhm(lr={lr}, momentum={momentum}, nu={nu})"
    _check(call, lr, momentum)
    check_range(call, "nu", nu, 0, 1)
    return Converted(GPA(Exponential(momentum), nu), lr, "identity", QHM)


def to_qhm(method: GPA, gamma: Scalar) -> dict[str, Scalar]:
    """Return the arguments of `from_qhm` that give this GPA: α = γ, β = μ_x, ν = μ_y.

    ValueError unless μ_x and μ_y are constant; then there always is one.

    >>> to_qhm(GPA(Exponential(0.9), 0.7), gamma=1.0)
    {'lr': 1.0, 'momentum': 0.9, 'nu': 0.7}
    """
    mu_x, mu_y = constants(f"to_qhm({method}, gamma={gamma})", method, gamma)
    return {"lr": gamma, "momentum": mu_x, "nu": mu_y}


def _check(call: str, lr: Scalar, momentum: Scalar) -> None:
    check_range(call, "lr", lr, 0)
    check_range(call, "momentum", momentum, 0, 1, open_high=True)


def _gain(name: str, lr: Scalar, momentum: Scalar) -> Scalar:
    """Return γ = lr/(1−μ): in the long run momentum takes each gradient that many times."""
    _check(f"{name}(lr={lr}, momentum={momentum})", lr, momentum)
    return lr / (1 - momentum)
