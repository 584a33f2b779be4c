r"""GPA on a quadratic f = h w²/2: one step as a matrix, and its characteristic polynomial.

With s = γh, an SGD base, 0 ≤ μ_x < 1 and 0 ≤ μ_y ≤ 1, each of x, y and z obeys the recursion of

.. math::
    p(r) = r^2 - \operatorname{tr}\, r + \det, \qquad
        \operatorname{tr} = 1 + \mu_x - s(1 - \mu_x\mu_y), \qquad \det = \mu_x (1 - s(1 - \mu_y)),

where tr and det are the trace and the determinant of that matrix.  A base with momentum of its own,
:math:`b^+ = \beta b + (1-\text{dampening})\,g,\ z^+ = z - \gamma b^+`, makes p cubic; there
s = γh (1 − dampening).  All of it is computed from steps of `core`'s recursion on named scalars.
`stability` reads off where the roots lie, `variance` what gradient noise does.  A quadratic in more
dimensions is this one in each eigendirection.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import islice

import sympy as sp

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.certificate import Certificate
from gpa_theory.core.gram import ZERO, Point, basis, constant
from gpa_theory.core.recursion import GPA, Iterates
from gpa_theory.symbolic.engine.axioms import nonnegative
from gpa_theory.symbolic.engine.fields import reduced
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.symbols import Expr, rho
from gpa_theory.symbolic.engine.symbols import mu_x as MU_X
from gpa_theory.symbolic.step_identity import MU_Y_CLOSED

MU_Y, BETA, S, KAPPA = sp.symbols("mu_y beta s kappa", nonnegative=True)
R = sp.Symbol("r")  # the variable of p

# Values in which signs can be proved: 0 ≤ μ_x < 1, 0 ≤ μ_y ≤ 1, 0 ≤ β < 1.
SIGNED = {MU_X: rho / (1 + rho), MU_Y: MU_Y_CLOSED, BETA: KAPPA / (1 + KAPPA)}


def zero(value: Expr) -> Certificate:
    """Certify value = 0."""
    return Certificate(constant(value), ())


def above(value: Expr, floor: Expr = 0) -> Certificate:
    """Certify value ≥ floor for 0 ≤ μ_x, β < 1 and 0 ≤ μ_y ≤ 1."""
    excess = reduced((value - floor).subs(SIGNED))
    return Certificate(constant(excess), (nonnegative(excess),))


def _states(momentum: Expr, noise: Point = ZERO) -> Iterator[tuple[Point, Point, Point, Point]]:
    """Yield (x, z, y, b) at t, t+1, … from a free state; `noise` is γ times the gradient's."""
    method, s, b = GPA(Exponential(MU_X), MU_Y), Iterates(basis("x"), basis("z")), basis("b")
    while True:
        y = method.query(s)
        yield s.x, s.z, y, b
        b = momentum * b + S * y + noise
        s = method.advance(s, s.z - b, t=2)


@cache
def step_matrix(momentum: Expr = BETA) -> Expr:
    """Return the 3 × 4 matrix of one step: (x, z, b, noise) to the next (x, z, b).

    b is γ times the base's momentum, s = γh (1 − dampening); without momentum column b is 0.
    """
    _, (x, z, _, b) = islice(_states(momentum, basis("n")), 2)
    return sp.Matrix([[v.coefficient(name) for name in ("x", "z", "b", "n")] for v in (x, z, b)])


@cache
def characteristic(momentum: Expr = sp.S.Zero) -> Expr:
    """Return the characteristic polynomial in r: of degree 2 for an SGD base, else 3.

    >>> characteristic().subs({MU_X: 0, S: 1})  # plain gradient descent, γh = 1
    r**2
    """
    p = step_matrix(momentum)[:, :3].charpoly(R).as_expr()
    return sp.collect(sp.expand(sp.cancel(p / R) if momentum == 0 else p), R)


def characteristic_proof() -> Proof:
    """Prove Σ_k p_k x_{t+k} = 0, and the same for y and z, without and with base momentum."""
    parts = [
        (f"{name}, {base} base", Certificate(total, ()))
        for base, momentum in (("SGD", sp.S.Zero), ("momentum", BETA))
        for name, total in _combinations(momentum)
    ]
    trace, determinant = 1 + MU_X - S * (1 - MU_X * MU_Y), MU_X * (1 - S * (1 - MU_Y))
    parts.append(("p, SGD base", zero(characteristic() - (R**2 - trace * R + determinant))))
    parts.append(("β = 0", zero(characteristic(BETA).subs(BETA, 0) - R * characteristic())))
    return Proof("x, y and z obey the characteristic polynomial", tuple(parts))


def _combinations(momentum: Expr) -> Iterator[tuple[str, Point]]:
    """Yield Σ_k p_k v_{t+k}, p_k being the coefficient of r^k, for v = x, z and y."""
    p = sp.Poly(characteristic(momentum), R).all_coeffs()[::-1]
    states = list(islice(_states(momentum), len(p)))
    for index, name in enumerate("xzy"):
        yield name, sum((c * s[index] for c, s in zip(p, states, strict=True)), ZERO)
