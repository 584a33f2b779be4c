r"""AC-SA as GPA whose μ_y changes with t, and back: an identity.

.. math::
    x^{md}_t = \beta_t^{-1} x_t + (1-\beta_t^{-1})\, x^{ag}_t, \quad
    x_{t+1} = \text{base}(x_t, \gamma_t g(x^{md}_t)), \quad
    x^{ag}_{t+1} = \beta_t^{-1} x_{t+1} + (1-\beta_t^{-1})\, x^{ag}_t

These are GPA's three lines, with its z, y and x for AC-SA's x, x^{md} and x^{ag}, if c_{t+1} =
1/β_t and μ_{y,t} = 1 − c_{t+1}: gradient point and average have the same share of z.  As β_1 = 1,
z_1 has no weight in the average.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gpa_theory.core.averaging import Averaging, Polynomial, Scalar
from gpa_theory.core.conversions.converted import Converted
from gpa_theory.core.conversions.varying import Later, Schedule, Varying
from gpa_theory.core.recursion import GPA
from gpa_theory.core.validation import check_range, refuse

LAN = Polynomial(1)  # β_t = (t+1)/2
ACSA = (
    "x_t, y_t and z_t are AC-SA's x_t^ag, x_t^md and x_t, around its prox step or any other base, "
    "with step sizes that grow like its β_t"
)


@dataclass(frozen=True, slots=True)
class Coupled:
    """The μ_y of AC-SA, 1 − 1/β_t: with it y_t has the share of z_t that x_{t+1} has of z_{t+1}.

    >>> Coupled(Polynomial(1)).at(3.0)
    0.5
    """

    weights: Averaging

    def at(self, t: Scalar) -> Scalar:
        """Return 1 − c_t of `weights`."""
        return 1 - self.weights.coefficient(t)


@dataclass(frozen=True, slots=True)
class Growing:
    """The step sizes of AC-SA, γ_t = lr · β_t.

    >>> Growing(0.5, Polynomial(1)).at(3.0)
    1.0
    """

    lr: Scalar
    weights: Averaging

    def at(self, t: Scalar) -> Scalar:
        """Return lr/c_t of `weights`."""
        return self.lr / self.weights.coefficient(t)


def from_acsa(lr: Scalar, weights: Averaging = LAN) -> Converted:
    r"""Return GPA that is AC-SA with γ_t = lr · β_t and 1/β_t = c_t of `weights`: an identity.

    .. math:: \text{Lan's choice, } Polynomial(1): \qquad
        \beta_t = \frac{t+1}{2}, \qquad \gamma_t = \frac{t+1}{2}\, lr

    Domain: lr ≥ 0; ValueError outside.

    >>> setting = from_acsa(lr=0.1)
    >>> setting.averaging, setting.mu_y.at(3.0), setting.gamma.at(3.0), setting.kind
    (Later(inner=Polynomial(r=1)), 0.5, 0.2, 'identity')

    Reference: lan2012optimal.
    """
    call = f"from_acsa(lr={lr}, weights={weights})"
    check_range(call, "lr", lr, 0)
    if not hasattr(weights, "coefficient"):
        raise refuse(call, "weights", "must be an Averaging: it has c_t = coefficient(t)")
    method = Varying(Later(weights), Coupled(weights))
    return Converted(method, Growing(lr, weights), "identity", ACSA)


def to_acsa(method: GPA, gamma: Schedule) -> dict[str, Any]:
    """Return the arguments of `from_acsa` that give this GPA.

    ValueError unless averaging, μ_y and γ_t come from one β_t with β_1 = 1.  A constant μ_y is
    refused: β would be constant too, and β_1 = 1 leaves β = 1 alone, which is the base.

    >>> setting = from_acsa(lr=0.1)
    >>> to_acsa(setting.method, setting.gamma)
    {'lr': 0.1, 'weights': Polynomial(r=1)}
    """
    call = f"to_acsa({method}, gamma={gamma})"
    if not isinstance(method.averaging, Later) or not isinstance(gamma, Growing):
        raise refuse(call, "averaging", "must be Later(weights), with gamma Growing(lr, weights)")
    weights = method.averaging.inner
    if method.mu_y != Coupled(weights):
        raise refuse(call, "mu_y", f"must be 1 − 1/β_t, Coupled({weights})")
    if gamma.weights != weights:
        raise refuse(call, "gamma", f"must grow like β_t, Growing(lr, {weights})")
    return {"lr": gamma.lr, "weights": weights}
