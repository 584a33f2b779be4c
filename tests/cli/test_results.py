"""Results that cannot be written where they were asked for are not lost."""

import json
import os
import tempfile
from pathlib import Path

import pytest

from gpa_theory.__main__ import main
from gpa_theory.cli import exits
from gpa_theory.cli.results import deliver
from gpa_theory.core.labels import Label
from gpa_theory.verify import registry
from gpa_theory.verify.claims import Claim
from gpa_theory.verify.verdict import exactly


def full(*_, **__):
    raise OSError(28, "No space left on device")


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """A folder for temporary files, of this test's own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def claim(monkeypatch, right):
    """Put one claim into the registry, which holds or does not."""
    checks = {"c": lambda seed: [exactly("x", 0 if right else 2, 1)]}
    fake = Claim("fake", "a statement", "a source", Label.PROVED, checks)
    monkeypatch.setattr(registry, "claims", lambda: (fake,))


VERIFY = ["verify", "--jobs", "1", "--progress", "none", "--json"]


def test_a_result_is_kept_in_the_temporary_folder(tmp_path, temporary, capsys):
    """The folder was deleted meanwhile: exit 6, one line, and the file is whole elsewhere."""
    code = deliver("gpa verify", "--json", tmp_path / "gone" / "v.json", "γ = 1\n")
    (kept,) = temporary.iterdir()
    said = capsys.readouterr().err
    assert code == exits.UNWRITTEN
    assert kept.read_text(encoding="utf-8") == "γ = 1\n"
    assert said.startswith("gpa: `gpa verify`: --json could not be written: No such file")
    assert str(kept) in said
    assert len(said.splitlines()) == 1


def test_a_result_is_printed_where_nothing_can_be_written(tmp_path, temporary, monkeypatch, capsys):
    """A file-size limit, a full disk everywhere: it is on stdout, and no torso is left."""
    monkeypatch.setattr(os, "fsync", full)
    assert deliver("gpa verify", "--json", tmp_path / "v.json", "content") == exits.UNWRITTEN
    said = capsys.readouterr()
    assert said.out == "content\n"
    assert "the result is on the standard output" in said.err
    assert list(temporary.iterdir()) == []
    assert list(tmp_path.iterdir()) == [temporary]


@pytest.mark.parametrize(("right", "code"), [(True, exits.UNWRITTEN), (False, exits.VIOLATED)])
def test_verify_shows_its_table_before_it_writes(
    right, code, tmp_path, temporary, monkeypatch, capsys
):
    """The table is seen, the file is kept elsewhere; a violated claim is the worse news."""
    claim(monkeypatch, right)
    monkeypatch.setattr(Path, "replace", full)
    assert main([*VERIFY, str(tmp_path / "v.json")]) == code
    said = capsys.readouterr()
    assert "fake" in said.out
    assert "details in" not in said.out
    (kept,) = temporary.iterdir()
    assert json.loads(kept.read_text(encoding="utf-8"))["claims"][0]["id"] == "fake"
    assert str(kept) in said.err


def test_verify_tells_where_the_details_are(tmp_path, monkeypatch, capsys):
    """The last line names the file, once it is written."""
    claim(monkeypatch, True)
    assert main([*VERIFY, str(tmp_path / "v.json")]) == exits.OK
    assert capsys.readouterr().out.splitlines()[-1] == "details in v.json"


def test_after_the_checks_nothing_is_called_usage(tmp_path, monkeypatch, capsys):
    """A fault of ours in the table is an internal error: the command line was right."""
    claim(monkeypatch, True)
    monkeypatch.setattr("gpa_theory.report.tables.outcomes_text", lambda _: int("no number"))
    assert main([*VERIFY, str(tmp_path / "v.json")]) == exits.INTERNAL
    assert "after the checks" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["folder", "link", "pipe", "device", "missing", "empty", "null"])
def test_what_cannot_be_a_file_is_refused_before_the_checks(kind, tmp_path, monkeypatch, capsys):
    """Exit 2, the option by name, and what stands there stays as it was."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    os.mkfifo(tmp_path / "pipe")
    names = {"device": os.devnull, "missing": "no/such/v.json", "empty": "", "null": "a\0b"}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        "gpa_theory.verify.runner.run_checks", lambda *_: pytest.fail("checks were run")
    )
    before = sorted(os.listdir(tmp_path))
    assert main([*VERIFY, names.get(kind, kind)]) == exits.USAGE
    said = capsys.readouterr().err
    assert "--json cannot be written" in said
    assert len(said.splitlines()) == 1
    assert sorted(os.listdir(tmp_path)) == before
    assert (tmp_path / "link").is_symlink()


def test_a_name_that_is_no_text_is_written_all_the_same(tmp_path, monkeypatch):
    """A pattern with a byte that is no letter stands in the manifest as its code."""
    claim(monkeypatch, True)
    target = tmp_path / "v.json"
    assert main([*VERIFY, str(target), "--only", "[!\udc80]ake"]) == exits.OK
    assert "\udc80" in json.loads(target.read_text(encoding="utf-8"))["manifest"]["command"]
