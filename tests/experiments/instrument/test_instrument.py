"""The instrument: a gate that a planted error fails, a control that a nonconvex loss fails."""

import copy
import json
from dataclasses import replace
from unittest.mock import Mock

import pytest

import experiments.engine.loop as loop
from experiments.engine.journal import jsonable
from experiments.study import extras
from experiments.study.flow import Study
from experiments.study.instrument import audits as instrument
from experiments.study.instrument import controls
from experiments.study.instrument import figures as instrument_figures
from experiments.study.preset.preset import Preset
from experiments.study.watched.audited import audited
from gpa_theory.optim.audit.report import AuditReport
from gpa_theory.optim.audit.terms import residual
from tests.experiments.fake import Regression
from tests.experiments.instrument.instrumented import Saturating, config, job

ALL = ("fresh_batch", "other_seed")


@pytest.fixture
def convex(monkeypatch):
    monkeypatch.setattr(loop, "load", lambda name, **overrides: Regression())


@pytest.fixture
def nonconvex(monkeypatch):
    monkeypatch.setattr(loop, "load", lambda name, **overrides: Saturating())


def audits(seeds=(0, 1), arms=("gpa", "adamw"), **changes):
    made = [instrument.run(job(arm, seed, **changes)) for seed in seeds for arm in arms]
    return json.loads(json.dumps(jsonable(made)))


REAL = {
    "bigram": {"length": 16, "val": 8},
    "llama-bytes": {"length": 16, "val": 8, "width": 12, "layers": 1, "heads": 2},
    "vit-digits": {"width": 12, "layers": 1, "heads": 2},
    "vit-glyphs": {"classes": 12, "val": 8, "width": 12, "layers": 1, "heads": 2},
}


@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("arm", ["gpa", "adamw"])
def test_the_identity_closes_to_1e_10_in_float64_on_every_kind_of_workload(name, arm):
    """Clipping, weight decay and warm-up in place, nothing excused as rounding."""
    if name == "vit-digits":
        pytest.importorskip("sklearn")
    plain = config(arm, dtype="float32", clip=1.0, settings={"weight_decay": 0.05})
    run = replace(plain, workload=name, workload_overrides=REAL[name])
    found = instrument.run(instrument.AuditJob(arm, controls.repeated(run), 3, kind="fp64"))
    assert found["gate"]["passed"]
    assert found["gate"]["gate"] == 1e-10
    assert found["gate"]["residual"] <= 1e-10


def broken(report, name):
    """Return the report with the sign of a term turned over, its residual computed anew."""
    records = copy.deepcopy(report.records)
    for r in records:
        r["terms"][name] *= -1
        r["residual"] = r["unexplained"] = residual(r["terms"])
    return AuditReport(report.header, records)


@pytest.mark.parametrize("name", ["bregman_u_y", "bregman_y_x", "bregman_x_y", "bregman_prev_x"])
def test_a_planted_wrong_sign_fails_the_gate(convex, name):
    """Of any of the four terms; and the exit code says so."""
    report, _ = audited(config(), 1)
    assert controls.gate(report)["passed"]
    bad = controls.gate(broken(report, name))
    assert not bad["passed"]
    (found,) = audits((0,), ("gpa",))
    assert instrument.summary([found], False)["exit"] == 0
    assert instrument.summary([{**found, "gate": jsonable(bad)}], False)["exit"] == 1


def test_float64_excuses_nothing(convex):
    """A residual of 1e-8 that rounding would explain passes in float32 only."""
    report, _ = audited(config(), 1)
    records = [{**r, "residual": 1e-8} for r in report.records]
    for dtype, gate, passes in (("float64", 1e-10, False), ("float32", 1e-5, True)):
        header = {**report.header, "dtype": dtype, "gate": gate}
        assert controls.gate(AuditReport(header, records))["passed"] is passes


def test_the_convex_control_comes_out_convex(convex):
    """No divergence below its floor, on any batch and for any u; conversion ratio at most 1."""
    found = instrument.summary(audits(controls=ALL), True)
    assert found["exit"] == 0
    said = next(line for line in found["summary"] if line.startswith("convex control"))
    assert said.startswith("convex control: 0 of ")
    assert "as convexity demands" in said


def test_a_nonconvex_loss_fails_the_convex_control(nonconvex):
    """The control can fail, and what fails it alone is no failure elsewhere."""
    made = audits(controls=ALL)
    found = instrument.summary(made, True)
    assert found["exit"] == 1
    assert any("CONTRARY to convexity" in line for line in found["summary"])
    assert instrument.summary(made, False)["exit"] == 0


@pytest.mark.parametrize("is_convex", [True, False])
def test_the_workload_says_whether_a_study_is_a_convex_control(tmp_path, monkeypatch, is_convex):
    """A nonconvex loss fails a study of a workload that claims to be convex, and no other."""
    monkeypatch.setattr(loop, "load", lambda name, **overrides: Saturating())
    monkeypatch.setattr(extras, "load", lambda name, **overrides: Mock(convex=is_convex))
    run = {"steps": 30, "batch_size": 8, "dtype": "float64"}
    wanted = {"arms": ["gpa"], "seeds": [0], "every": 1}
    made = Preset("p", "t", "fake", run, {"gpa": {"lr": [0.1]}}, (), (), audit=wanted, only="grid")
    found = Study(made, tmp_path, say=lambda line: None).data()["instrument"]
    assert found["exit"] == int(is_convex)
    assert any("convex control" in line for line in found["summary"]) is is_convex


def test_each_demand_of_convexity_counts(convex):
    """One divergence below its floor, in the audit or a control, or a ratio above 1, is enough."""
    (good,) = audits((0,), ("gpa",), controls=ALL)
    places = [("means", "bregman_y_x", "below"), ("controls", "other_seed", "below")]
    for *where, last in [*places, ("ladder", "conversion_ratio")]:
        bad = copy.deepcopy(good)
        part = bad
        for key in where:
            part = part[key]
        part[last] = 2
        assert instrument.summary([good], True)["exit"] == 0
        assert instrument.summary([bad], True)["exit"] == 1


def test_jobs_are_runs_and_short_repeats(convex):
    """Every arm on every seed, and with "fp64" each arm once more, short and in float64."""
    run = {"steps": 40, "batch_size": 8, "warmup": 20}
    wanted = {"arms": ["gpa"], "seeds": [3, 4], "every": 2, "controls": ["fp64", "other_seed"]}
    arms = {"gpa": {"lr": [0.1]}}
    made = Preset("p", "t", "fake", run, arms, (), (), audit=wanted, only="instrument")
    repeat, *runs = instrument.jobs(made, {"gpa": {"lr": 0.1}})
    assert [(j.kind, j.config.seeds, j.other) for j in runs] == [("run", (3,), 4), ("run", (4,), 3)]
    assert (repeat.kind, repeat.config.dtype) == ("fp64", "float64")
    assert repeat.config.steps == controls.SHORT
    assert runs[0].controls == ("other_seed",)


@pytest.mark.parametrize(
    ("audit", "message"),
    [
        ({"arm": ["gpa"]}, "audit.arm must be one of arms"),
        ({"controls": ["fp32"]}, "audit.controls must be among fresh_batch"),
    ],
)
def test_unknown_words_under_audit_are_refused(audit, message):
    """By name, before anything is run."""
    run, arms = {"steps": 4, "batch_size": 8}, {"gpa": {"lr": [0.1]}}
    wanted = {"arms": ["gpa"], "seeds": [0], "every": 1, **audit}
    with pytest.raises(ValueError, match=message):
        Preset("p", "t", "fake", run, arms, (), (), audit=wanted, only="instrument")


@pytest.mark.parametrize("seeds", [(0, 1), (0,)])
def test_every_part_is_reported_and_drawn(convex, tmp_path, seeds):
    """Lines with n for every part; three figures; one seed gives no interval, and says so."""
    found = instrument.summary(audits(seeds, controls=ALL), False)
    text = "\n".join(found["summary"])
    for part in ("identity gate", "sign map", "ladder of bounds", "last-iterate", "other_seed"):
        assert part in text
    assert all("*measured*" in line for line in found["summary"])
    assert ("no interval: n = 1" in text) is (len(seeds) == 1)
    data = json.loads(json.dumps(jsonable({"instrument": found})))
    made = instrument_figures.draw(data, tmp_path)
    assert made == list(instrument_figures.CAPTIONS)
    assert all((tmp_path / name).stat().st_size > 10_000 for name in made)
    assert instrument_figures.draw({}, tmp_path) == []
