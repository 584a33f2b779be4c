"""Whatever is typed or put into a file: a documented exit code, a line, never a traceback."""

import json
import os

import pytest

from experiments.__main__ import main
from experiments.cli import calibrate, study
from experiments.data import hub
from tests.experiments import hostile

pytestmark = pytest.mark.skipif(os.name == "nt", reason="makes pipes and links")


@pytest.fixture
def said(capfd, tmp_path, monkeypatch):
    """Return a function that runs a command line where nothing large is begun.

    It returns the exit code and what stderr says, which is a line if the code is not 0.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(study, "_study", lambda *given: 0)
    monkeypatch.setattr(study, "_plan", lambda *given: 0)
    monkeypatch.setattr(calibrate, "_calibrated", lambda *given: 0)
    monkeypatch.setattr(hub, "prepare", lambda *given: {"shards": []})

    def run(arguments):
        code = main(arguments)
        told = capfd.readouterr().err
        assert "Traceback" not in told, arguments
        assert len(told.splitlines()) == (code != 0), (arguments, code, told)
        return code, told

    return run


def test_every_option_at_every_odd_value(said):
    """Refused in a line, or obeyed; no internal error."""
    vectors = hostile.vectors()
    assert len(vectors) > 500
    codes = {tuple(vector): said(vector)[0] for vector in vectors}
    assert not {vector: code for vector, code in codes.items() if code not in (0, 2)}
    assert sum(code == 2 for code in codes.values()) > len(vectors) / 2


def test_every_key_of_a_config_at_every_odd_value(said, tmp_path):
    """The line names the key that is wrong, or the run is made."""
    contents = hostile.configs()
    assert len(contents) > 800
    wrong = {}
    for i, content in enumerate(contents):
        (tmp_path / "c.json").write_text(json.dumps(content))
        code, told = said(["train", "c.json", "--out", f"out{i}"])
        changed = hostile.changed(content)
        named = not changed or any(part in told for part in ("overrides", "arm", *changed))
        if code not in (0, 2) or (code == 2 and not named):
            wrong[json.dumps(content)] = code, told
    assert not wrong


def test_what_is_no_config_is_refused(said, tmp_path):
    """Folders, devices, pipes, halves, depths: code 2, and the parameter is named."""
    (tmp_path / "files").mkdir()
    for path in hostile.files(tmp_path / "files"):
        code, told = said(["train", path, "--out", "out"])
        assert code == 2, (path, told)
    assert not (tmp_path / "out").exists()
