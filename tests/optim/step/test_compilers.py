"""A compiler that is missing, odd, broken or endless costs the kernels, and nothing else."""

import os
import signal
import tempfile
import time
import warnings
from pathlib import Path

import pytest
import torch
from torch.optim import AdamW

from gpa_theory.optim import GPA
from gpa_theory.optim.step import native
from tests.optim.adamw.fused import fused, needs_compiler, walk
from tests.tolerances import PARITY_FLOAT32

SHORT = 0.5  # seconds until a compiler is said to hang; a real one is never run under this limit
SAID = "GPA steps through torch's own kernels: "


@pytest.fixture(autouse=True)
def rebuilt():
    """Forget the compiled kernels, before and after."""
    native.library.cache_clear()
    yield
    native.library.cache_clear()


def stepped(make):
    """Return large weights after two steps."""
    w = torch.nn.Parameter(torch.linspace(-1, 1, native.WORTHWHILE))
    opt = make(w)
    for _ in range(2):
        w.grad = w.detach().clone()
        opt.step()
    return w.detach()


def script(folder, name, *lines):
    """Return the path of a shell script."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text("\n".join(("#!/bin/sh", *lines)) + "\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def refused(reason, compiler, monkeypatch):
    """Check that this compiler gives the same steps, and one warning with the reason."""
    monkeypatch.setenv("CXX", "")
    expected = stepped(lambda w: GPA(AdamW([w], lr=0.1), mu_x=0.9))
    native.library.cache_clear()
    monkeypatch.setenv("CXX", compiler)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        found = stepped(lambda w: GPA(AdamW([w], lr=0.1), mu_x=0.9))
        (w,), opt = fused([torch.ones(native.WORTHWHILE)], "auto")
        walk([w], opt, 1)
        backend, because = opt.plan()
    assert backend == "foreach"
    assert reason in because
    assert [str(each.message).startswith(SAID + because) for each in said] == [True]
    assert torch.allclose(found, expected, rtol=0, atol=PARITY_FLOAT32)


@pytest.mark.parametrize(
    ("compiler", "reason"),
    [
        ("no-such-compiler", "no C++ compiler was found"),
        ("no-such-cache g++", "no C++ compiler was found"),
        ("/", "no C++ compiler was found"),
        ('"g++', "CXX cannot be read: No closing quotation"),
        ("false", "the C++ compiler did not build the kernels"),
        ("true", "the C++ compiler did not build the kernels"),
        ("cat", "the C++ compiler did not build the kernels"),
    ],
)
def test_a_compiler_that_does_not_compile(compiler, reason, monkeypatch):
    """The step is made by torch's own kernels, and one warning says why."""
    refused(reason, compiler, monkeypatch)


@pytest.mark.parametrize("blank", ["", "  "])
def test_no_compiler_asked_for(blank, monkeypatch):
    """A blank CXX means none: that is no surprise, and nothing is said."""
    monkeypatch.setenv("CXX", blank)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert native.missing() == "CXX is empty"


def test_no_compiler_on_the_path(monkeypatch):
    """Without CXX and without any of the usual compilers."""
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.warns(RuntimeWarning, match="no C\\+\\+ compiler was found"):
        assert native.missing() == "no C++ compiler was found"


@pytest.mark.parametrize(
    ("last", "reason"),
    [
        ("echo no > $last", "did not build"),
        ("cp $(command -v sh) $last", "did not build"),
        ("exit 0", "did not build"),
    ],
)
def test_a_compiler_that_leaves_something_else(last, reason, tmp_path, monkeypatch):
    """A file that is no library, or not ours, or no file, is not used."""
    compiler = script(tmp_path, "c++", "for last; do :; done", last)
    refused(reason, str(compiler), monkeypatch)


@needs_compiler
def test_a_library_without_the_kernels(monkeypatch):
    """A library that loads, but lacks a kernel, is not used."""
    monkeypatch.delenv("CXX", raising=False)
    monkeypatch.setattr(native, "_OPTIONS", ((),))
    monkeypatch.setattr(native, "_ENTRIES", [*native._ENTRIES, "uncover_half"])
    with pytest.warns(RuntimeWarning, match="did not build the kernels"):
        assert native.missing() == "the C++ compiler did not build the kernels"


@needs_compiler
def test_a_library_that_would_end_the_process(tmp_path, monkeypatch):
    """It is loaded by another process first: sanitizers, for one, end what they do not like."""
    ending = tmp_path / "ending.cpp"
    ending.write_text(
        "#include <unistd.h>\n__attribute__((constructor)) void end() { _exit(3); }\n",
        encoding="utf-8",
    )
    link = f'case "$*" in *-shared*) exec g++ "$@" -fPIC {ending};; *) exec g++ "$@";; esac'
    monkeypatch.setattr(native, "_OPTIONS", ((),))
    refused("did not build the kernels", str(script(tmp_path, "c++", link)), monkeypatch)


def test_a_file_that_cannot_be_run(tmp_path, monkeypatch):
    """The operating system's own words are the reason."""
    compiler = tmp_path / "c++"
    compiler.write_text("text", encoding="utf-8")
    compiler.chmod(0o755)
    refused("nothing can be compiled here", str(compiler), monkeypatch)


def test_nowhere_to_write(monkeypatch):
    """Without any folder for temporary files."""

    def nowhere(*args, **kwargs):
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr(tempfile, "TemporaryDirectory", nowhere)
    refused("nothing can be compiled here: No usable temporary", "sh", monkeypatch)


def test_a_compiler_that_hangs_is_ended_with_its_children(tmp_path, monkeypatch):
    """After the limit for everything; the processes that it has started end too."""
    pid = tmp_path / "pid"
    compiler = script(tmp_path, "c++", "sleep 60 &", f"echo $! > {pid}", "sleep 60")
    monkeypatch.setattr(native, "_SECONDS", SHORT)
    started = time.monotonic()
    refused("took longer than 0.5 seconds", str(compiler), monkeypatch)
    assert time.monotonic() - started < 30
    assert ended(int(pid.read_text()))


def ended(pid):
    """Return whether a process is gone within a few seconds; one that nobody waits for is too."""
    for _ in range(100):
        try:
            os.kill(pid, 0)
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    return False


@needs_compiler
def test_a_compiler_with_options_in_a_folder_with_a_space(tmp_path, monkeypatch):
    """CXX is read as a shell reads it: quotes, and options after the name."""
    folder = tmp_path / "with space"
    compiler = script(folder, "compiler", 'exec c++ "$@"')
    monkeypatch.setenv("CXX", f"'{compiler}' -O1")
    assert native.missing() is None


def test_warnings_that_are_errors_do_not_break_the_step(monkeypatch):
    """Whoever turns warnings into errors trains all the same."""
    monkeypatch.setenv("CXX", "no-such-compiler")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        stepped(lambda w: GPA(AdamW([w], lr=0.1), mu_x=0.9))
