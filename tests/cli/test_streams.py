"""Standard streams of any kind: the exit code is that of the work, and the text can be read."""

import io
import json
import os
import subprocess
import sys

import pytest

from gpa_theory.cli import exits
from gpa_theory.cli.guard import guarded
from gpa_theory.cli.streams import fitted, print_json

BOUND = ["bound", "--steps", "100", "--lipschitz", "1", "--radius", "1", "--mu-x", ".9"]
PLAIN = {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
posix = pytest.mark.skipif(os.name != "posix", reason="descriptors as a POSIX shell passes them on")


class Raw(io.RawIOBase):
    """A stream that does on its n-th write what it is told: take all, take none, or raise."""

    def __init__(self, *actions):
        super().__init__()
        self.actions, self.taken = list(actions), b""

    def writable(self):
        return True

    def write(self, data):
        action = self.actions.pop(0) if self.actions else len
        if isinstance(action, Exception):
            raise action
        if action is not None:
            self.taken += bytes(data)
        return None if action is None else action(data)


def stream(raw, encoding="utf-8", errors="strict"):
    return io.TextIOWrapper(io.BufferedWriter(raw), encoding=encoding, errors=errors)


def gpa(*arguments, tail="", **environment):
    """Run the command in a shell of its own, with `tail` after it; return what came of it."""
    line = " ".join([sys.executable, "-m", "gpa_theory", *arguments, tail])
    return subprocess.run(
        ["sh", "-c", line],
        capture_output=True,
        env={**os.environ, **environment},
        check=False,
    )


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-16"])
def test_any_encoding_prints_the_same_text(encoding, monkeypatch):
    """The exit code is 0 and every line is there, with Greek or with its names."""
    raw = Raw()
    monkeypatch.setattr(sys, "stdout", stream(raw, encoding))

    def work():
        print("μ_x ≤ √T")
        return exits.OK

    assert guarded("gpa", work) == exits.OK
    said = raw.taken.decode(encoding)
    assert said == "μ_x ≤ √T\n" if encoding == "utf-16" else said == "mu_x <= sqrt(T)\n"


def test_json_is_read_back_as_it_was(monkeypatch):
    """Where a letter is missing JSON escapes it: a program reads the very same words."""
    for encoding in ("ascii", "cp1252", "utf-8"):
        raw = Raw()
        monkeypatch.setattr(sys, "stdout", stream(raw, encoding))
        with fitted():
            print_json({"γ": "√T ≤ ½"})
        assert json.loads(raw.taken.decode(encoding)) == {"γ": "√T ≤ ½"}


def test_a_way_that_somebody_chose_for_stdout_is_kept(monkeypatch):
    """PYTHONIOENCODING=ascii:replace means question marks."""
    raw = Raw()
    monkeypatch.setattr(sys, "stdout", stream(raw, "ascii", "replace"))
    with fitted():
        print("μ")
    assert raw.taken == b"?\n"


def test_a_reader_that_left_changes_no_exit_code(monkeypatch):
    """`| head -1`: the work goes on, its verdict counts, and nothing is said."""
    said = Raw()
    monkeypatch.setattr(sys, "stdout", stream(Raw(BrokenPipeError(32, "Broken pipe"))))
    monkeypatch.setattr(sys, "stderr", stream(said))

    def work():
        print("a" * 10**5)
        print("b", flush=True)
        return exits.VIOLATED

    assert guarded("gpa", work) == exits.VIOLATED
    assert said.taken == b""


@pytest.mark.parametrize(("code", "right"), [(0, exits.UNWRITTEN), (1, 1), (4, 4)])
def test_output_that_is_lost_is_said_after_the_work(code, right, monkeypatch):
    """A full disk behind stdout: one line, and exit 6 unless the work itself has worse news."""
    said = Raw()
    monkeypatch.setattr(sys, "stdout", stream(Raw(OSError(28, "No space left on device"))))
    monkeypatch.setattr(sys, "stderr", stream(said))

    def work():
        print("a", flush=True)
        return code

    assert guarded("gpa", work) == right
    assert said.taken == b"gpa: the output could not be written: No space left on device\n"


def test_both_streams_may_be_lost(monkeypatch):
    """Nobody can be told; the exit code still says it."""
    monkeypatch.setattr(sys, "stdout", stream(Raw(OSError(5, "Input/output error"))))
    monkeypatch.setattr(sys, "stderr", stream(Raw(OSError(5, "Input/output error"))))
    assert guarded("gpa", lambda: print("a") or exits.OK) == exits.UNWRITTEN


def test_a_stream_that_does_not_wait_is_waited_for(monkeypatch):
    """A full pipe that refuses to block takes everything in the end."""
    raw = Raw(None, None)
    monkeypatch.setattr("select.select", lambda *_: None)
    monkeypatch.setattr(sys, "stdout", stream(raw))
    assert guarded("gpa", lambda: print("a") or exits.OK) == exits.OK
    assert raw.taken == b"a\n"


def test_the_streams_are_put_back(capsys):
    """A caller inside Python gets its own streams again, whatever they are."""
    mine = sys.stdout, sys.stderr
    with fitted():
        print("kept")
    assert (sys.stdout, sys.stderr) == mine
    assert capsys.readouterr().out == "kept\n"


def test_a_closed_stderr_does_not_send_messages_to_stdout(monkeypatch):
    """print(file=None) would: a message must not stand among results."""
    raw = Raw()
    monkeypatch.setattr(sys, "stdout", stream(raw))
    monkeypatch.setattr(sys, "stderr", None)

    def work():
        raise ValueError("a message")

    assert guarded("gpa", work) == exits.USAGE
    assert raw.taken == b""


@pytest.mark.parametrize("environment", [{"PYTHONIOENCODING": "ascii"}, {"LC_ALL": "C"}])
def test_the_command_itself_in_another_encoding(environment):
    """Not in UTF-8 mode: exit 0, and the whole text in plain letters."""
    done = gpa(*BOUND, **PLAIN, **environment)
    assert (done.returncode, done.stderr) == (exits.OK, b"")
    assert b"<=" in done.stdout
    assert b"any 0 <= mu_y <= 1" in done.stdout


@posix
@pytest.mark.parametrize(
    ("tail", "code"),
    [(">&-", 0), (">&- 2>&- <&-", 0), (">/dev/full", 6), ("1</dev/null", 6)],
)
def test_the_command_itself_on_odd_descriptors(tail, code, tmp_path):
    """Closed, full or not open for writing: documented codes, one line at most."""
    if "full" in tail and not os.path.exists("/dev/full"):
        pytest.skip("this system has no /dev/full")
    done = gpa("--help", tail=tail)
    assert done.returncode == code
    assert len(done.stderr.splitlines()) == (code == exits.UNWRITTEN)


@pytest.mark.parametrize(
    "environment", [{"COLUMNS": "1"}, {"COLUMNS": "x"}, {"PYTHONOPTIMIZE": "2"}]
)
def test_help_on_any_terminal(environment):
    """One column, no number, no docstrings: help says what the command is for."""
    done = gpa("bound", "--help", **environment)
    assert (done.returncode, done.stderr) == (exits.OK, b"")
    assert b"bound" in done.stdout
    assert b"exit" in done.stdout
