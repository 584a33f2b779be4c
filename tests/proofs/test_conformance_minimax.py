"""The definitions of the minimax development are those of the package, in exact arithmetic."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest

from gpa_theory.verify.formal.unbiased import followed
from gpa_theory.worst_case.minimax.adversary import adversary
from gpa_theory.worst_case.minimax.multipliers import output_row, row_of
from gpa_theory.worst_case.minimax.schedules import completed, matched, queried_at_z
from gpa_theory.worst_case.model.methods import gpa
from gpa_theory.worst_case.model.recording import Play, _on_vectors

F = Fraction
SETTINGS = [(T, F(i, 7), F(j, 4)) for T in (2, 3, 6) for i in (0, 3, 5) for j in (0, 1, 4)]


def gpa_steps(mu_x, mu_y, gamma, T, t, s):
    """Return what `gpa_steps` of Family.v is, read off its printed definition."""
    return gamma[s - 1] * (1 - (1 if t == T else mu_y) * mu_x ** (t - s)) if s < t else F(0)


@pytest.mark.parametrize(("T", "mu_x", "mu_y"), SETTINGS)
def test_gpa_is_a_fixed_step_method(T, mu_x, mu_y):
    """Played on vectors, y_t and x_T move along each gradient as `gpa_steps` says."""
    gamma = [F(k + 2, k + 1) for k in range(T - 1)]
    found = _on_vectors(gpa(mu_x, mu_y, gamma), Play("gpa", T))
    points = [*found.y, found.x[-1]]
    for t, row in enumerate(points, 1):
        moved = [-c for c in row] + [F(0)] * (t - 1 - len(row))
        assert moved == [gpa_steps(mu_x, mu_y, gamma, T, t, s) for s in range(1, t)]


def product_multipliers(gamma, a, T, t, j):
    """Return what `product_multipliers` of ProductLaw.v is, read off its definition."""

    def inverse(s):
        return F(1) if s == 0 else a / gamma[s - 1]

    def remaining(s):
        return F(T - 1) if s == 0 else (T - 1 - s) * (a / gamma[s - 1])

    if not 0 < j < t:
        return F(0)
    return remaining(j - 1) - remaining(j) if t == T else inverse(j) - inverse(j - 1)


@pytest.mark.parametrize("T", [2, 3, 5, 8])
@pytest.mark.parametrize("a", [F(1), F(3, 7)])
def test_product_law(T, a):
    """The closed form is what the recursion computes, for any steps."""
    gamma = [F(3 + (5 * k) % 7, 4) for k in range(T - 1)]
    h = queried_at_z(gamma, output_row(T, a, F))
    for t in range(2, T + 1):
        closed = [product_multipliers(gamma, a, T, t, j) for j in range(1, t)]
        assert row_of(h, t, a) == closed


@pytest.mark.parametrize("T", [2, 3, 5, 8])
@pytest.mark.parametrize("mu_x", [F(0), F(1, 3), F(6, 7)])
def test_matched_decay(T, mu_x):
    """`matched` is a(1 − t/T)/(1 − μ_x^{T−t}), and what completes it is the average by μ_x."""
    gamma = [(1 - F(t, T)) / (1 - mu_x ** (T - t)) for t in range(1, T)]
    assert matched(T, mu_x) == gamma
    average = [mu_x ** (T - 1), *((1 - mu_x) * mu_x ** (T - t) for t in range(2, T + 1))]
    assert completed(gamma) == average


@pytest.mark.parametrize("T", [2, 4, 7])
def test_minimax_certificate(T):
    """A row of the certificate is `row` of Flow.v: (1 + Λ_t)h_{ts} − Σ_j λ_{tj}h_{js} = a."""
    a = F(5, 3)
    h = [[F(2 + (3 * t + s) % 5, 3) for s in range(t)] for t in range(T - 1)]
    h.append(output_row(T, a, F))
    for t in range(2, T + 1):
        lam = row_of(h, t, a)
        for s in range(1, t):
            rest = sum(lam[j - 1] * h[j - 1][s - 1] for j in range(s + 1, t))
            assert (1 + sum(lam)) * h[t - 1][s - 1] - rest == a


@pytest.mark.parametrize("T", [2, 3, 4])
def test_minimax_in_expectation(T):
    """`fixed_step` with noisy gradients, and both hypotheses on the noise, on all outcomes."""
    h = [[F(2 + (3 * t + s) % 5, 3) for s in range(t)] for t in range(T - 1)]
    h.append(output_row(T, F(1), F))
    outcomes = list(product((-1, 1), repeat=T))
    runs = [points_of(h, signs) for signs in outcomes]
    for t in range(T):
        noise = [signs[t] for signs in outcomes]
        for j in range(t + 1):
            back = [run[t] - (run[j] if j < t else 0) for run in runs]
            assert sum(n * way for n, way in zip(noise, back, strict=True)) == 0
    for signs, run in zip(outcomes, runs, strict=True):
        assert followed(h, F(1), signs)[0] == abs(run[-1])


def points_of(h, signs):
    """Return p_1 … p_T for f = |w| from 1, noise added to the slopes."""
    points, seen = [], []
    for row, sign in zip(h, signs, strict=True):
        points.append(1 - sum((c * g for c, g in zip(row, seen, strict=True)), F(0)))
        seen.append((points[-1] > 0) - (points[-1] < 0) + sign)
    return points


def row(h, lam, t, s):
    """Return `row` of Flow.v, read off its definition; h and lam are lower triangles."""
    full = [[*steps, *[F(0)] * (len(h) - len(steps))] for steps in h]
    met = sum(value * full[j][s - 1] for j, value in enumerate(lam))
    return (1 + sum(lam)) * full[t - 1][s - 1] - met


@pytest.mark.parametrize("T", [3, 4, 5])
def test_minimax_necessary(T):
    """The function built refutes `guaranteed` as it is defined, with G = 1 and D = a√T, scaled."""
    h = [[F(2 + (3 * t + s) % 5, 3) for s in range(t)] for t in range(T)]
    a = T * h[-1][-1]
    for t in range(2, T + 1):
        assert all(row(h, row_of(h, t, a), t, s) == a for s in range(1, t))
    found = adversary(h)
    longest = max(sum(v * v for v in g) for g in found.slopes)
    far = sum(v * v for v in found.u)
    shrunk = 1 / max(longest, far / (a**2 * T), F(1))  # 1/(1 + η) of `instance`
    assert shrunk**2 * longest <= 1  # lipschitz
    assert shrunk**2 * far <= a**2 * T  # sqnorm (z1 -v u) <= D ^ 2
    assert found.ratio() > 1  # f (p T) - f u, times shrunk², is above D * G / sqrt T = a


@pytest.mark.parametrize("T", [3, 4, 6])
def test_minimax_schedules(T):
    """`share` s is the part of the output on z_{s+1} … z_T: its drops are the weights."""
    gamma = [F(T - t + 2, T + 2) for t in range(1, T)]
    weights = completed(gamma)
    share = [sum(weights[s:]) for s in range(T)]
    assert share[0] == 1
    assert [g * part for g, part in zip(gamma, share[1:], strict=True)] == output_row(T, F(1), F)
