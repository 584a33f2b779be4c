"""Methods that are not what they say, each with the words that it is refused with."""

import math
import random
from fractions import Fraction

from gpa_theory.worst_case.model.ball_vector import zero_vector
from gpa_theory.worst_case.model.methods import Trace

STEP = Fraction(1, 10)


class Own:
    """Subgradient descent by 1/10 as a user writes it; `moved` is what a liar overrides."""

    def moved(self, t, z, g):
        """Return z_{t+1}."""
        return z - STEP * g

    def returned(self, y, x, z):
        """Return the trace."""
        return Trace(tuple(y), tuple(x), tuple(z))

    def play(self, oracle, z1, steps):
        """Run T evaluation points."""
        y, x, z = [], [z1], [z1]
        for t in range(1, steps):
            y.append(z[-1])
            z.append(self.moved(t, z[-1], oracle(t, z[-1])))
            x.append(z[-1])
        return self.returned(y, x, z)

    def scaled(self, factor):
        """Lie: another class has other units, whatever is said here."""
        return self


LIES = {}


def lie(words):
    """Register a class of methods that is refused with these words."""

    def registered(kind):
        LIES[kind.__name__] = (kind, words)
        return kind

    return registered


@lie("must return 3 y, 4 x and 4 z")
class TooShort(Own):
    def returned(self, y, x, z):
        return Trace(tuple(y), tuple(x[:-1]), tuple(z))


@lie("must return 3 y, 4 x and 4 z")
class ExtraQuery(Own):
    def returned(self, y, x, z):
        return Trace((*y, z[-1]), tuple(x), tuple(z))


@lie("must move by gradients alone: z_1 has the weight 1/2 in x_1")
class StartsElsewhere(Own):
    def returned(self, y, x, z):
        return Trace(tuple(y), (Fraction(1, 2) * x[0], *x[1:]), tuple(z))


@lie("must make z_1 without g_1")
class StartsLater(Own):
    def returned(self, y, x, z):
        return Trace(tuple(y), tuple(x), (z[1], *z[1:]))


@lie("must return as y the points at which it asked")
class SaysOtherQueries(Own):
    def returned(self, y, x, z):
        return Trace((y[0], y[0], y[2]), tuple(x), tuple(z))


@lie("must make its points of z_1 and the gradients given, not of BallVector")
class Invents(Own):
    def returned(self, y, x, z):
        return Trace(tuple(y), (*x[:-1], zero_vector(5)), tuple(z))


@lie("must make its points of z_1 and the gradients given, not of int")
class AddsAConstant(Own):
    def moved(self, t, z, g):
        return z - STEP * g + 1


@lie("must make x_2 without g_3")
class KnowsTheFuture(Own):
    def returned(self, y, x, z):
        return Trace(tuple(y), (x[0], x[3], x[2], x[3]), tuple(z))


@lie("once each, in order: g_1 is asked for after 1")
class AsksTwice(Own):
    def play(self, oracle, z1, steps):
        def again(t, y):
            return Fraction(1, 2) * (oracle(t, y) + oracle(t, y))

        return super().play(again, z1, steps)


@lie("once each, in order: g_3 is asked for after 0")
class AsksBackwards(Own):
    def play(self, oracle, z1, steps):
        return super().play(lambda t, y: oracle(steps - t, y), z1, steps)


@lie("once each, in order: g_4 is asked for after 3")
class AsksAtTheEnd(Own):
    def returned(self, y, x, z):
        return Trace(tuple(y), (*x[:-1], x[-1] - STEP * self.oracle(4, x[-1])), tuple(z))

    def play(self, oracle, z1, steps):
        self.oracle = oracle
        return super().play(oracle, z1, steps)


@lie("must ask for g_1 … g_3: it asks for 2")
class AsksTooLittle(Own):
    def play(self, oracle, z1, steps):
        run = super().play(oracle, z1, steps - 1)
        return Trace((*run.y, run.z[-1]), (*run.x, run.x[-1]), (*run.z, run.z[-1]))


@lie("it draws them by chance, or keeps something")
class KeepsACount(Own):
    plays = 0

    def play(self, oracle, z1, steps):
        self.plays += 1
        return super().play(oracle, z1, steps)

    def moved(self, t, z, g):
        return z - Fraction(1, 10 + self.plays) * g


@lie("not of an earlier play's")
class KeepsAVector(Own):
    kept = None

    def moved(self, t, z, g):
        last, self.kept = self.kept or [g], [g]
        return z - STEP * last[0]


@lie("it draws them by chance, or keeps something")
class Draws(Own):
    def moved(self, t, z, g):
        return z - random.random() * g  # noqa: S311


@lie("must multiply vectors by finite numbers, not by nan")
class Overflows(Own):
    def moved(self, t, z, g):
        return z - math.nan * g


@lie("must divide vectors by numbers other than 0")
class DividesByZero(Own):
    def moved(self, t, z, g):
        return z - g / (t - 1)


@lie("must move by gradients alone: z_1 has the weight 9/10 in y_2")
class Decays(Own):
    """With weight decay x* is not any point: the worst case is not that of f around 0."""

    def moved(self, t, z, g):
        return Fraction(9, 10) * z - STEP * g


@lie("floats round: use Fractions")
class RoundedAverage(Own):
    def returned(self, y, x, z):
        return Trace(tuple(y), (*x[:-1], 0.9 * x[-2] + 0.1 * z[-1]), tuple(z))


@lie("must return a Trace, not tuple")
class NoTrace(Own):
    def returned(self, y, x, z):
        return y, x, z


@lie("must return a Trace of three sequences")
class EmptyTrace(Own):
    def returned(self, y, x, z):
        return Trace(None, None, None)


@lie("must play on any vectors: KeyError")
class Breaks(Own):
    def moved(self, t, z, g):
        return {}[t]
