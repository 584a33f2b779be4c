"""Exact runs of `core.run` in the plane, in the symbols of the Rocq statements."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.recursion import GPA, run
from tests.strategies import averagings, closed, interior, reals

vectors = st.tuples(reals, reals).map(lambda v: np.array(v, dtype=object))
exponentials = interior.map(Exponential)
uniform = st.just(Uniform())


def loss(a):
    """Return |a_1| + a_2²/2: convex, neither smooth nor strongly convex."""
    return abs(a[0]) + a[1] * a[1] / 2


def slope(a):
    """Return a subgradient of the loss at a."""
    return np.array([(a[0] > 0) - (a[0] < 0), a[1]], dtype=object)


def inner(a, b):
    return (a * b).sum()


def sqnorm(a):
    return inner(a, a)


def odds(mu):
    return mu / (1 - mu)


def breg(g, a, b):
    """Return B(a, b) of the loss, with g for the slope at b."""
    return loss(a) - loss(b) - inner(g, a - b)


@dataclass(frozen=True, eq=False)
class Run:
    """T exact steps; lists count from 1, entry 0 is a point that must not matter."""

    x: list[Any]
    y: list[Any]
    z: list[Any]
    u: Any
    method: GPA
    T: int

    def c(self, t):
        return self.method.averaging.coefficient(Fraction(t))

    def rho(self, t):
        return (1 - self.c(t)) / self.c(t)

    def phi(self, t):
        return loss(self.x[t]) - loss(self.u)

    def g(self, t):
        return slope(self.y[t])

    def h(self, t):
        return slope(self.x[t])

    def r(self, t):
        return inner(self.g(t), self.z[t] - self.u)

    def q(self, p, t):
        following = 0 if t == self.T else p(t + 1) * self.rho(t + 1)
        return p(t) * (1 + self.rho(t)) - following

    def total(self, term):
        """Return the sum of term(t) over t = 1 .. T."""
        return sum((term(t) for t in range(1, self.T + 1)), Fraction(0))

    def wmean(self, weight):
        mass = self.total(weight)
        return sum(weight(t) * self.x[t] for t in range(1, self.T + 1)) * (1 / Fraction(mass))


def made(zs, u, method, stray):
    """Return the run of `core` around the base sequence zs."""
    T = len(zs)
    steps = list(run(method, zs[0], lambda t, z, y: zs[t] if t < T else z, T, Fraction))
    xs, ys = [s.x for _, s in steps], [y for y, _ in steps]
    return Run([stray, *xs], [stray, *ys], [stray, *zs], u, method, T)


@st.composite
def runs(draw, averaging=averagings, mu_y=closed):
    """Draw a run around an arbitrary base sequence of one to six points."""
    zs = draw(st.lists(vectors, min_size=1, max_size=6))
    method = GPA(draw(averaging), draw(mu_y))
    return made(zs, draw(vectors), method, draw(vectors))
