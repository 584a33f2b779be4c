"""The symbols of the theory, declared once with their signs, and the words the interface uses."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import sympy as sp

# A sympy expression.  Sympy's own annotations know nothing of `expression * Point`.
Expr = Any

# Interpolation.  The proofs use rho, nu ≥ 0; results are shown in mu_x = rho/(1+rho), mu_y.
rho: Expr
nu: Expr
rho, nu = sp.symbols("rho nu", nonnegative=True)
a: Expr
b: Expr
a, b = sp.symbols("a b", nonnegative=True)  # μ_y = a/(a+b): the closed interval, b = 0 included
mu_x: Expr = sp.Symbol("mu_x", nonnegative=True)  # below 1; `Bound.at` checks

# Problem and run.
T: Expr = sp.Symbol("T", positive=True)  # number of steps
G: Expr = sp.Symbol("G", positive=True)
D: Expr = sp.Symbol("D", positive=True)
R: Expr = sp.Symbol("R", positive=True)
epsilon: Expr = sp.Symbol("epsilon", nonnegative=True)  # how far u is from minimizing f
R_inf: Expr = sp.Symbol("R_inf", positive=True)
d: Expr = sp.Symbol("d", positive=True)  # dimension
gamma: Expr = sp.Symbol("gamma", positive=True)  # step size, or its scale where the step varies

# What a run shows, where a bound can use it instead of the worst case.
Q: Expr = sp.Symbol("Q", nonnegative=True)  # Σ_t |g_t|²
Q_1: Expr = sp.Symbol("Q_1", nonnegative=True)  # Σ_i |g_{1:T,i}|_2

# What an induction carries: q = √Q_{t−1} and its increase e; √t and its increase; the number of
# steps made; at the end q = √Q_T, and S = Σ_i √Q_{T,i}.
q, e, S = sp.symbols("q e S", nonnegative=True)
root: Expr = sp.Symbol("root", nonnegative=True)
root_step: Expr = sp.Symbol("e", positive=True)
COUNT: Expr = sp.Symbol("n", nonnegative=True)

# Constants of the problem and the run: nothing in a proof gives them another meaning.
CONSTANTS = frozenset({T, G, D, R, R_inf, d, epsilon, gamma, rho, nu, a, b, mu_x, Q, Q_1})

WORDS = {  # interface word: symbol
    "steps": T,
    "lipschitz": G,
    "radius": D,
    "diameter": R,
    "coordinate_diameter": R_inf,
    "dimension": d,
    "epsilon": epsilon,
    "gamma": gamma,
    "mu_x": mu_x,
    "squared_gradients": Q,
    "coordinate_gradients": Q_1,
}

MEASURED = "R_T"  # of a user's constants the one that may be negative: a regret that a run had


def word(symbol: sp.Symbol) -> str:
    """Return the interface word of `symbol`: `steps` for T, …; of a user's constant, its name.

    >>> word(gamma)
    'gamma'
    """
    return next((name for name, known in WORDS.items() if known == symbol), symbol.name)


def named(expression: Expr) -> dict[str, sp.Symbol]:
    """Return the free symbols of the expression by interface word.

    >>> named(sp.Symbol("C", positive=True) / T) == {"C": sp.Symbol("C", positive=True), "steps": T}
    True
    """
    return {word(symbol): symbol for symbol in sp.sympify(expression).free_symbols}


def in_rho(expression: Expr) -> Expr:
    """Return the expression with μ_x = ρ/(1+ρ), in which signs can be proved.

    >>> sp.simplify(in_rho(1 - mu_x))
    1/(rho + 1)
    """
    return sp.sympify(expression).subs(mu_x, rho / (1 + rho))


def tidy(expression: Expr, factor: Expr = 1) -> Expr:
    """Return factor · expression, each summand factored, with 1 − μ_x written that way round.

    >>> tidy(D / gamma + G * gamma, -1 / (mu_x - 1))
    D/(gamma*(1 - mu_x)) + G*gamma/(1 - mu_x)
    """
    return sp.Add(*(_factored(factor * term) for term in sp.Add.make_args(sp.expand(expression))))


def _factored(term: Expr) -> Expr:
    result = sp.Integer(1)
    factors: Expr = sp.factor(term)
    for base, power in factors.as_powers_dict().items():
        flip = base.is_Add and base.subs(mu_x, 0).is_negative
        result *= (-1) ** power * (-base) ** power if flip else base**power
    return result


@lru_cache(maxsize=4096, typed=True)
def shortened(expression: Expr) -> Expr:
    """Return what sympy simplifies an expression to, and remember it: few are asked for often.

    >>> shortened(mu_x / (1 - mu_x) - 1 / (1 - mu_x))
    -1
    """
    return sp.simplify(expression)


@lru_cache(maxsize=1024, typed=True)  # every run of a claim asks for the same few
def simplified(expression: Expr) -> Expr:
    """Return a short equal form; √(1−μ_x)² and the like are powers of one positive number.

    >>> simplified(sp.sqrt(1 - mu_x) * D / sp.sqrt(1 - mu_x))
    D
    """
    present = sp.Dummy("c", positive=True)  # c = 1 − μ_x
    merged: Expr = sp.powdenest(expression.subs(mu_x, 1 - present), force=True)
    inside = sp.simplify(merged)
    summands: list[Expr] = [sp.factor(term) for term in sp.Add.make_args(inside)]
    return sp.Add(*summands).subs(present, 1 - mu_x)
