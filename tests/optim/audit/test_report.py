"""What a report says: means and intervals, three-valued verdicts, files, cost, figure, text."""

from math import ceil

import numpy as np
import pytest

from gpa_theory.optim.audit import cost as audit_cost
from gpa_theory.optim.audit.columns import WINDOW
from gpa_theory.optim.audit.cost import Clock, Cost
from gpa_theory.optim.audit.mean import FEWEST, mean_of, student
from gpa_theory.optim.audit.observer import Audit
from gpa_theory.optim.audit.report import AuditReport
from gpa_theory.optim.audit.verdict import joint
from tests.optim.audit.audited import advance, audited, gpa_of, loss_fn, model_of
from tests.tolerances import AUDIT_EXACT, PUBLISHED

LOST = ("bregman_u_y", "bregman_y_x", "bregman_x_y", "bregman_prev_x")


def report_of(columns, n=96, floor=1e-6, residual=0.0, reference="digest"):
    """Return a report whose subtracted terms are the given columns, one otherwise."""
    header = {"kind": "header", "form": "step", "every": 10, "gate": 1e-5, "dtype": "float32"}
    header |= {"reference": reference, "base": "SGD", "averaging": "exponential"}
    header |= {"mu_x": 0.9, "mu_y": 0.7}
    records = []
    for i in range(n):
        lost = dict.fromkeys(LOST, 1.0 + 0.01 * (i % 3))
        lost |= {name: float(column[i]) for name, column in columns.items()}
        regret, ema = 3.0, -0.1
        phi = regret - ema - sum(lost.values())
        at = {"phi": phi, "telescope": ema, "regret": regret, "departure": 0.0, **lost}
        made = {"t": 10 * (i + 1), "terms": at, "floors": dict.fromkeys(at, floor), "cosine": None}
        made |= {"residual": residual, "unexplained": residual}
        records.append({**made, "seconds": 0.02, "step_seconds": 0.01})
    return AuditReport(header, records)


def noise(seed, n=96, scale=1.0, mean=0.0):
    return mean + scale * np.random.default_rng(seed).standard_normal(n)


def test_all_nonnegative_transfers():
    """Every term positive in every window: the premise transfers, and the bound holds."""
    verdict = report_of({}).verdict()
    assert (verdict.value, verdict.bound) == ("transfers", "holds")
    assert len(verdict.windows) == 8


def test_one_negative_window_does_not_transfer_although_the_bound_holds():
    """A term that is negative for an eighth of the run is named with its steps."""
    dip = np.where(np.arange(96) // 12 == 2, -1.0, 1.0) + noise(0, scale=0.05)
    verdict = report_of({"bregman_u_y": dip}).verdict()
    assert (verdict.value, verdict.bound) == ("does not transfer", "holds")
    assert verdict.why == "negative: B(u, y_t) at t = 250…360"


def test_a_bound_can_be_violated():
    """Terms whose sum is negative on the whole run violate the bound."""
    verdict = report_of({"bregman_u_y": noise(0, mean=-9.0)}).verdict()
    assert (verdict.value, verdict.bound) == ("does not transfer", "violated")


def test_noise_is_not_resolved():
    """Terms of mean zero: in 95 % of 200 runs no sign is claimed for any of them, in any window."""
    named = [report_of({name: noise(4 * s + i) for i, name in enumerate(LOST)}) for s in range(200)]
    claimed = [r.verdict().value != "not resolved" for r in named]
    assert sum(claimed) <= 10


def test_planted_signs_are_found():
    """A mean of three standard deviations is found in each of 20 runs."""
    for seed in range(20):
        found = report_of({"bregman_u_y": noise(seed, mean=-3.0)}).verdict(windows=4)
        assert found.value == "does not transfer"


def test_what_rounding_can_explain_is_not_resolved():
    """Below its floor a term has no sign, however small its interval; more steps do not help."""
    verdict = report_of({"bregman_x_y": np.full(96, 1e-7)}).verdict()
    assert verdict.value == "not resolved"
    assert verdict.why == "open: ν B(x_t, y_t) in every window (within rounding)"


def test_how_many_steps_are_needed():
    """An unresolved mean says about how many audited steps would resolve it."""
    found = mean_of(noise(1, n=30, mean=0.2), [0.0] * 30)
    assert found.sign == "not resolved"
    assert found.needed == ceil(30 * ((found.high - found.low) / 2 / abs(found.mean)) ** 2)
    assert mean_of(noise(1, n=8 * found.needed, mean=0.2), [0.0]).sign == "nonnegative"


def test_a_failed_instrument_has_no_verdict():
    """A residual above the gate: nothing is resolved, and the reason is the residual."""
    verdict = report_of({}, residual=2e-5).verdict()
    assert (verdict.value, verdict.bound) == ("not resolved", "not resolved")
    assert "above the gate" in verdict.why
    assert "FAILED" in report_of({}, residual=2e-5).summary()


def test_without_a_reference_nothing_transfers():
    """Positive local terms alone do not make the premise; a negative one does break it."""
    assert report_of({}, reference=None).verdict().why == "B(u, y_t) needs a reference"
    broken = report_of({"bregman_x_y": noise(0, mean=-9.0)}, reference=None).verdict()
    assert (broken.value, broken.bound) == ("does not transfer", "not resolved")


def test_few_steps_have_no_interval():
    """Below `FEWEST` steps no sign is claimed; windows are never smaller than `WINDOW`."""
    assert mean_of([1.0] * (FEWEST - 1), [0.0] * (FEWEST - 1)).sign == "not resolved"
    assert len(report_of({}, n=3 * WINDOW + 1).windows()) == 3
    assert report_of({}, n=0).windows() == ()
    assert report_of({}, n=0).verdict().why == "no steps"
    with pytest.raises(ValueError, match="count must be an integer"):
        report_of({}).windows(0)


@pytest.mark.parametrize(
    ("p", "degrees", "value"), [(0.975, 10, 2.2281), (0.995, 4, 4.6041), (0.9995, 12, 4.3178)]
)
def test_students_quantiles(p, degrees, value):
    """The printed tables are met."""
    assert student(p, degrees) == pytest.approx(value, rel=PUBLISHED)


def test_joint_level():
    """Intervals at 1 − 0.01/m, m of them, hold together at 99 %."""
    assert 20 * (1 - joint(20)) == pytest.approx(0.01)


def test_the_means_close_like_the_steps():
    """Sum form: mean φ + mean telescope = mean regret − mean of the subtracted terms."""
    model = model_of()
    whole = audited(model, gpa_of(model), steps=36).report().whole()
    mean = {name: m.mean for name, m in whole.means.items()}
    left, right = mean["phi"] + mean["telescope"], mean["regret"] - mean["bregman_sum"]
    assert left == pytest.approx(right, rel=AUDIT_EXACT)
    local = mean["bregman_sum"] - mean["bregman_u_y"]
    assert mean["net_gain"] == pytest.approx(local + mean["telescope"], rel=AUDIT_EXACT)


def test_a_loss_that_overflows_is_left_out(tmp_path):
    """The step is recorded with nulls, counted, and takes no part in means."""
    model, path = model_of(), tmp_path / "audit.jsonl"

    def loss(model, batch):
        return loss_fn(model, batch) * (float("inf") if batch[0][0, 0] > 0 else 1.0)

    opt = gpa_of(model)
    with Audit(opt, model, loss, every=1, path=path) as audit:
        for t in range(1, 7):
            advance(model, opt, t, audit)
    report = AuditReport.load(path)
    assert 0 < report.left_out == sum(r["residual"] is None for r in audit.records) < 6
    assert "left out" in report.summary()


def test_cost_is_median_audit_over_every_steps(monkeypatch):
    """A clock of its own: time between visits is training; a long pause does not count."""
    now = iter([0.0, 1.0, 3.0, 4.0, 5.0, 105.0, 105.0, 107.0, 107.0])
    monkeypatch.setattr(audit_cost, "perf_counter", lambda: next(now))
    clock = Clock([])
    clock.enter()
    clock.leave()  # 1 s inside
    clock.enter()
    clock.leave()  # after a step of 2 s, 1 s inside
    clock.enter()  # after a step of 1 s
    clock.drain()  # 100 s of queued work are training's, not ours
    seconds, step = clock.read()
    assert (seconds, step) == (2.0, 1.5)


def test_the_cost_suggests_every():
    """At the suggested `every` the share is within 5 %, at one less it is not."""
    cost = Cost(every=20, audit=0.123, step=0.01, n=9)
    assert Cost(cost.suggested_every, 0.123, 0.01, 9).fraction <= 0.05
    assert Cost(cost.suggested_every - 1, 0.123, 0.01, 9).fraction > 0.05
    assert "measured" in str(cost)
    assert "61.5%" in str(cost)
    assert "every ≥ 246" in str(cost)


@pytest.mark.parametrize("u", ["other", None])
def test_the_figure(tmp_path, u):
    """One picture per report, with and without a reference; none of nothing."""
    model = model_of()
    report = audited(model, gpa_of(model), u=u).report()
    report.plot(tmp_path / "audit.png")
    assert (tmp_path / "audit.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(RuntimeError, match="no audited step yet"):
        report_of({}, n=0).plot(tmp_path / "none.png")


def test_the_text():
    """Instrument, terms with interval and floor, signs per window, verdicts, cost."""
    text = report_of({}).summary()
    for part in ("residual", "99% interval", "ρ B(x_{t−1}, x_t)", "transfers", "holds", "every ≥"):
        assert part in text
    assert report_of({}, n=0).summary() == "audit: no audited step yet (every = 10)"
