"""Whole proofs, read on runs: at every step each axiom is true, x and y are where it says they are.

GPA runs around OGD on a box, in Fractions, on a maximum of affine functions.  R_T, A_T, Σφ and φ_T
are added up along the run, f at the mean is taken where `core.metrics` says, and every part of the
proof of every bound, and the bound itself, is ≥ 0 there.
"""

from fractions import Fraction

import pytest
import sympy as sp

from gpa_theory.core.averaging import Exponential, Uniform
from gpa_theory.core.metrics import METRICS
from gpa_theory.core.recursion import GPA, run
from gpa_theory.symbolic.engine.forms import names, parameters
from gpa_theory.symbolic.engine.symbols import COUNT, D, G, R, T, epsilon, gamma, rho
from gpa_theory.symbolic.engine.vocabulary import M
from gpa_theory.symbolic.rates import bound
from gpa_theory.symbolic.rows import COUNT as STEPS_MADE
from gpa_theory.symbolic.step_identity import a, b
from tests.symbolic.model import Model, length

STEPS, STEP, PAST, MU_Y = 9, Fraction(2, 5), Fraction(3), Fraction(1, 3)  # PAST = ρ
CASES = {
    "average": ("average", "exponential"),
    "mean": ("mean", "exponential"),
    "weighted": ("weighted", "exponential"),
    "last": ("last", "exponential"),
    "schedule-free": ("last", "uniform"),
}
every = pytest.mark.parametrize("case", CASES)
seeds = pytest.mark.parametrize("seed", range(3))


def rational(value):
    return sp.Rational(value.numerator, value.denominator)


class Played(Model):
    """A run of GPA around OGD, and what the names of a proof are on it."""

    def __init__(self, seed, metric, averaging):
        super().__init__(seed)
        u, start = self.box(self.draw(3)), self.box(self.draw(3))
        mu = PAST / (1 + PAST)
        method = GPA(Uniform() if averaging == "uniform" else Exponential(mu), MU_Y)
        base = lambda t, z, y: self.box(z - STEP * self.f(y)[1])  # noqa: E731
        self.run = list(run(method, start, base, STEPS + 1, Fraction))
        self.vectors |= {"u": u, "z_1": start, "z_{T+1}": self.run[-1][1].z}
        played = self.run[:STEPS]
        self.g = [self.f(y)[1] for y, _ in played]
        least = self.f(u)[0]
        phi = [self.f(s.x)[0] - least for _, s in played]
        r = [g @ (s.z - u) for g, (_, s) in zip(self.g, played, strict=True)]
        x, z = [s.x for _, s in played], [s.z for _, s in played]
        readout = METRICS[metric].readout(x, z, PAST, Fraction(1, STEPS))
        self.scalars |= {
            "1": Fraction(1),
            "R_T": sum(r),
            "A_T": sum(mu ** (STEPS - t) * r[t - 1] for t in range(2, STEPS + 1)),
            "r_1": r[0],
            "Σφ": sum(phi),
            "φ_1": phi[0],
            "φ_T": phi[-1],
            "Q_T": sum(g @ g for g in self.g),
            "φ at the mean": self.f(readout[0][1])[0] - least,
        }
        far = [length(s.z - u) for _, s in self.run]
        known = {G: max(map(length, self.g)), D: far[0], R: max(far), gamma: STEP, rho: PAST}
        known |= {epsilon: max(-phi[-1], Fraction(0)), M: mu ** (STEPS - 1)}
        self.symbols |= {s: rational(Fraction(v)) for s, v in known.items()}
        self.symbols |= {T: sp.Integer(STEPS), a: sp.Integer(1), b: sp.Integer(2)}  # μ_y = 1/3

    def stand_at(self, t):
        """Give the names of step t their values."""
        (y, s), (_, after) = self.run[t - 1], self.run[t]
        before = self.run[max(t - 2, 0)][1]
        self.vectors |= {"z": s.z, "z_next": after.z, "g(y)": self.g[t - 1], "x_prev": before.x}
        self.symbols |= dict.fromkeys((COUNT, STEPS_MADE), sp.Integer(t - 1))
        return {"x": s.x, "y": y}


def proof_of(case):
    return bound("ogd", *CASES[case]).proofs[-1]


def premises(proof, first):
    """Yield the axioms of the base cases, or those of all other certificates."""
    for name, certificate in proof.certificates():
        if name.endswith("base case") == first:
            yield from (p.axiom for p in certificate.premises if p.axiom is not None)


@every
@seeds
def test_every_part_is_true_of_a_run(case, seed):
    """Row, regret bound, start and composition are ≥ 0 where names are what they are said to be."""
    played = Played(seed, *CASES[case])
    for name, part in proof_of(case).everything().items():
        assert not parameters(part.claim) - set(played.symbols), name
        assert played.form(part.claim) >= 0, name


@every
@seeds
def test_every_axiom_is_true_at_every_step(case, seed):
    """At x_t and y_t f is asked, and B, Jensen's gap and the projection's are ≥ 0 there."""
    played, proof = Played(seed, *CASES[case]), proof_of(case)
    for t in range(1, STEPS + 1):
        where = played.stand_at(t)
        for axiom in premises(proof, first=t == 1):
            places = {n: p for (key, n), p in axiom.meanings().items() if key == "place"}
            for name in set(places) & set(where):
                assert all(played.at(places[name]) == where[name])
            played.settle(*(p for p in _places(axiom)))
            assert played.form(axiom.gap()) >= 0


def _places(axiom):
    """Return the places of an axiom of convexity."""
    if hasattr(axiom, "tangent"):
        return (axiom.above, axiom.tangent)
    return (axiom.at, *(p for _, p in axiom.parts)) if hasattr(axiom, "parts") else ()


@pytest.mark.parametrize("name", ["R_T", "φ_T", "Q_T"])
def test_another_meaning_is_found(name):
    """Must fail: with 9 times the gradients, or a gap larger by 9, some part is false."""
    metric, averaging = CASES["schedule-free"]
    played = Played(0, metric, averaging)
    played.scalars[name] = -9 * abs(played.scalars["Q_T"]) if name == "Q_T" else Fraction(10**4)
    proof = proof_of("schedule-free")
    inside = dict(proof.parts)["regret bound"].everything()
    parts = [part.claim for part in (*proof.everything().values(), *inside.values())]
    known = set(played.vectors) | set(played.scalars)
    global_claims = [c for c in parts if set(names(c)) <= known]
    assert min(map(played.form, global_claims)) < 0
