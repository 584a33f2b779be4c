"""Every problem of the catalogue, and problems made of own data: true minima, slopes, constants.

A new closed form is a function in `numeric/problems/closed_forms.py` and a row in the catalogue, a
new data set a reader and a row in `numeric/problems/datasets.py`; run this file to learn which
other places wait for it.
"""

import inspect
from dataclasses import replace
from functools import cache, partial

import numpy as np
import pytest

from gpa_theory.cli import run as command
from gpa_theory.core.assumptions import Assumption
from gpa_theory.numeric.problems import closed_forms, datasets
from gpa_theory.numeric.problems.catalogue import CLOSED_FORMS, domains, load, names
from gpa_theory.numeric.problems.datasets import DATASETS, LABELED, read
from gpa_theory.numeric.problems.domain import Ball, Box, Space
from gpa_theory.numeric.problems.finite_sum import finite_sum
from gpa_theory.numeric.problems.losses import LOSSES
from tests.laws.places import missing, named_in, text_of
from tests.tolerances import CERTIFIED_GAP, ROUNDING

pytestmark = pytest.mark.solver


@cache
def own(loss, domain):
    """Return a problem made of arrays, as a user makes one of a data set of his own."""
    rng = np.random.default_rng(7)
    features = np.column_stack([rng.standard_normal((30, 3)), np.ones(30)])
    noisy = features @ np.array([1.0, -0.5, 0.25, 0.125]) + 0.5 * rng.standard_normal(30)
    targets = np.where(noisy > 0, 1.0, -1.0) if LOSSES[loss].labels_only else noisy
    return finite_sum(f"own-{loss}", features, targets, loss, domain)


CASES = {f"{name}-{d}": partial(load, name, d) for name in names() for d in domains(name)}
CLOSED = [f"{name}-{d}" for name in CLOSED_FORMS for d in domains(name)]
OWN = {f"own-{loss}-{d.name}": partial(own, loss, d) for loss in LOSSES for d in (Ball(2), Box(1))}
EVERY = {**CASES, **OWN}
everywhere = pytest.mark.parametrize("name", EVERY)


def feasible(f, count=60):
    """Return feasible points: spread over the domain, near the comparator, on the boundary."""
    rng = np.random.default_rng(20)
    noise = rng.standard_normal((count, f.dim))
    near = f.minimizer + 10.0 ** rng.integers(-6, 0, size=(count, 1)) * noise
    return f.domain.project(np.concatenate([noise / np.sqrt(f.dim), near, 100 * noise[:5]]))


def minimum_faults(f):
    """Return what contradicts the enclosure of the minimum at feasible points."""
    w = feasible(f)
    faults = []
    if not np.all(f.value(w) + f.inexactness(w)[0] + ROUNDING >= f.minimum_lower):
        faults.append("a feasible point lies below minimum_lower")
    if not f.value(f.start) - f.inexactness(f.start)[0] > f.minimum_upper:
        faults.append("the start is optimal")
    return faults


def subgradient_faults(f):
    """Return whether f(v) ≥ f(w) + ⟨g(w), v − w⟩ fails by more than the inexactness allows."""
    w = feasible(f, 15)
    values, g, (value_error, gradient_error) = f.value(w), f.subgradient(w), f.inexactness(w)
    step = w[None] - w[:, None]  # [i, j]: w_j − w_i
    bregman = values[None] - values[:, None] - np.einsum("ijk,ik->ij", step, g)
    slack = (
        value_error[:, None] + value_error + gradient_error[:, None] * np.linalg.norm(step, axis=-1)
    )
    holds = np.all(bregman >= -slack - ROUNDING * (1 + np.abs(values).max()))
    return [] if holds else ["the subgradient inequality fails"]


def constant_faults(f):
    """Return the assumptions whose constants are wrong on some pair of feasible points."""
    w = feasible(f)
    g, c, error = f.subgradient(w), f.constants, f.inexactness(w)[1].max()
    far = w - f.minimizer
    dw, dg = np.diff(w, axis=0), np.diff(g, axis=0)
    length, turn = np.linalg.norm(dw, axis=-1), np.linalg.norm(dg, axis=-1)
    along = (dg * dw).sum(-1)
    holds = {
        Assumption.DIMENSION: lambda d: d == f.dim,
        Assumption.RADIUS: lambda D: np.linalg.norm(f.start - f.minimizer) <= D * (1 + ROUNDING),
        Assumption.LIPSCHITZ: lambda G: np.linalg.norm(g, axis=-1).max() <= G,
        Assumption.DIAMETER: lambda R: np.linalg.norm(far, axis=-1).max() <= R,
        Assumption.COORDINATE_DIAMETER: lambda R: np.abs(far).max() <= R,
        Assumption.SMOOTH: lambda L: np.all(turn <= L * length + 2 * error),
        Assumption.STRONGLY_CONVEX: lambda sigma: np.all(
            along >= sigma * length**2 - 2 * error * length - ROUNDING
        ),
        Assumption.MINIMIZER: lambda epsilon: epsilon == f.minimum_gap,
        Assumption.CONVEX: lambda none: none is None,  # held to its word by subgradient_faults
        Assumption.COORDINATEWISE: lambda none: isinstance(f.domain, Box | Space),
    }
    return [a.name for a, constant in c.items() if not holds[a](constant)]


@everywhere
def test_minima_are_certified_tightly(name):
    """The enclosure of the minimum is at most CERTIFIED_GAP wide; a closed form has no gap."""
    gap = EVERY[name]().minimum_gap
    assert gap == 0 if name in CLOSED else 0 <= gap <= CERTIFIED_GAP


@everywhere
def test_no_feasible_point_is_below_the_lower_bound(name):
    """f(w) ≥ minimum_lower at feasible points, and the start is not optimal."""
    assert minimum_faults(EVERY[name]()) == []


@everywhere
def test_subgradient_inequality(name):
    """f(v) ≥ f(w) + ⟨g(w), v − w⟩ for all pairs, within the inexactness of both ends."""
    assert subgradient_faults(EVERY[name]()) == []


@everywhere
def test_constants_hold_on_samples(name):
    """|g| ≤ G, |z − u| ≤ R, |g(w) − g(v)| ≤ L|w − v|, monotone by σ|w − v|², |z_1 − u| ≤ D."""
    assert constant_faults(EVERY[name]()) == []


@everywhere
def test_a_bounded_domain_gives_every_constant_that_bounds_need(name):
    """Convexity, a radius and a dimension always; diameters and G where the domain is bounded."""
    f = EVERY[name]()
    needed = {Assumption.CONVEX, Assumption.RADIUS, Assumption.DIMENSION, Assumption.MINIMIZER}
    if f.domain.name != "space":
        needed |= {Assumption.LIPSCHITZ, Assumption.DIAMETER, Assumption.COORDINATE_DIAMETER}
    if f.domain.name != "ball":
        needed.add(Assumption.COORDINATEWISE)
    assert needed <= set(f.constants)


@everywhere
def test_points_may_have_leading_axes(name):
    """(2, 3, d) points give (2, 3) values and (2, 3, d) subgradients, each as if it came alone."""
    f = EVERY[name]()
    w = feasible(f)[:6].reshape(2, 3, f.dim)
    values, slopes = f.value(w), f.subgradient(w)
    assert (values.shape, slopes.shape) == ((2, 3), w.shape)
    assert values[1, 2] == pytest.approx(float(f.value(w[1, 2])), rel=ROUNDING, abs=ROUNDING)
    assert slopes[1, 2] == pytest.approx(f.subgradient(w[1, 2]), rel=ROUNDING, abs=ROUNDING)


@everywhere
def test_words_say_where_the_problem_is_posed(name):
    """The sentence that describes a problem names its dimension and its domain."""
    f = EVERY[name]()
    assert f"d = {f.dim}" in f.words
    assert f.words.endswith(f.domain.words)


HONEST = partial(load, "quadratic", "ball")
# Random pairs of points do not meet the extremes, so a wrong constant has to be far off.
FAR_OFF = {Assumption.STRONGLY_CONVEX: 512.0}


@pytest.mark.parametrize(
    "assumption",
    [a for a in HONEST().constants if a.symbol is not None and a is not Assumption.MINIMIZER],
)
def test_a_wrong_constant_is_found(assumption):
    """Must fail: a tenth of a constant (512 times σ) is refuted by some pair of points."""
    f = HONEST()
    wrong = FAR_OFF.get(assumption, 0.1) * f.constants[assumption]
    found = constant_faults(replace(f, constants={**f.constants, assumption: wrong}))
    assert found == [assumption.name]


def test_a_wrong_subgradient_is_found():
    """Must fail: −g for g breaks the subgradient inequality."""
    f = HONEST()
    assert subgradient_faults(replace(f, subgradient=lambda w: -f.subgradient(w)))


def test_a_wrong_minimum_is_found():
    """Must fail: lowered by 1/2 away from the comparator, some values lie below the minimum."""
    f = HONEST()
    shifted = replace(f, value=lambda w: f.value(w) - 0.5 * (np.abs(w).max(-1) > 0.5))
    assert minimum_faults(shifted) == ["a feasible point lies below minimum_lower"]


PLACES = {
    "gpa_theory/numeric/problems/catalogue.py, CLOSED_FORMS (or datasets.py, _READERS)": (
        lambda name: name in (*CLOSED_FORMS, *DATASETS)
    ),
    "gpa_theory/cli/run.py, docstring (the list of problems)": lambda name: named_in(
        command.__doc__, name
    ),
    "gpa_theory/numeric/problems/catalogue.py, names()": lambda name: any(
        known == name or known.startswith(f"{name}-") for known in names()
    ),
}


def returning(module, kind):
    """Return {function: name} for the functions of a module that are annotated to return `kind`."""
    functions = inspect.getmembers(module, inspect.isfunction)
    own_ones = {f: name for name, f in functions if f.__module__ == module.__name__}
    return {f: name for f, name in own_ones.items() if inspect.get_annotations(f)["return"] == kind}


def registered():
    """Return every row, and every function that looks like a closed form or a reader."""
    built = {row[d].func: name for name, row in CLOSED_FORMS.items() for d in row}
    makers = {f: name for f, name in returning(closed_forms, "Problem").items() if name[0] != "_"}
    readers = [name for name in returning(datasets, "Dataset").values() if name[0] == "_"]
    found = {built.get(f, name) for f, name in makers.items()}
    return sorted(found | {name[1:] for name in readers} | {*CLOSED_FORMS, *DATASETS})


def test_every_problem_is_everywhere():
    """Each closed form and data set is in every list; the message names those that lack one."""
    found = missing(registered(), PLACES)
    assert not found, text_of(found)


def test_a_missing_row_names_all_its_places():
    """Must fail: a problem that is nowhere is missing in every place."""
    assert missing(["nowhere"], PLACES) == [f"nowhere: {place}" for place in PLACES]


def test_data_sets_say_whether_they_are_labeled():
    """LABELED, which is read before any data set is, tells the truth."""
    assert set(LABELED) == {name for name in DATASETS if read(name).is_labeled}
