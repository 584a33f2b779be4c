r"""The step identity's terms: their names, their words, and what each is multiplied by.

For any differentiable f, with r_t = ⟨∇f(y_t), z_t − u⟩ and φ_t = f(x_t) − f(u), in form "step"

.. math::
    \varphi_t + \rho_t (f(x_t) - f(x_{t-1})) = r_t - B(u,y_t) - (1+\nu) B(y_t,x_t)
        - \nu B(x_t,y_t) - \rho_t B(x_{t-1},x_t), \qquad \mu_y < 1,

and, with the gradient at y_t alone, in form "gradient_at_y", where k = 1 + (1−μ_y) ρ_t,

.. math::
    \varphi_t + \rho_t (f(x_t) - f(x_{t-1})) = r_t - B(u,y_t)
        - \tfrac{\mu_y\rho_t}{k} B(x_{t-1},y_t)
        - (1+\rho_t) \bigl[\tfrac1k f(y_t) + (1-\tfrac1k) f(x_{t-1}) - f(x_t)\bigr].

Convexity makes every subtracted term ≥ 0.  The arithmetic is that of ρ, μ_y and ν: floats, arrays,
Fractions or sympy expressions.  Points are called "u", "x", "y", "z" and "prev", which is x_{t−1}.
"""

from __future__ import annotations

from typing import Any

from gpa_theory.core.averaging import Scalar
from gpa_theory.core.validation import refuse

FORMS = ("step", "gradient_at_y")
WORDS = {  # the terms as a person reads them; those after regret are subtracted
    "phi": "φ: f(x_t) − f(u)",
    "telescope": "telescope: ρ (f(x_t) − f(x_{t−1}))",
    "regret": "regret: ⟨g_t, z_t − u⟩",
    "bregman_u_y": "B(u, y_t)",
    "bregman_y_x": "(1+ν) B(y_t, x_t)",
    "bregman_x_y": "ν B(x_t, y_t)",
    "bregman_prev_x": "ρ B(x_{t−1}, x_t)",
    "bregman_prev_y": "(μ_y ρ/k) B(x_{t−1}, y_t)",
    "jensen": "(1+ρ) Jensen gap",
}
LOST = {  # the subtracted terms of each form
    "step": ("bregman_u_y", "bregman_y_x", "bregman_x_y", "bregman_prev_x"),
    "gradient_at_y": ("bregman_u_y", "bregman_prev_y", "jensen"),
}
Multiplied = tuple[str, Any, str, str]  # name of the term, its multiplier, a and b of B(a, b)


def default_form(mu_y: Scalar) -> str:
    """Return the form that applies: "step" wherever it does.

    >>> default_form(0.7), default_form(1.0)
    ('step', 'gradient_at_y')
    """
    return "step" if mu_y < 1 else "gradient_at_y"


def check_form(call: str, form: str, mu_y: Scalar) -> None:
    """Raise ValueError unless the identity of this name holds at this μ_y.

    >>> check_form("identity(form='step')", "step", 1.0)
    Traceback (most recent call last):
    ValueError: `identity(form='step')`: mu_y must be below 1; use form='gradient_at_y'
    """
    if form not in FORMS:
        raise refuse(call, "form", f"must be one of {', '.join(FORMS)}")
    if form == "step" and mu_y >= 1:
        raise refuse(call, "mu_y", "must be below 1; use form='gradient_at_y'")


def nu(mu_y: Scalar) -> Scalar:
    """Return ν = μ_y/(1−μ_y), for μ_y < 1.

    >>> nu(0.5)
    1.0
    """
    return mu_y / (1 - mu_y)


def k(rho: Scalar, mu_y: Scalar) -> Scalar:
    """Return k = 1 + (1−μ_y) ρ, the inverse share of y_t in x_t = y_t/k + (1 − 1/k) x_{t−1}.

    >>> k(rho=2.0, mu_y=0.5)
    2.0
    """
    return 1 + (1 - mu_y) * rho


def divergences(form: str, rho: Scalar, mu_y: Scalar) -> tuple[Multiplied, ...]:
    """Return (name, multiplier, a, b) for every B(a, b) that the form subtracts.

    >>> [name for name, *_ in divergences("gradient_at_y", rho=2.0, mu_y=1.0)]
    ['bregman_u_y', 'bregman_prev_y']
    """
    return at_x_and_y(rho, nu(mu_y)) if form == "step" else at_y(rho, mu_y)


def at_x_and_y(rho: Scalar, nu: Scalar) -> tuple[Multiplied, ...]:
    """Return the four divergences of form "step", as `divergences` does, from ν in place of μ_y.

    >>> [multiplier for _, multiplier, _, _ in at_x_and_y(rho=9, nu=2)]
    [1, 3, 2, 9]
    """
    return (
        ("bregman_u_y", 1, "u", "y"),
        ("bregman_y_x", 1 + nu, "y", "x"),
        ("bregman_x_y", nu, "x", "y"),
        ("bregman_prev_x", rho, "prev", "x"),
    )


def at_y(rho: Scalar, mu_y: Scalar) -> tuple[Multiplied, ...]:
    """Return the two divergences of form "gradient_at_y"; the Jensen gap has `jensen_weights`."""
    past = mu_y * rho / k(rho, mu_y)
    return (("bregman_u_y", 1, "u", "y"), ("bregman_prev_y", past, "prev", "y"))


def jensen_weights(rho: Scalar, mu_y: Scalar) -> tuple[Scalar, Scalar]:
    """Return (1 − 1/k, 1/k), the weights of x_{t−1} and y_t in x_t.

    >>> jensen_weights(rho=2.0, mu_y=0.5)
    (0.5, 0.5)
    """
    return (1 - mu_y) * rho / k(rho, mu_y), 1 / k(rho, mu_y)


def affine(form: str, rho: Scalar, mu_y: Scalar) -> dict[str, dict[str, Scalar]]:
    """Return the vectors that vanish on a run of GPA, as coefficients of the points.

    Each key names the point whose gradient multiplies that vector in the identity.

    >>> affine("step", rho=3.0, mu_y=0.5)
    {'y': {'z': 1, 'y': -2.0, 'x': 1.0}, 'x': {'y': 2.0, 'x': -5.0, 'prev': 3.0}}
    """
    if form == "gradient_at_y":
        weight = mu_y * rho / k(rho, mu_y)
        return {"y": {"z": 1, "y": -1 - weight, "prev": weight}}
    n = nu(mu_y)
    return {
        "y": {"z": 1, "y": -1 - n, "x": n},
        "x": {"y": 1 + n, "x": -1 - n - rho, "prev": rho},
    }
