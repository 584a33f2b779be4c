"""A model to read forms on: vectors of ℚ³, numbers and a convex f, drawn when asked for."""

from fractions import Fraction

import numpy as np
import sympy as sp

from gpa_theory.core.gram import gram_pair
from gpa_theory.symbolic.engine.run import Place
from gpa_theory.symbolic.engine.symbols import T, d

SIZE = 3


class Model:
    """Vectors, numbers and a convex f, drawn when they are asked for."""

    def __init__(self, seed, sign=1):
        self.rng = np.random.default_rng(seed)
        self.vectors, self.scalars, self.symbols = {}, {}, {}
        self.slopes, self.heights = self.draw(4, SIZE), self.draw(4)
        self.sign = sign  # −1 makes f concave, and a box no box

    def draw(self, *shape):
        return np.vectorize(Fraction)(self.rng.integers(-9, 10, shape)) / 4

    def vector(self, name):
        if name not in self.vectors:
            self.vectors[name] = self.draw(SIZE)
        return self.vectors[name]

    def number(self, value):
        for s in sp.sympify(value).free_symbols - set(self.symbols):
            squared = s in (T, d)  # their roots are rational, too
            drawn = int(self.rng.integers(1, 6))
            self.symbols[s] = sp.Integer(drawn**2) if squared else sp.Rational(drawn, 3)
        found = sp.sympify(value).subs(self.symbols)
        return Fraction(int(found.p), int(found.q))

    def at(self, point):
        """Return the value of a combination of vectors."""
        parts = (self.number(c) * self.vector(n) for n, c in point.terms.items())
        return sum(parts, np.array([Fraction(0)] * SIZE))

    def form(self, form):
        """Return the value of a linear form in inner products, values of f and numbers."""
        total = Fraction(0)
        for name, c in form.terms.items():
            pair = gram_pair(name)
            value = self.vector(pair[0]) @ self.vector(pair[1]) if pair else self.scalars[name]
            total += self.number(c) * value
        return total

    def f(self, point):
        """Return f and a subgradient at a point: f is a maximum of affine functions."""
        heights = self.slopes @ point + self.heights
        k = max(range(4), key=lambda i: self.sign * heights[i])
        return heights[k], self.slopes[k]

    def box(self, point):
        """Return the projection onto the box |w_i| ≤ 1."""
        return np.array([max(min(x, Fraction(1)), Fraction(-1)) for x in point])

    def settle(self, *places: Place):
        """Give f and a subgradient at each place the values they have there."""
        self.scalars["1"] = Fraction(1)
        for place in places:
            value, slope = self.f(self.at(place.point))
            self.scalars[f"f({place.name})"], self.vectors[f"g({place.name})"] = value, slope


def length(vector):
    """Return a rational number that is at least the length."""
    return sum(map(abs, vector))
