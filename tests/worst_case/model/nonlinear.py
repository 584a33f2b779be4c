"""Methods that look at their vectors, and so are no fixed combination of gradients."""

import math
from fractions import Fraction

import numpy as np

from tests.worst_case.model.lies import STEP, Own, lie


@lie("takes the size of a vector")
class Normalizes(Own):
    def moved(self, t, z, g):
        return z - STEP / abs(g) * g


@lie("asks a vector for 'norm'")
class AsksForNorm(Own):
    def moved(self, t, z, g):
        return z - (STEP / g.norm()) * g


@lie("takes the size of a vector")
class NormalizesByNumpy(Own):
    def moved(self, t, z, g):
        return z - (0.1 / np.linalg.norm(g)) * g


@lie("multiplies two vectors")
class AdaGrad(Own):
    def play(self, oracle, z1, steps):
        self.total = 0
        return super().play(oracle, z1, steps)

    def moved(self, t, z, g):
        self.total = self.total + g * g
        return z - g / math.sqrt(self.total)


@lie("takes a power or product of a vector")
class AdaGradNorm(Own):
    def moved(self, t, z, g):
        return z - STEP / math.sqrt(g @ g) * g


@lie("takes a comparison of a vector")
class Branches(Own):
    def moved(self, t, z, g):
        return z - STEP * g if g > 0 else z - 2 * STEP * g


@lie("takes a comparison of a vector")
class BranchesOnZero(Own):
    def moved(self, t, z, g):
        return z - STEP * g if g else z


@lie("takes the value of a vector")
class Reads(Own):
    def moved(self, t, z, g):
        return z - STEP * math.tanh(g) * g


@lie("takes coordinates of a vector")
class SignDescent(Own):
    def moved(self, t, z, g):
        return z - STEP * np.sign(list(g))


@lie("takes the size of a vector")
class HidesWhatItCaught(Own):
    """Takes a norm where there is one; what was refused is remembered."""

    def moved(self, t, z, g):
        try:
            return z - STEP / abs(g) * g
        except ValueError:
            return z - STEP * g


@lie("with numbers for vectors it makes others")
class TellsVectorsApart(Own):
    """Is linear as long as it is watched: a step by the sign for numbers, of g for others."""

    def moved(self, t, z, g):
        if isinstance(g, Fraction):
            return z - STEP * (g > 0) + STEP * (g < 0)
        return z - STEP * g
