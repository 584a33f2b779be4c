"""What a command line may ask for: time and memory are limited before they are taken."""

import pytest

from gpa_theory.__main__ import main
from gpa_theory.cli import exits
from gpa_theory.cli.verify import MOST_PER_CORE, _jobs


@pytest.mark.parametrize("steps", [10**6 + 1, 10**9, 10**29])
def test_a_run_that_would_not_fit_is_refused(steps, capsys, monkeypatch):
    """The whole run is kept: too many steps are refused before the memory is taken."""
    monkeypatch.setattr("gpa_theory.verify.experiment.execute", lambda _: pytest.fail("it ran"))
    assert main(["run", "--problem", "max", "--steps", str(steps)]) == exits.USAGE
    assert "--steps must be at most" in capsys.readouterr().err


def test_no_more_processes_than_make_sense(monkeypatch):
    """--jobs 1000000000 starts four a core at most; 0 means every core."""
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert [_jobs(n) for n in (0, 1, 10**9)] == [2, 1, 2 * MOST_PER_CORE]
