"""Every base optimizer of `core.bases.BASES`: its laws, and where else it must appear.

A new base optimizer is a row in `core/bases.py`, a proof in `symbolic/bases` with its row in
`symbolic/rates.py`, and a learner; run this file to learn which other places wait for it.
"""

import re
from math import sqrt
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.bases import BASES, Base, base_named
from gpa_theory.explore.assemble import source
from gpa_theory.explore.setting import NOT_SHOWN
from gpa_theory.numeric.learners import LEARNERS, learner
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.problems.domain import Ball, Box, Space
from gpa_theory.numeric.streams import data_pass, orthogonal, play, push, rademacher
from gpa_theory.report.cite import theorem
from gpa_theory.symbolic import schemes
from gpa_theory.symbolic.bases.methods import METHODS
from gpa_theory.symbolic.engine.symbols import gamma as GAMMA
from gpa_theory.symbolic.rates import REGRETS
from gpa_theory.symbolic.theorems import PROOFS, bounds
from gpa_theory.verify.registry import claims
from gpa_theory.verify.regrets import observed_bound
from tests.laws.places import missing, ready, text_of
from tests.strategies import costly, seeds
from tests.tolerances import PARITY_FLOAT64

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
LIPSCHITZ, RADIUS, STEPS, DIM = 2.0, 1.5, 200, 6
STREAMS = {"rademacher": rademacher, "orthogonal": orthogonal, "push": push}
START = np.linspace(-0.4, 0.3, DIM)  # not the origin: displacements are from z_1
# Scales of the step sizes, away from the tuned ones: the bounds hold for every γ.
SCALES = st.floats(min_value=0.05, max_value=5.0)
MOVES = {  # name: the step from z_k with gradients g_1 … g_k, written out anew; k counts from 1
    "ogd": lambda z, g, k, gamma: z[k] - gamma * g[k],
    "dual-averaging": lambda z, g, k, gamma: z[1] - gamma / sqrt(k + 1) * g[1 : k + 1].sum(0),
    "adagrad-norm": lambda z, g, k, gamma: z[k] - gamma * g[k] / np.linalg.norm(g[1 : k + 1]),
    "adagrad-diagonal": lambda z, g, k, gamma: (
        z[k] - gamma * g[k] / np.sqrt((g[1 : k + 1] ** 2).sum(0))
    ),
    "ogd-anytime": lambda z, g, k, gamma: z[k] - gamma / sqrt(k) * g[k],
}
every = pytest.mark.parametrize("name", ready(BASES, LEARNERS, REGRETS, MOVES))


def bounded(name):
    """Return a bounded domain on which the base is defined."""
    return Box(1.0) if BASES[name].coordinatewise else Ball(1.0)


def points_of(made, start, gradients):
    """Return z_0 (unused), z_1, z_2, …: steps count from 1."""
    state, z, points = made.init(start), start, [start, start]
    for k, g in enumerate(gradients[1:], start=1):
        z, state = made.step(state, k, z, g)
        points.append(z)
    return points


@every
@given(seed=seeds)
def test_a_learner_takes_the_step_of_its_row(name, seed):
    """On the whole space each learner is the formula of its row, written out in `MOVES`."""
    rng = np.random.default_rng(seed)
    start, g, gamma = rng.standard_normal(3), rng.standard_normal((6, 3)), 0.3
    z = points_of(learner(name, gamma, Space()), start, g)
    for k in range(1, 6):
        wanted = MOVES[name](z, g, k, gamma)
        assert z[k + 1] == pytest.approx(wanted, rel=PARITY_FLOAT64, abs=PARITY_FLOAT64)


@every
def test_a_row_says_whether_its_steps_are_bounded(name):
    """|z_{t+1} − z_t| ≤ γ|g_t| holds at every step of these plays iff the row says so."""
    rng, gamma = np.random.default_rng(0), 0.3
    g = rng.standard_normal((40, 3)) * rng.choice([0.1, 1.0], size=(40, 1))
    z = points_of(learner(name, gamma, Space()), rng.standard_normal(3), g)
    moved = np.linalg.norm(np.diff(z[1:], axis=0), axis=1)
    lengths = gamma * np.linalg.norm(g[1:], axis=1) * (1 + PARITY_FLOAT64)
    assert bool(np.all(moved <= lengths)) == BASES[name].bounded_steps


@every
def test_a_learner_bears_its_name_and_stays_in_its_domain(name):
    """The projection acts; only a base that is not coordinatewise is defined on a ball."""
    domain = bounded(name)
    made = learner(name, 5.0, domain)
    assert made.name == name
    assert made.domain == domain
    played = play(made, push(LIPSCHITZ), np.zeros(3), 20, np.random.default_rng(0))
    assert np.allclose(played.z, domain.project(played.z), rtol=PARITY_FLOAT64)
    if BASES[name].coordinatewise:
        with pytest.raises(ValueError, match=f"domain must be {BASES[name].domain}"):
            learner(name, 0.1, Ball(1.0))


@every
def test_its_regret_bound_is_proved(name):
    """The certificate re-checks, is that of the row, and bounds the linearized regret."""
    regret = REGRETS[name]()
    regret.proof.check()
    assert regret.base is BASES[name]
    assert (regret.quantity == schemes.REGRET) == BASES[name].linearized
    assert regret.worst.has(GAMMA)


@every
def test_every_bound_is_composed_of_it(name):
    """The four conversions that need plain regret re-check down to the axioms."""
    for kind in ("average", "mean", "weighted", "schedule-free"):
        bounds()[f"{kind}-{name}"].check()


@pytest.mark.parametrize("stream", STREAMS)
@every
@costly
@given(seed=seeds, scale=SCALES, inside=st.booleans())
def test_regret_stays_below_its_bound(name, stream, seed, scale, inside):
    """Measured ≤ bound against every adversary, for any step size, projected or not."""
    gamma = scale * (RADIUS / (LIPSCHITZ * sqrt(STEPS)) if name == "ogd" else 1.0)
    domain = bounded(name) if inside else Space()
    rng = np.random.default_rng(seed)
    played = play(learner(name, gamma, domain), STREAMS[stream](LIPSCHITZ), START, STEPS, rng)
    u = domain.project(played.worst_comparator(RADIUS))  # comparators must lie in the domain
    allowed = observed_bound(name, played, u, {GAMMA: gamma})
    assert played.regret(u) <= allowed * (1 + PARITY_FLOAT64)


@every
def test_regret_stays_below_its_bound_on_data(name):
    """On rows of real data, a new loss every round, the same bounds hold."""
    problem = load("wine-hinge", "box" if BASES[name].coordinatewise else None)
    rng = np.random.default_rng(0)
    played = play(learner(name, 0.1, problem.domain), data_pass(problem), problem.start, 300, rng)
    u = problem.minimizer
    assert played.regret(u) <= observed_bound(name, played, u, {GAMMA: 0.1})
    rows = {tuple(g) for g in played.g}
    assert len(rows) > 20  # the loss does change


@every
def test_its_claim_is_said_in_words_and_in_latex(name):
    """The registry states the row's sentence, and the theorem names the base and its update."""
    (claim,) = (c for c in claims() if c.id == f"regret-{name}")
    base = BASES[name]
    assert claim.statement == base.regret
    body = theorem(claim)
    assert base.words in body
    assert base.latex in body
    assert base.notation in body
    assert body.isascii()


def test_unknown_names_are_refused():
    """The refusal names the caller and lists what exists."""
    with pytest.raises(ValueError, match=r"`here\(base='adam'\)`: base must be one of ogd"):
        base_named("here", "adam")


def mirrored(name):
    """Return whether the explorer draws the base, in both of its tables, or says why not."""
    kernel, proved = source("mirror/kernel.js"), source("mirror/bounds.js")
    drawn = all(re.search(rf'^  "{name}": ', text, re.MULTILINE) for text in (kernel, proved))
    return drawn != bool(NOT_SHOWN.get(name))


PLACES = {
    "gpa_theory/core/bases.py, BASES": lambda name: name in BASES,
    "gpa_theory/numeric/learners.py, LEARNERS": lambda name: name in LEARNERS,
    "gpa_theory/symbolic/rates.py, REGRETS (its proof is a file in symbolic/bases)": (
        lambda name: name in REGRETS
    ),
    "gpa_theory/symbolic/bases/methods.py, METHODS (how it moves, formally)": (
        lambda name: name in METHODS
    ),
    "gpa_theory/symbolic/theorems.py, PROOFS (found from REGRETS)": (
        lambda name: f"regret-{name}" in PROOFS
    ),
    "gpa_theory/verify/derived.py, its claim (found from REGRETS)": (
        lambda name: f"regret-{name}" in {claim.id for claim in claims()}
    ),
    "gpa_theory/explore/page/mirror, MOVES of kernel.js and REGRETS of bounds.js (or NOT_SHOWN "
    "of gpa_theory/explore/setting.py, with the reason)": mirrored,
    "README.md, claims table (python -m gpa_theory.report.readme README.md)": (
        lambda name: f"| `regret-{name}` |" in README
    ),
    "tests/laws/test_bases.py, MOVES": lambda name: name in MOVES,
}


def registered():
    """Return every name that any table knows as a base optimizer."""
    return list(dict.fromkeys([*BASES, *LEARNERS, *REGRETS, *NOT_SHOWN]))


def test_every_base_is_everywhere():
    """Each base is in every table; the message names those that lack one."""
    found = missing(registered(), PLACES)
    assert not found, text_of(found)


def test_a_base_in_core_alone_names_all_its_places(monkeypatch):
    """Must fail: a row in `core.bases` and nothing else lacks every other place."""
    fake = Base("nowhere", "Newton's method", "z⁺ = Π(z − H⁻¹g)", "z^+=z", "R_T ≤ 0")
    monkeypatch.setitem(BASES, fake.name, fake)
    _, *others = PLACES
    assert fake.name in registered()
    assert missing([fake.name], PLACES) == [f"nowhere: {place}" for place in others]


def test_a_stale_reason_is_found(monkeypatch):
    """Must fail: a base that the explorer draws needs no reason why it does not."""
    monkeypatch.setitem(NOT_SHOWN, "ogd", "no mirror yet")
    (line,) = missing(["ogd"], PLACES)
    assert line.startswith("ogd: gpa_theory/explore/page/mirror")
