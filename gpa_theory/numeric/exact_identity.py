r"""The step identity on a run in rationals: the tier that decides what floats leave open.

The recorded floats (iterates, values, subgradients, c_t, μ_y) are taken as exact data and every
term is summed without rounding, so the discrepancy left − right of the identity is a rational
number, and it *equals* the formula in the recursion residuals e^x, e^y of `numeric.precision`:

.. math::
    (1+\nu)\langle g_t - h_t, e^y_t\rangle + (1+\rho_t)\langle h_t, e^x_t\rangle
    \qquad \text{(step identity, } \mu_y < 1) \\
    \tfrac{1+\rho_t}{k_t}\,\langle g_t, \mu_y e^x_t + e^y_t\rangle
    \qquad \text{(second identity, gradient at } y_t \text{ only)}

The formulas are written here a second time, on purpose: this file and `numeric.identity` check each
other.  Names and forms are those of `core.identity`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from gpa_theory.core.identity import check_form, default_form
from gpa_theory.numeric.trajectory import Trajectory

_rational = np.vectorize(Fraction, otypes=[object])


@dataclass(frozen=True, eq=False)
class ExactIdentity:
    """The terms of `Identity` as Fractions; `discrepancy` = left − right, and what explains it.

    `explained` is the formula in e^x and e^y.  The two are equal for *every* record, honest or not;
    what tells an honest run is that both are as small as rounding.
    """

    form: str
    terms: Mapping[str, Fraction]
    discrepancy: Fraction
    explained: Fraction


@dataclass(frozen=True, eq=False)
class _Data:
    """The record in Fractions; `back` is x_{t−1} with its value, at t = 1 x_1 itself (ρ_1 = 0)."""

    x: Any
    y: Any
    z: Any
    g: Any
    h: Any
    f_x: Any
    f_y: Any
    back: Any
    f_back: Any
    u: Any
    f_u: Fraction
    mu_y: Fraction
    c: Any
    rho: Any


def exact_identity(
    run: Trajectory,
    u: np.ndarray | None = None,
    form: str | None = None,
    p: np.ndarray | None = None,
) -> ExactIdentity:
    """Return the identity on `run` in rationals; arguments as for `identity`.

    For small runs: 0.1 s for T = 60 and 0.5 s for T = 240 in 31 dimensions (measured).

    >>> from gpa_theory import GPA, Exponential, load, simulate
    >>> from gpa_theory.numeric.learners import ogd
    >>> run = simulate(load("absolute"), ogd(0.1), GPA(Exponential(0.9), 0.7), 20)
    >>> found = exact_identity(run)
    >>> found.discrepancy == found.explained, float(abs(found.discrepancy)) < 1e-14
    (True, True)
    """
    data = _data(run, run.comparator("exact_identity()", u))
    form = form or default_form(data.mu_y)
    check_form(f"exact_identity(form={form!r})", form, data.mu_y)
    weights = _rational(run.weights("exact_identity()", p))
    lost, explained = _at_x_and_y(data) if form == "step" else _at_y(data)
    steps = {
        "phi": data.f_x - data.f_u,
        "telescope": data.rho * (data.f_x - data.f_back),
        "regret": _dot(data.g, data.z - data.u),
        **lost,
    }
    terms = {name: (weights * term).sum() for name, term in steps.items()}
    left, right = terms["phi"] + terms["telescope"], terms["regret"]
    gap = left - right + sum(terms[name] for name in lost)
    return ExactIdentity(form, terms, gap, (weights * explained).sum())


def _data(run: Trajectory, u: np.ndarray) -> _Data:
    x, y, z, g, h = (_rational(getattr(run, name)) for name in ("x", "y", "z", "g", "h"))
    f_x, f_y = _rational(run.f_x), _rational(run.f_y)
    coefficient = run.method.averaging.coefficient
    c = _rational([float(coefficient(float(t))) for t in range(1, run.steps + 1)])
    return _Data(
        x=x,
        y=y,
        z=z,
        g=g,
        h=h,
        f_x=f_x,
        f_y=f_y,
        back=np.concatenate([x[:1], x[:-1]]),
        f_back=np.concatenate([f_x[:1], f_x[:-1]]),
        u=_rational(u),
        f_u=Fraction(float(run.problem.value(u))),
        mu_y=Fraction(float(run.method.mu_y)),
        c=c,
        rho=(1 - c) / c,
    )


def _dot(a: Any, b: Any) -> Any:
    return (a * b).sum(-1)


def _residuals(s: _Data) -> tuple[Any, Any]:
    """Return e^x and e^y, shape (T, d)."""
    c = s.c[:, None]
    return s.x - (1 - c) * s.back - c * s.z, s.y - s.mu_y * s.x - (1 - s.mu_y) * s.z


def _at_x_and_y(s: _Data) -> tuple[dict[str, Any], Any]:
    nu, (e_x, e_y) = s.mu_y / (1 - s.mu_y), _residuals(s)
    lost = {
        "bregman_u_y": s.f_u - s.f_y - _dot(s.g, s.u - s.y),
        "bregman_y_x": (1 + nu) * (s.f_y - s.f_x - _dot(s.h, s.y - s.x)),
        "bregman_x_y": nu * (s.f_x - s.f_y - _dot(s.g, s.x - s.y)),
        "bregman_prev_x": s.rho * (s.f_back - s.f_x - _dot(s.h, s.back - s.x)),
    }
    return lost, (1 + nu) * _dot(s.g - s.h, e_y) + (1 + s.rho) * _dot(s.h, e_x)


def _at_y(s: _Data) -> tuple[dict[str, Any], Any]:
    k, (e_x, e_y) = 1 + (1 - s.mu_y) * s.rho, _residuals(s)
    lost = {
        "bregman_u_y": s.f_u - s.f_y - _dot(s.g, s.u - s.y),
        "bregman_prev_y": s.mu_y * s.rho / k * (s.f_back - s.f_y - _dot(s.g, s.back - s.y)),
        "jensen": (1 + s.rho) * (s.f_y / k + (1 - 1 / k) * s.f_back - s.f_x),
    }
    return lost, (1 + s.rho) / k * _dot(s.g, s.mu_y * e_x + e_y)
