"""What optima are mixed with: runs that are in the class, certainly inside, and worth the least."""

from __future__ import annotations

import numpy as np
import pytest

from gpa_theory.worst_case.certify.mixing import (
    CURVATURES,
    inside,
    objective,
    quadratic_run,
    resisting_run,
    rounding,
)
from gpa_theory.worst_case.certify.upper import NotCertifiedError
from gpa_theory.worst_case.model.ball_vector import theta
from gpa_theory.worst_case.model.methods import gpa
from gpa_theory.worst_case.model.program import Program, program
from gpa_theory.worst_case.model.sampling import played, readout
from gpa_theory.worst_case.solvers import conic
from tests.tolerances import PARITY_FLOAT64
from tests.worst_case.settings import LIPSCHITZ, SMOOTH, STRONG

MARGIN = 1e-3  # more than the slack of a flat quadratic run, less than that of a resisting one
METHODS = [gpa(0.83, 0.37, 0.29), gpa(0.6, 0.9, 0.5), gpa(0.0, 0.0, 0.7)]


def apart(of: Program) -> np.ndarray:
    """Return where a pair is of two different samples."""
    return ~np.eye(of.count, dtype=bool)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("curvature", [0.25, 0.8])
@pytest.mark.parametrize("metric", ["last", "mean"])
def test_a_quadratic_run_is_the_run_on_that_quadratic(method, curvature, metric):
    """Played step by step from z_1 = .99 on (a/2)x²: all inner products, values and the metric."""
    of = program(method, 4, metric, LIPSCHITZ)
    gram, values = quadratic_run(of, curvature)
    asked: list[float] = []

    def oracle(_: int, y: float) -> float:
        asked.append(y)
        return curvature * y

    trace = played(of.method, 4, 0.99, oracle)
    points = list(readout(of.method, 4, metric, trace))
    assert objective(of, gram, values) == pytest.approx(
        sum(float(weight) * curvature / 2 * x**2 for _, x, weight in points), rel=PARITY_FLOAT64
    )
    slopes = np.array([0.99, *(curvature * y for y in asked)])
    n = len(slopes)
    assert np.allclose(gram[:n, :n], np.outer(slopes, slopes), rtol=PARITY_FLOAT64, atol=0)
    assert np.linalg.matrix_rank(gram) == 1
    at = of.positions[:-1] @ np.sqrt(np.diag(gram)) if gram.min() >= 0 else None
    if at is not None:
        assert np.allclose(values, curvature / 2 * at**2, rtol=PARITY_FLOAT64, atol=0)


@pytest.mark.parametrize("method", METHODS[:2])
@pytest.mark.parametrize("kind", [LIPSCHITZ, SMOOTH])
def test_quadratic_runs_have_no_negative_slack(method, kind):
    """(a/2)x² with a < 1 is of the class: what interpolates it is ≥ 0, up to rounding."""
    of = program(method, 6, "last", kind)
    for a in CURVATURES:
        assert 0 < a < 1
        assert of.slacks(*quadratic_run(of, a)).min() > -PARITY_FLOAT64


@pytest.mark.parametrize(("method", "steps"), [(METHODS[0], 5), (METHODS[1], 7), (METHODS[2], 2)])
@pytest.mark.parametrize("along", [0.15, 0.5])
def test_a_resisting_run_is_made_of_the_vectors_it_says(method, steps, along):
    """z_1 is .99 u and g_t is s u + c e_t with |g_t|² = s² + .98(1 − s²), c the same for all t."""
    of = program(method, steps, "last", LIPSCHITZ)
    gram, values = resisting_run(of, along)
    s = along / max(1.0, np.abs(of.positions[-2, 1:]).sum())
    vectors = np.zeros((of.size, of.size))
    vectors[0, 0] = 0.99
    vectors[1:, 0] = s
    vectors[np.arange(1, of.size), np.arange(1, of.size)] = np.sqrt(0.98 * (1 - s**2))
    assert np.allclose(gram, vectors @ vectors.T, rtol=PARITY_FLOAT64, atol=PARITY_FLOAT64)
    falls = (of.positions[:-1] @ vectors)[:, 0] * s - values  # below the plane s⟨u, x⟩
    assert falls[0] > 0
    each = np.diff(falls)
    assert np.allclose(each, each[0] if len(each) else 0, rtol=1e-9, atol=PARITY_FLOAT64)
    assert np.allclose(falls[0], each[0] / 2, rtol=1e-9, atol=PARITY_FLOAT64)


@pytest.mark.parametrize("setting", [(3, 0.5, 0.5, 0.3), (12, 0.9, 0.5, 0.3)])
def test_the_fall_of_a_resisting_run_is_half_of_what_either_side_allows(setting):
    """Doubled, a slack would be 0: that of (x*, first) or of a later point with an earlier one."""
    steps, mu_x, mu_y, gamma = setting
    of = program(gpa(mu_x, mu_y, gamma), steps, "last", LIPSCHITZ)
    gram, values = resisting_run(of, 0.5)
    s = gram[0, 1] / 0.99
    plane = of.positions[:-1] @ np.append(0.99 * s, np.full(of.size - 1, s**2))
    doubled = plane - 2 * (plane - values)
    assert of.slacks(gram, values)[apart(of)].min() > 0
    slacks = of.slacks(gram, doubled)
    backward = slacks[np.tril_indices(of.count - 1, -1)].min()
    assert min(backward, doubled.min()) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("steps", [3, 6])
def test_the_margin_of_a_pair_is_the_formula(steps):
    """m_ij = (|g_i| + |g_j|) r_i + θ(|b_i| + |b_j|), with r and b written out sample by sample."""
    of = program(gpa(0.7, 0.4, 0.5), steps, "last", SMOOTH)
    rng = np.random.default_rng(steps)
    root, values = rng.normal(size=(of.size, of.size)), rng.random(of.count - 1)
    found = rounding(of, root @ root.T, values)
    unit, norms = theta(of.size + 8), np.linalg.norm(root, axis=1)
    slope, apart_, offset = [], [], []
    for i in range(of.count):
        mine = i < of.count - 1
        g = root[i + 1] if mine else np.zeros(of.size)
        x = of.positions[i] @ root
        slope.append(np.linalg.norm(g))
        apart_.append(
            sum(
                (r + unit * abs(c)) * size
                for r, c, size in zip(of.radius[i], of.positions[i], norms, strict=True)
            )
            + unit * np.linalg.norm(g)
        )
        offset.append(abs((values[i] if mine else 0.0) - x @ g) + g @ g)
    for i in range(of.count):
        for j in range(of.count):
            wanted = (slope[i] + slope[j]) * apart_[i] + unit * (offset[i] + offset[j])
            assert found[i, j] == pytest.approx(wanted, rel=1e-6, abs=0.0)


class TestInside:
    """Mixing: only as much as is needed, with what costs the metric least, or refused."""

    of = program(gpa(0.7, 0.4, 0.5), 5, "last", LIPSCHITZ)

    def test_what_has_the_slack_is_left_as_it_is(self):
        """The same arrays come back, and the share is 0."""
        at = resisting_run(self.of, 0.5)
        least = self.of.slacks(*at)[apart(self.of)].min()
        gram, values, share = inside(self.of, *at, least / 2)
        assert gram is at[0]
        assert values is at[1]
        assert share == 0.0

    def test_the_slack_reached_is_the_one_asked_for(self):
        """Of the pairs that were short, the worst has the margin and hardly more."""
        gram, values = quadratic_run(self.of, 0.25)
        short = (self.of.slacks(gram, values) < MARGIN) & apart(self.of)
        mixed, heights, share = inside(self.of, gram, values, MARGIN)
        reached = self.of.slacks(mixed, heights)[short].min()
        assert 0 < share < 1
        assert MARGIN <= reached <= MARGIN * (1 + 1e-6)

    def test_every_pair_gets_its_own_margin(self):
        """Asked for of one pair alone, less is mixed in than if all ask for as much."""
        gram, values = quadratic_run(self.of, 0.25)
        slack = np.where(apart(self.of), self.of.slacks(gram, values), np.inf)
        worst = np.unravel_index(np.argmin(slack), slack.shape)
        margin = np.zeros(slack.shape)
        margin[worst] = MARGIN
        mixed, heights, share = inside(self.of, gram, values, margin)
        assert self.of.slacks(mixed, heights)[worst] == pytest.approx(MARGIN, rel=1e-6)
        assert 0 < share <= inside(self.of, gram, values, MARGIN)[2]

    def test_of_several_the_one_that_keeps_the_metric_largest_is_taken(self):
        """A better point that a solver found is preferred; a worse one changes nothing."""
        gram, values = quadratic_run(self.of, 0.25)
        alone = inside(self.of, gram, values, MARGIN)
        optimum, (inner, heights) = conic.solve(self.of), resisting_run(self.of, 0.5)
        middle = (optimum.gram + inner) / 2, (optimum.values + heights) / 2
        best = inside(self.of, gram, values, MARGIN, [middle])
        assert objective(self.of, *best[:2]) > objective(self.of, *alone[:2]) + MARGIN
        flat = inner, 0.9 * heights
        same = inside(self.of, gram, values, MARGIN, [flat])
        assert objective(self.of, *same[:2]) == objective(self.of, *alone[:2])

    def test_another_point_with_too_long_gradients_is_not_mixed_in(self):
        """Must fail: half as large again it would be the best, and is not of the class."""
        gram, values = quadratic_run(self.of, 0.25)
        alone = inside(self.of, gram, values, MARGIN)
        inner, heights = resisting_run(self.of, 0.5)
        long = 1.5 * inner, 1.5 * heights
        mixed = inside(self.of, gram, values, MARGIN, [long])
        assert (mixed[0] == alone[0]).all()
        assert mixed[2] == alone[2]
        optimum = conic.solve(self.of)
        middle = (optimum.gram + inner) / 2, (optimum.values + heights) / 2
        after = inside(self.of, gram, values, MARGIN, [long, middle])  # others are looked at still
        assert (after[0] == inside(self.of, gram, values, MARGIN, [middle])[0]).all()

    def test_a_matrix_with_too_long_vectors_is_shrunk_first(self):
        """Its longest vector comes to 1, and only then is something mixed in."""
        gram, values = quadratic_run(self.of, 0.25)
        unit = gram / np.diag(gram).max()
        long = inside(self.of, 1.5 * unit, values, MARGIN)
        assert np.allclose(long[0], inside(self.of, unit, values, MARGIN)[0], rtol=1e-12, atol=0)
        assert np.diag(long[0]).max() <= 1 + PARITY_FLOAT64

    def test_only_the_start_is_bounded_where_f_is_smooth(self):
        """Gradients longer than 1 are left as they are, and so are points that have them."""
        smooth = program(gpa(0.7, 0.4, 0.5), 4, "last", SMOOTH)
        gram, values = quadratic_run(smooth, 0.5)
        gram = gram.copy()
        gram[1, 1] = 4.0
        kept, _, share = inside(smooth, gram, values, -np.inf)
        assert kept is gram
        assert share == 0.0

    def test_where_nothing_has_the_room_it_is_refused(self):
        """Must fail: a margin of 1, more than any of the class has."""
        with pytest.raises(NotCertifiedError, match="strictly inside"):
            inside(self.of, *quadratic_run(self.of, 0.8), 1.0)


@pytest.mark.parametrize("kind", [LIPSCHITZ, SMOOTH, STRONG])
def test_the_objective_is_the_metric(kind):
    """Σ w_i F_i, and (σ/2)|x|² on top where f is strongly convex."""
    of = program(gpa(0.7, 0.4, 0.5), 4, "mean", kind)
    rng = np.random.default_rng(2)
    root, values = rng.normal(size=(of.size, of.size)), rng.random(of.count - 1)
    wanted = sum(
        w * (f + float(of.curvature) / 2 * np.sum((h @ root) ** 2))
        for w, f, h in zip(of.weights[:-1], values, of.positions[:-1], strict=True)
    )
    assert objective(of, root @ root.T, values) == pytest.approx(wanted, rel=1e-12)
