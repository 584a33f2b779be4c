"""Controls: other batches and other references change what they must, and nothing else."""

import pytest
import torch

import experiments.engine.loop as loop
from experiments.study.instrument import controls
from experiments.study.instrument.controls import Companions
from experiments.study.watched.audited import Audited, audited
from tests.experiments.fake import Regression
from tests.experiments.instrument.instrumented import Still, config


@pytest.fixture(autouse=True)
def workload(monkeypatch):
    monkeypatch.setattr(loop, "load", lambda name, **overrides: Regression())


def run(names, **changes):
    made = Companions(config(**changes), 5, names, other=7)
    report, _ = audited(config(**changes), 5, made.attach)
    return report, made


def test_watching_changes_nothing():
    """A run with all instruments on it ends where the plain one does, bit for bit."""
    plain = Audited(config())
    plain.finish()
    _, made = run(("fresh_batch", "other_seed"))
    ends = [made.base.run.point(), plain.point()]
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[1])


def test_a_fresh_batch_is_one_the_run_never_sees():
    """Every audit is made on it, and the identity closes there too."""
    _, made = run(("fresh_batch",))
    stream = made.base.run.stream
    seen = [stream.batch(t)[0] for t in range(30)]
    assert not any(torch.equal(made._fresh(made.base.run)[0], x) for x in seen)
    found = made.found()["fresh_batch"]
    assert found["gate"]["passed"]
    assert found["gate"]["steps"] == 6


def test_fresh_batches_of_a_stream_that_repeats_one_batch_say_the_same(monkeypatch):
    """The must-fail twin: if the batch is not fresh the control equals the audit."""
    _, made = run(("fresh_batch",))
    report, again = run(("fresh_batch",))
    different = report.term("regret")[0].mean() - again.found()["fresh_batch"]["means"]["regret"]
    assert abs(different) > 1e-6
    monkeypatch.setattr(loop, "load", lambda name, **overrides: Still())
    report, made = run(("fresh_batch",))
    assert made.found()["fresh_batch"]["means"]["regret"] == report.term("regret")[0].mean()


def test_the_other_seed_is_another_reference():
    """Its u is where the other run ended; terms without u are as they were."""
    report, made = run(("other_seed",))
    end = Audited(config(seed=7))
    end.finish()
    assert all(torch.equal(made.elsewhere[name], u) for name, u in end.point().items())
    found = made.found()["other_seed"]["means"]
    assert found["telescope"] == report.term("telescope")[0].mean()
    assert found["bregman_u_y"] != report.term("bregman_u_y")[0].mean()


def test_a_stream_too_short_for_fresh_batches_is_refused():
    """With the reason of the stream."""
    run = Audited(config())

    def batch(step):
        raise ValueError("1 epoch(s) hold no more")

    run.stream.batch = batch
    with pytest.raises(ValueError, match="twice as many batches as the run has steps: 1 epoch"):
        Companions(config(), 5, (), 1)._check(run)


def test_the_repeat_is_short_and_keeps_a_warm_up():
    """Of the same arm, setting and seed."""
    made = controls.repeated(config(steps=300, warmup=30, dtype="float32"))
    assert (made.steps, made.warmup, made.dtype) == (24, 6, "float64")
    assert made.settings == config().settings
