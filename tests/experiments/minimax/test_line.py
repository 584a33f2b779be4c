"""Lower ends at long horizons: below the exact run and the worst case, above the proof."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from experiments.minimax import beyond, line
from gpa_theory.worst_case.model.methods import gpa
from tests.experiments.minimax.recorded import rows
from tests.strategies import closed
from tests.tolerances import PARITY_FLOAT64

ROWS = rows(line.NAME)
CERTIFIED = [row for row in rows(beyond.NAME) if row["T"] <= 100]


def exact_run(mu_y, c, T, q):
    """Return the run on max(x, −qx) in Fractions."""
    method = gpa(1 - Fraction(c, T), Fraction(mu_y), line.steps(c, T))
    return method.play(lambda t, y: Fraction(1 if y > 0 else -q), Fraction(1), T)


@pytest.mark.parametrize("q", [1.0, 0.375])
@pytest.mark.parametrize(("mu_y", "c"), [("0", 3), ("0.7", 1), ("1", 5)])
def test_a_lower_end_lies_below_the_exact_run_and_near_it(mu_y, c, q):
    """In Fractions, T = 30: below by rounding only."""
    x = exact_run(mu_y, c, 30, q).x[-1]
    squared = 30 * max(x, -Fraction(q) * x) ** 2  # (f(x_T)√T)²
    found = line.lower_end(mu_y, c, 30, q)
    assert Fraction(found) ** 2 <= squared
    assert found == pytest.approx(float(squared) ** 0.5, rel=PARITY_FLOAT64)


def test_a_sign_that_stays_open_is_an_error(monkeypatch):
    """1 − 0.3 − 0.3 − 0.4 in floats is not known to be on either side of 0."""
    monkeypatch.setattr(line, "steps", lambda c, T: [0.3, 0.3, 0.4, 0.1])
    with pytest.raises(ArithmeticError, match="y_4 stays open"):
        line.lower_end("0", 5, 5, 1.0)


@pytest.mark.parametrize("row", CERTIFIED, ids=lambda r: f"{r['mu_y']}-{r['c']}-{r['T']}")
def test_no_lower_end_lies_above_a_certified_worst_case(row):
    """Two ways to the same worst case; the slope found is one of the best."""
    setting = row["mu_y"], row["c"], row["T"]
    found = line.lower_end(*setting, line.searched(*setting))
    assert found <= row["upper"]
    assert found >= line.lower_end(*setting, 1.0) - PARITY_FLOAT64


def test_the_rows_are_whole_and_made_again():
    """Each setting once; at T = 1000 the numbers come out the same."""
    wanted = {(y, c, T) for y in line.MU_Y for c in line.WINDOWS for T in line.HORIZONS}
    assert {(row["mu_y"], row["c"], row["T"]) for row in ROWS} == wanted
    assert len(ROWS) == len(wanted)
    for row in (r for r in ROWS if r["T"] == 1000):
        setting = row["mu_y"], row["c"], row["T"]
        assert line.lower_end(*setting, row["q"]) == pytest.approx(row["lower"], rel=PARITY_FLOAT64)
        assert line.proved(*setting) == pytest.approx(row["proved"], rel=PARITY_FLOAT64)


@given(closed, st.integers(1, 3), st.integers(4, 40))
def test_the_proof_holds_step_by_step(mu_y, c, T):
    """Exact runs on |x| under the hypotheses: x, z ≤ 1, w ≥ −ε, and x_T above the bound."""
    assume(c < T and mu_y < 1)
    gamma, delta, kappa = line.steps(c, T), Fraction(c, T), mu_y / (1 - mu_y)
    first = Fraction(gamma[0])
    epsilon = first * (1 + kappa * delta) + kappa * (1 + kappa) * delta
    assume((kappa * c**2 * (1 + kappa + epsilon)) ** 2 <= T)
    run = exact_run(mu_y, c, T, 1)
    alive = next((t for t, x in enumerate(run.x) if x <= 0), T)  # the proof speaks while x_t > 0
    # A step in floats is γ_t up to a few roundings, T of them are added.
    slack = Fraction(PARITY_FLOAT64)
    assert 0 < first <= 1
    for x, z in zip(run.x[:alive], run.z[:alive], strict=True):
        assert x <= 1 + slack
        assert -epsilon - slack <= z + kappa * x
        assert z <= 1 + slack
    left = ((1 - delta) / (1 + kappa * delta)) ** (T - 1)
    least = left - (1 - mu_y) * epsilon * (1 - left)
    assert least <= 0 or run.x[-1] >= least - slack


@pytest.mark.parametrize(("mu_y", "c", "T"), [("0", 1, 3000), ("0.2", 2, 3000), ("0.7", 1, 3000)])
def test_what_is_proved_lies_below_the_run(mu_y, c, T):
    """And says something; must fail: half as much again would lie above it."""
    bound, found = line.proved(mu_y, c, T), line.lower_end(mu_y, c, T, 1.0)
    assert 1 < bound <= found < 1.5 * bound


@pytest.mark.parametrize("setting", [("1", 5, 1000), ("0.7", 10, 1000), ("0.2", 2, 50)])
def test_outside_its_hypotheses_nothing_is_proved(setting):
    """μ_y = 1, a horizon too short for the window, a bound below 0."""
    assert line.proved(*setting) == 0


def test_the_recorded_lower_ends_lie_above_what_is_proved():
    """Row by row, at |x| or a worse function."""
    assert [row for row in ROWS if row["lower"] < row["proved"]] == []
    assert any(row["proved"] > 10 for row in ROWS)
