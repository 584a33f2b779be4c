"""Hostile command lines: a documented exit code, one line, a few seconds, and never a traceback."""

import argparse
import json
import signal
from contextlib import contextmanager
from importlib import import_module

import pytest

from gpa_theory.__main__ import main
from gpa_theory.cli import exits
from gpa_theory.cli.main import COMMANDS
from tests.cli.hostile import GIVEN, OPTIONS, VALUES, vectors
from tests.tolerances import HOSTILE_SECONDS

DOCUMENTED = {exits.OK, exits.VIOLATED, exits.USAGE, exits.UNDECIDED}


@contextmanager
def limited(arguments):
    """Fail where one command line takes longer than allowed."""

    def late(*_):
        pytest.fail(f"still at work after {HOSTILE_SECONDS} s: {shown(arguments)}")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, HOSTILE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def shown(arguments):
    return ascii([argument[:60] for argument in arguments])


def complaints(arguments, code, said):
    """Return what is wrong with an answer, or nothing."""
    if code not in DOCUMENTED:
        return f"exit {code}"
    if len(said.err) > 2200 or said.err.count("\n") != (code in (exits.USAGE, exits.UNDECIDED)):
        return f"{said.err.count(chr(10))} lines, {len(said.err)} characters on stderr"
    if any(not c.isprintable() for c in said.err.rstrip("\n")):
        return "an unprintable character on stderr"
    if code == exits.OK and "--json" in arguments:
        json.loads(said.out, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    return ""


@pytest.mark.solver
@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="time is limited by an alarm")
@pytest.mark.parametrize("case", GIVEN)
def test_odd_values_are_refused_or_answered(case, capsys, tmp_path, monkeypatch):
    """Each option of the command, each odd value."""
    monkeypatch.chdir(tmp_path)  # some values are names that a file can have
    main(GIVEN[case].split())  # what is computed once is computed before time counts
    capsys.readouterr()
    wrong = []
    for arguments in vectors(case):
        with limited(arguments):
            code = main(arguments)
        found = complaints(arguments, code, capsys.readouterr())
        if found:
            wrong.append(f"{found}: {shown(arguments)}")
    assert wrong == []


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_odd_commands_are_refused(value, capsys):
    """What is no command is exit 2 in one line, with an argument or without."""
    for arguments in ([value], [value, "--help"], [value, value]):
        assert main(arguments) == exits.USAGE
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.count("\n") == 1


def test_every_option_that_takes_a_value_is_tried():
    """Must fail: an option that is added to a command is tried here too."""
    left = {}
    for name in {case.partition(",")[0] for case in GIVEN}:
        parser = argparse.ArgumentParser()
        import_module(COMMANDS[name][0]).add_arguments(parser)
        tried = {
            o for case in GIVEN if case.partition(",")[0] == name for o in OPTIONS[case].split()
        }
        takes = {
            a.option_strings[-1][2:] for a in parser._actions if a.option_strings and a.nargs != 0
        }
        left[name] = takes - tried
    assert left == {name: set() for name in left}
