"""The zoo by an independent tool: each method, as it stands, played on PEPit's points."""

import warnings

import pytest

from experiments.worst_case.zoo import CLASSES, ZOO
from gpa_theory.worst_case.certifying import certify
from tests.tolerances import ZOO_PEP

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    pepit = pytest.importorskip("PEPit", reason="PEPit is not installed (dev extra)")
    functions = pytest.importorskip("PEPit.functions")

pytestmark = [pytest.mark.solver, pytest.mark.filterwarnings("ignore")]

T = 5
CASES = [(name, kind) for name, entry in ZOO.items() for kind in entry.starts]


def constants_of(name: str, kind: str) -> dict[str, float]:
    """Return where the search of a method's constants begins at T = 5: interior constants."""
    entry = ZOO[name]
    return dict(zip([known for known, _ in entry.kinds], entry.starts[kind](T), strict=True))


class Theirs:
    """A point of PEPit's, which takes floats alone, under the scalars that methods use."""

    def __init__(self, point):
        self.point = point

    def __add__(self, other):
        return Theirs(self.point + other.point)

    def __sub__(self, other):
        return Theirs(self.point - other.point)

    def __mul__(self, scalar):
        return Theirs(float(scalar) * self.point)

    __rmul__ = __mul__

    def __truediv__(self, scalar):
        return Theirs(self.point / float(scalar))


def by_pepit(name: str, kind: str, **changed: float) -> float:
    """Return PEPit's worst f(output) − f*, with |z_1 − x*| ≤ 1, by Clarabel."""
    problem = pepit.PEP()
    if kind == "smooth":
        f = problem.declare_function(functions.SmoothConvexFunction, L=1)
    else:
        f = problem.declare_function(functions.ConvexLipschitzFunction, M=1, reuse_gradient=True)
    minimizer, start = f.stationary_point(), problem.set_initial_point()
    problem.set_initial_condition((start - minimizer) ** 2 <= 1)
    method = ZOO[name].method(**{**constants_of(name, kind), **changed})
    output = method(Theirs(start), lambda at: Theirs(f.gradient(at.point)), T)
    problem.set_performance_metric(f(output.point) - f(minimizer))
    return float(problem.solve(wrapper="cvxpy", solver="CLARABEL", verbose=0))


@pytest.mark.parametrize(("name", "kind"), CASES)
def test_pepit_agrees(name, kind):
    """Every method of the zoo, in every class that it is for: PEPit's value is in our interval."""
    found = certify(ZOO[name].method(**constants_of(name, kind)), T, of=CLASSES[kind])
    assert found.lower - ZOO_PEP <= by_pepit(name, kind) <= found.upper + ZOO_PEP


def test_pepit_with_another_step_disagrees():
    """Must fail: the comparison would notice a step that is 0.1 % longer."""
    gamma = constants_of("lookahead", "Lipschitz")["gamma"] * 1.001
    found = certify(ZOO["lookahead"].method(**constants_of("lookahead", "Lipschitz")), T)
    other = by_pepit("lookahead", "Lipschitz", gamma=gamma)
    assert not found.lower - ZOO_PEP <= other <= found.upper + ZOO_PEP


def test_more_than_ten_methods_are_compared():
    """The list comes from the zoo, so a zoo that shrank would compare fewer."""
    assert len({name for name, _ in CASES}) >= 10
