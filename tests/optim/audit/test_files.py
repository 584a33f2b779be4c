"""The file of an audit: read back as it was, resumed, and refused where none can be written."""

import json

import pytest

from gpa_theory.optim.audit.observer import Audit
from gpa_theory.optim.audit.replay import replay
from gpa_theory.optim.audit.report import AuditReport
from tests.optim.audit.audited import advance, audited, gpa_of, loss_fn, model_of


def test_files_are_plain_json_and_read_back(tmp_path):
    """One line each, no path and no host name in it, and the same report from the file."""
    model, path = model_of(), tmp_path / "audit.jsonl"
    audit = audited(model, gpa_of(model), path=path)
    lines = [json.loads(text) for text in path.read_text().splitlines()]
    assert [line["kind"] for line in lines] == ["header", *["step"] * 8]
    assert str(tmp_path) not in path.read_text()
    loaded = AuditReport.load(path)
    assert loaded.records == audit.records
    assert loaded.summary() == audit.report().summary()


def test_files_of_schema_1_are_read(tmp_path):
    """Its name for the telescope was "ema_cost"; the report from such a file is the same."""
    model, path, old = model_of(), tmp_path / "audit.jsonl", tmp_path / "old.jsonl"
    audit = audited(model, gpa_of(model), path=path)
    text = path.read_text().replace('"telescope"', '"ema_cost"')
    old.write_text(text.replace('"schema": 2', '"schema": 1'))
    found = AuditReport.load(old)
    assert found.records == audit.records
    assert found.summary() == audit.report().summary()
    old.write_text(text.replace('"schema": 2', '"schema": 3'))
    with pytest.raises(ValueError, match="must hold an audit of schema 1 or 2"):
        AuditReport.load(old)


def test_a_resumed_run_goes_on_in_its_file(tmp_path):
    """Records of steps that are done again are replaced; an unfinished last line is dropped."""
    path, model = tmp_path / "audit.jsonl", model_of()
    opt = gpa_of(model)
    for kept in (None, opt):
        with Audit(opt, model, loss_fn, every=2, path=path) as audit:
            first = int(opt.param_groups[0]["gpa_steps"]) + 1
            for t in range(first, first + 6):
                advance(model, opt, t, audit)
        if kept is None:
            opt.param_groups[0]["gpa_steps"] = 3
    with path.open("a") as file:
        file.write('{"kind": "st')
    found = AuditReport.load(path)
    assert found.steps.tolist() == [2, 6, 8]
    assert found.header["first"] == 4
    path.write_text("")
    with pytest.raises(ValueError, match="must hold an audit"):
        AuditReport.load(path)


@pytest.mark.parametrize("place", ["a folder", "no folder", "a link"])
def test_a_file_that_cannot_be_written_is_refused_before_the_run(tmp_path, place):
    """By the audit, by `replay` before its first run, and by the plot."""
    target = tmp_path / ("none/there.png" if place == "no folder" else "there.png")
    if place == "a folder":
        target.mkdir()
    elif place == "a link":
        target.symlink_to(tmp_path / "elsewhere")
    model = model_of()
    with pytest.raises(ValueError, match=r"`Audit\(path\)`: path cannot be written"):
        Audit(gpa_of(model), model, loss_fn, path=target)
    with pytest.raises(ValueError, match=r"`replay\(path\)`: path cannot be written"):
        replay(pytest.fail, path=target)
    report = audited(model, gpa_of(model)).report()
    with pytest.raises(ValueError, match=r"`AuditReport\.plot\(path\)`: path cannot be written"):
        report.plot(target)


def test_a_disk_that_fills_up_costs_the_file_alone(tmp_path, monkeypatch):
    """The run goes on, a warning says so once, and the report has every record."""
    model, path = model_of(), tmp_path / "audit.jsonl"
    opt = gpa_of(model)
    with Audit(opt, model, loss_fn, every=2, path=path) as audit:
        for t in range(1, 3):
            advance(model, opt, t, audit)

        def full(*arguments, **options):
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr(type(path), "open", full)
            advance(model, opt, 3, audit)
            with pytest.warns(UserWarning, match=r"cannot be written any more .*No space left"):
                advance(model, opt, 4, audit)
        for t in range(5, 7):
            advance(model, opt, t, audit)
    assert audit.report().steps.tolist() == [2, 4, 6]
    assert AuditReport.load(path).steps.tolist() == [2]
