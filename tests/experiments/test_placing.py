"""Records are written whole, and where none can be written, that is said before the work."""

import json

import pytest

from experiments import bounds_against_runs, canvas
from experiments.placing import placed
from experiments.study.run.keeping import kept, place
from tests.experiments.instrument.instrumented import config


def test_a_folder_is_made_and_each_file_is_asked_for(tmp_path):
    """A folder where a file belongs is refused by its name."""
    assert placed("x", tmp_path / "a" / "b", ["data.json"]).is_dir()
    (tmp_path / "data.json").mkdir()
    with pytest.raises(ValueError, match="FOLDER cannot be written: it is a folder"):
        placed("x", tmp_path, ["README.md", "data.json"])
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ValueError, match="FOLDER cannot be made"):
        placed("x", tmp_path / "file", [])
    with pytest.raises(ValueError, match="FOLDER cannot be made"):
        placed("x", tmp_path / "file" / "below", [])


def test_a_record_refuses_its_folder_before_it_computes(tmp_path, monkeypatch):
    """Nothing is measured for a file that cannot be written."""
    monkeypatch.setattr(bounds_against_runs, "last_iterate", lambda: pytest.fail("it computed"))
    (tmp_path / "data.json").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ValueError, match="symbolic link"):
        bounds_against_runs.main(str(tmp_path))


def test_a_figure_is_written_whole(tmp_path):
    """Aside and renamed: a failed drawing leaves the old picture, and no part of a new one."""
    path = tmp_path / "figure.png"
    path.write_bytes(b"old")
    with pytest.raises(ValueError, match="dpi"):
        canvas.write(canvas.new_figure(1, 1), path, dpi=-1)
    assert path.read_bytes() == b"old"
    canvas.write(canvas.new_figure(1, 1), path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert [p.name for p in tmp_path.iterdir()] == ["figure.png"]


def test_a_damaged_result_is_named(tmp_path):
    """The file, and what to do about it."""
    from experiments.study.instrument.audits import AuditJob

    job = AuditJob("adamw", config(), 2)
    assert kept(tmp_path, None, lambda job: {"n": 1}, job) == {"n": 1}
    path = place(tmp_path, job)
    path.write_text(json.dumps({"n": 1})[:-1])
    with pytest.raises(ValueError, match="is damaged; delete it") as found:
        kept(tmp_path, None, lambda job: {"n": 1}, job)
    assert path.name in str(found.value)
