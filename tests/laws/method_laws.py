"""What every method of worst cases must obey, as lists of faults, and methods that do not."""

from fractions import Fraction

from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Trace, sgd
from gpa_theory.worst_case.model.scaling import in_units


def sequences(method, values, steps):
    """Return y, x and z, one after another, of the run from z_1 with given gradients."""
    trace = method.play(lambda t, y: values[t], values[0], steps)
    return [*trace.y, *trace.x, *trace.z]


def order_faults(method, steps):
    """Return what is wrong with how a method asks for gradients, and with what it returns."""
    asked = []

    def oracle(t, y):
        asked.append((t, y))
        return y / 3 + Fraction(t, 7)

    trace = method.play(oracle, Fraction(1), steps)
    faults = []
    if [t for t, _ in asked] != list(range(1, steps)):
        faults.append(f"asks for gradients {[t for t, _ in asked]}")
    if tuple(y for _, y in asked) != trace.y:
        faults.append("y is not where it asked")
    if not len(trace.y) + 1 == len(trace.x) == len(trace.z) == steps:
        faults.append("the sequences have other lengths than T")
    if not trace.x[0] == trace.z[0] == 1:
        faults.append("x_1 or z_1 is not the start")
    if not all(isinstance(v, Fraction) for v in [*trace.x, *trace.z]):
        faults.append("Fractions do not stay Fractions")
    return faults


def linearity_faults(method, steps, one, other):
    """Return whether y, x, z fail to be linear in z_1 and the gradients, given before the run."""
    a, b = Fraction(2, 3), Fraction(-5, 4)
    mixed = [a * p + b * q for p, q in zip(one, other, strict=True)]
    apart = zip(sequences(method, one, steps), sequences(method, other, steps), strict=True)
    if sequences(method, mixed, steps) != [a * p + b * q for p, q in apart]:
        return ["not linear in z_1 and the gradients"]
    still = [Fraction(1)] + [Fraction(0)] * (steps - 1)
    return [] if set(sequences(method, still, steps)) == {1} else ["moves without gradients"]


def unit_faults(method, steps, values):
    """Return whether `in_units` fails to be the change to the units of G = 3, D = 1/2."""
    of = FunctionClass(lipschitz=3, radius=Fraction(1, 2))
    normalized = sequences(in_units(method, of.step_scale), values, steps)
    given = [of.radius * values[0], *(of.lipschitz * g for g in values[1:])]
    faults = []
    if sequences(method, given, steps) != [of.radius * v for v in normalized]:
        faults.append("with gradients times G/D it is not the same method in normalized units")
    return faults


def pieces(function, x):
    """Return the affine pieces of a witness at a point, exactly."""
    return [
        Fraction(b)
        + sum((Fraction(g) * v for g, v in zip(slope, x.terms, strict=True)), Fraction())
        for b, slope in zip(function.offsets.tolist(), function.slopes.tolist(), strict=True)
    ]


class Exact:
    """A vector of Fractions."""

    def __init__(self, terms):
        self.terms = [Fraction(v) for v in terms]

    def __add__(self, other):
        return Exact(a + b for a, b in zip(self.terms, other.terms, strict=True))

    def __sub__(self, other):
        return Exact(a - b for a, b in zip(self.terms, other.terms, strict=True))

    def __rmul__(self, scalar):
        return Exact(scalar * v for v in self.terms)


class Flawed:
    """Subgradient descent by 1/2, and one thing wrong."""

    def __init__(self, fault):
        self.fault = fault

    def play(self, oracle, z1, steps):
        if self.fault == "order":
            return sgd(Fraction(1, 2)).play(lambda t, y: oracle(steps - t, y), z1, steps)
        if self.fault == "ahead":
            return sgd(Fraction(1, 2)).play(lambda t, y: oracle(t, y - 1), z1, steps)
        run = sgd(Fraction(1, 2)).play(oracle, z1, steps)
        if self.fault == "square":
            return Trace(run.y, tuple(x * x for x in run.x), run.z)
        if self.fault == "drift":
            return Trace(run.y, run.x, tuple(2 * z for z in run.z))
        return Trace(run.y, tuple(float(x) for x in run.x), run.z)
