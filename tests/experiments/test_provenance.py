"""A record says which code made it, edits included, and which command makes it again."""

import subprocess

import pytest

from gpa_theory.report import manifest


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A committed project of two packages; the manifest believes to run from it."""
    for name in ("gpa_theory/__init__.py", "experiments/__init__.py", "README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("one\n")
    (tmp_path / ".gitignore").write_text("runs/\n")
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "all"]):
        subprocess.run(["git", *who, *words], cwd=tmp_path, check=True, capture_output=True)
    monkeypatch.setattr(manifest, "PACKAGE_FOLDER", tmp_path / "gpa_theory")
    return tmp_path


@pytest.mark.parametrize(
    "edited",
    ["gpa_theory/__init__.py", "experiments/__init__.py", "README.md", "experiments/new.toml"],
)
def test_an_edit_anywhere_makes_the_commit_dirty(edited, checkout):
    """A tracked file of any folder, and a new file among the sources."""
    assert not manifest.commit().endswith("+dirty")
    (checkout / edited).write_text("two\n")
    assert manifest.commit().endswith("+dirty")


def test_a_deleted_file_makes_the_commit_dirty(checkout):
    """It is an edit too."""
    (checkout / "experiments/__init__.py").unlink()
    assert manifest.commit().endswith("+dirty")


@pytest.mark.parametrize("new", ["notes.txt", "runs/a.py", "experiments/records/x/data.json"])
def test_what_changes_nothing_leaves_the_commit_clean(new, checkout):
    """Notes beside the sources, ignored files, and the record that is being written."""
    (checkout / new).parent.mkdir(parents=True, exist_ok=True)
    (checkout / new).write_text("two\n")
    assert not manifest.commit().endswith("+dirty")


def test_inside_another_repository_there_is_no_commit(checkout, monkeypatch):
    """The commit of a project that merely contains the installed package is not its own."""
    place = checkout / "runs" / "site-packages" / "gpa_theory"
    place.mkdir(parents=True)
    (place / "__init__.py").write_text("one\n")
    monkeypatch.setattr(manifest, "PACKAGE_FOLDER", place)
    assert manifest.commit() is None
