"""What Python tells the page: true to the recursion, the identity and the proved bounds."""

import numpy as np
import pytest

from gpa_theory.explore.noise import mixed, noise
from gpa_theory.explore.observation import observe, readouts, thinned
from gpa_theory.explore.setting import PROBLEMS, SHOWN, Setting
from gpa_theory.explore.toys import toy
from tests.tolerances import ROUNDING

CASES = [(problem, base) for problem in PROBLEMS for base in SHOWN]


@pytest.mark.parametrize(("problem", "base"), CASES)
def test_the_identity_closes(problem, base):
    """Every problem with every base closes within its rounding budget, noise or not."""
    for sigma in (0.0, 1.5):
        setting = Setting(
            mu_x=0.93, mu_y=0.6, gamma=0.3, steps=150, problem=problem, base=base, noise=sigma
        )
        seen = observe(setting)
        assert seen.residual <= seen.budget


@pytest.mark.parametrize(("problem", "base"), CASES)
def test_bounds_cover_the_runs_they_are_for(problem, base):
    """Where |g_t| ≤ G held, (A) covers the mean gap and (B) the last gap, at all times."""
    setting = Setting(mu_x=0.9, mu_y=0.6, gamma=0.2, steps=200, problem=problem, base=base)
    curves = observe(setting).curves
    assert max(curves["slope"]) <= toy(problem).lipschitz  # the case is chosen so
    assert all(a >= m for a, m in zip(curves["bound_a"], curves["mean_gap"], strict=True))
    assert all(a >= r for a, r in zip(curves["bound_a"], curves["run_a"], strict=True))
    if base == "ogd":
        assert all(b >= g for b, g in zip(curves["bound_b"], curves["gap"], strict=True))
        assert all(b >= g for b, g in zip(curves["run_b"], curves["gap"], strict=True))


def test_the_recursion_is_the_one_of_three_lines():
    """x, y, z agree with three explicit sequences written out here."""
    setting = Setting(mu_x=0.8, mu_y=0.3, gamma=0.4, steps=30)
    seen = observe(setting, times=tuple(range(1, 31)))
    h, z = np.array(toy("valley").shape), np.array([-8.0, 2.4])
    x = z.copy()
    for i in range(30):
        y = 0.3 * x + 0.7 * z
        for name, point in (("x", x), ("y", y), ("z", z)):
            found = [seen.curves[f"{name}{k}"][i] for k in (0, 1)]
            assert found == pytest.approx(point, rel=30 * ROUNDING)
        z = z - 0.4 * h * y
        x = 0.8 * x + 0.2 * z


def test_the_last_iterate_theorem_at_the_regrets_of_the_run():
    """The curve of (B) at a run's step regrets is the sum with powers of μ_x, at all times."""
    T = 40
    curves = observe(
        Setting(mu_x=0.83, mu_y=0.4, gamma=0.3, steps=T), tuple(range(1, T + 1))
    ).curves
    r = np.diff([0.0, *curves["sum_regret"]])
    for t in range(1, T + 1):
        powers = 0.83 ** np.arange(t - 2, -1, -1.0)
        expected = 0.83 ** (t - 1) * curves["gap"][0] + 0.17 * powers @ r[1:t]
        assert curves["run_b"][t - 1] == pytest.approx(expected, rel=T * ROUNDING)


def test_a_diverging_run_is_refused_with_its_step():
    """Where floats end, so does the run, and the message says when."""
    with pytest.raises(ValueError, match="diverged at step"):
        observe(Setting(mu_x=0.0, gamma=50.0, steps=5000))


def test_noise_has_the_size_it_says():
    """|ξ_t| = σ always, and over 20,000 draws each coordinate is fair within four deviations."""
    drawn = np.array([noise(2.0, 7, t) for t in range(1, 20_001)])
    assert np.hypot(*drawn.T) == pytest.approx(np.full(len(drawn), 2.0), rel=ROUNDING)
    signs = np.sign(drawn)
    limit = 4 / np.sqrt(len(drawn))
    assert np.abs(signs.mean(0)).max() < limit
    assert abs((signs[:, 0] * signs[:, 1]).mean()) < limit
    assert np.abs((signs[1:] * signs[:-1]).mean(0)).max() < limit


def test_seeds_differ():
    """Neighboring seeds do not share their signs."""
    words = {tuple(mixed(seed, t) & 3 for t in range(1, 40)) for seed in range(50)}
    assert len(words) == 50


def test_readouts_know_what_they_cannot_say():
    """No stability limit is claimed for kinks, or for a base other than SGD."""
    assert readouts(Setting(problem="corner"))["stability_limit"] is None
    assert readouts(Setting(base="adagrad-norm"))["stability_limit"] is None
    assert readouts(Setting(mu_x=0.0))["half_life"] == 0.0


def test_times_are_spread_and_whole():
    """The first and the last step are always among the checked ones."""
    assert thinned(2) == (1, 2)
    assert thinned(5000)[0] == 1
    assert thinned(5000)[-1] == 5000
