"""A file is written whole or not at all, and only where a file can stand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gpa_theory.core.writing import check_target, write_whole, written_aside


def test_text_and_bytes_arrive_whole(tmp_path: Path) -> None:
    """What was given is what stands there, and nothing beside it."""
    for content in ("γ = 1\n", b"\x00\xff"):
        write_whole(tmp_path / "result", content)
        data = (tmp_path / "result").read_bytes()
        assert data == (content.encode() if isinstance(content, str) else content)
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_a_failed_writing_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a full disk the old file is whole and no part is left behind."""
    target = tmp_path / "result"
    target.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_whole(target, "new")
    assert target.read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_a_link_is_refused_and_stays(tmp_path: Path) -> None:
    """Renaming would replace the link, not what it stands for."""
    (tmp_path / "real").write_text("old")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    with pytest.raises(ValueError, match=r"`gpa`: --json cannot be written: it is a symbolic link"):
        check_target("gpa", "--json", link)
    with pytest.raises(OSError, match="not a regular file"):
        write_whole(link, "new")
    assert link.is_symlink()
    assert (tmp_path / "real").read_text() == "old"


@pytest.mark.skipif(os.name != "posix", reason="who may read a file is a matter of POSIX")
def test_who_may_read_a_file_stays_as_it_was(tmp_path: Path) -> None:
    """A private file is private still when it was written anew."""
    target = tmp_path / "result"
    target.write_text("old")
    target.chmod(0o600)
    write_whole(target, "new")
    assert (target.read_text(), target.stat().st_mode & 0o777) == ("new", 0o600)


def test_a_long_name_in_any_script_can_be_written(tmp_path: Path) -> None:
    """The part's name is shorter than the file's, also in bytes."""
    target = tmp_path / ("μ" * 127)
    write_whole(check_target("gpa", "--json", target), "new")
    assert target.read_text() == "new"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_a_pipe_is_refused_and_stays(tmp_path: Path) -> None:
    """A pipe with a name is no place for a result, and asking does not wait for a reader."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ValueError, match="not a regular file"):
        check_target("gpa", "--json", pipe)
    with pytest.raises(OSError, match="not a regular file"):
        write_whole(pipe, "new")
    assert pipe.is_fifo()


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (".", "it is a folder"),
        ("absent/result", "there is no folder"),
        ("a\0b", "null"),
        ("x" * 300, "too long"),
    ],
)
def test_what_cannot_be_a_file_is_refused_before_the_work(
    tmp_path: Path, name: str, reason: str
) -> None:
    """The reason is said, and nothing is left behind."""
    with pytest.raises(ValueError, match=reason):
        check_target("gpa", "--json", tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_asking_changes_nothing(tmp_path: Path) -> None:
    """A target that will do is returned, and neither made nor emptied."""
    assert check_target("gpa", "--json", tmp_path / "new") == tmp_path / "new"
    (tmp_path / "old").write_text("old")
    check_target("gpa", "--json", tmp_path / "old")
    assert (tmp_path / "old").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["old"]


def test_an_interrupted_writing_leaves_the_old_file(tmp_path: Path) -> None:
    """Ctrl-C in the middle of a long content: the old file is whole and no part is left behind."""

    def interrupted() -> None:
        with written_aside(tmp_path / "result") as file:
            file.write(b"half of it")
            raise KeyboardInterrupt

    (tmp_path / "result").write_text("old")
    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert (tmp_path / "result").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_what_a_killed_process_of_the_same_number_left_is_no_obstacle(tmp_path: Path) -> None:
    """In a container the next process has the number of the killed one, and so its part's name."""
    (tmp_path / f".result.{os.getpid()}.part").write_text("half")
    check_target("gpa", "--json", tmp_path / "result")
    (tmp_path / f".result.{os.getpid()}.part").write_text("half")
    write_whole(tmp_path / "result", "new")
    assert (tmp_path / "result").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["result"]


def test_a_file_without_the_right_to_write_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rename would replace what its owner has protected."""
    target = tmp_path / "result"
    target.write_text("old")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(ValueError, match="it is read-only"):
        check_target("gpa", "--json", target)
