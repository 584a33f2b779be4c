"""What a solver says when it breaks down stays inside; what others say gets out."""

import os
import subprocess
import sys
import warnings
from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.worst_case import interval
from gpa_theory.worst_case.certify.upper import certified_upper
from gpa_theory.worst_case.extremal.telescoped import closed_form
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import DiLoCo, gpa, schedule_free
from gpa_theory.worst_case.model.program import program
from gpa_theory.worst_case.model.result import WorstCaseError
from gpa_theory.worst_case.solvers.identity import constant_step, solve_by_identity
from gpa_theory.worst_case.solvers.panics import PanicError, contained
from tests.tolerances import CLOSED_FORM

PanicException = type("PanicException", (BaseException,), {})


def broken_down(error):
    """Write what a thread in Rust writes, and raise."""
    with contained():
        os.write(2, b"thread panicked at somewhere\n")
        raise error


def test_a_panic_is_an_error_and_its_text_is_dropped(capfd):
    """It derives from BaseException, so it would pass every `except Exception`."""
    with pytest.raises(PanicError, match="panicked"):
        broken_down(PanicException)
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_other_text_and_other_errors_get_through(capfd):
    """Must fail: nothing but the text of a panic is dropped, no other error is renamed."""
    with contained():
        os.write(2, b"a warning\n")
    with pytest.raises(KeyboardInterrupt):
        broken_down(KeyboardInterrupt)
    assert capfd.readouterr().err == "a warning\nthread panicked at somewhere\n"


def test_without_a_stderr_solvers_run_too():
    """A process whose descriptor 2 is closed has nowhere to keep text from."""
    ask = (
        "import os; os.close(2)\n"
        "from gpa_theory.worst_case.solvers.panics import contained\n"
        "with contained(): print('solved')"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout == "solved\n"


@pytest.mark.parametrize(
    "error", [np.linalg.LinAlgError("no"), RuntimeError("no"), OverflowError("no")]
)
def test_a_solver_that_raises_is_one_more_attempt_that_failed(error, monkeypatch):
    """Its words are in the message, and what it warned of is not on the terminal."""

    def broken():
        warnings.warn("inaccurate", stacklevel=1)
        raise error

    monkeypatch.setattr(interval, "attempts", lambda *_: [broken])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(WorstCaseError, match=f"{type(error).__name__}: no"):
            worst_case(gpa(0.5, 0.5, 0.5), 3)


@pytest.mark.parametrize("of", [FunctionClass(lipschitz=1), FunctionClass(lipschitz=3, radius=2)])
@pytest.mark.parametrize("gamma", [Fraction(1, 50), Fraction(1, 4), Fraction(3, 2), 10**6])
@pytest.mark.parametrize(("mu_x", "mu_y"), [(0.5, 0.5), (0.9, 1), (0.75, 0), (0, 0.3), (0.9999, 1)])
def test_the_identity_has_the_best_multipliers_of_the_telescoped_metric(mu_x, mu_y, gamma, of):
    """They prove the closed form on either side of γ = D/(GT), in any units, without a solver."""
    for steps in (1, 2, 5):
        problem = program(gpa(mu_x, mu_y, gamma), steps, "telescoped", of)
        found = solve_by_identity(problem)
        upper = certified_upper(problem, found.flow, found.norms)[0] * of.value_scale
        value = closed_form(Fraction(gamma), steps, of) if steps > 1 else of.value_scale
        assert value <= upper <= value * (1 + Fraction(CLOSED_FORM))


@pytest.mark.parametrize(("mu_x", "mu_y"), [(1e-6, 0.3), (0.9999, 0.29), (0.5, 1)])
@pytest.mark.parametrize("gamma", [0.01, 0.1, 1])
def test_the_identity_is_sharp_for_smooth_functions_too(mu_x, mu_y, gamma):
    """γL ≤ 1: Huber's function attains 1/(2(γ(T−1)+1)), up to 1e−6."""
    found = worst_case(gpa(mu_x, mu_y, gamma), 8, "telescoped", FunctionClass(smoothness=1))
    value = 1 / (2 * (7 * gamma + 1))
    assert found.width <= 1e-6
    assert found.lower - CLOSED_FORM <= value <= found.upper + CLOSED_FORM


def test_the_identity_is_for_one_step_size():
    """Other methods go to a solver."""
    assert constant_step(program(gpa(0.5, 0.5, [1, 2]), 3, "last", FunctionClass(1))) is None
    assert constant_step(program(DiLoCo(0.5, 0.1, 1), 3, "last", FunctionClass(1))) is None
    scaled = program(schedule_free(0.5, 2), 3, "last", FunctionClass(lipschitz=3, radius=2))
    assert constant_step(scaled) == 3
