"""The one door: any integer counts, only single numbers lie in ranges, the undecided passes."""

from fractions import Fraction

import numpy as np
import pytest
import sympy as sp
import torch

from gpa_theory.core.averaging import Exponential, Uniform, shares
from gpa_theory.core.recursion import GPA, run
from gpa_theory.core.validation import check_count, check_range


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), sp.Integer(3)])
def test_integers_of_every_type_become_plain_ints(value):
    """Whatever has an index counts; what is returned is an int, which cannot overflow."""
    assert type(check_count("f()", "n", value)) is int
    assert check_count("f()", "n", value) == 3


TRUTHS = [True, np.True_, np.array(True), torch.tensor(True)]


@pytest.mark.parametrize("value", [2.5, 3.0, *TRUTHS, "3", None, np.int64(0), -1, 1j])
def test_other_counts_are_refused(value):
    """Floats, truth values, strings and integers below the least one are refused."""
    with pytest.raises(ValueError, match=r"`f\(\)`: n must be an integer ≥ 1"):
        check_count("f()", "n", value)


def test_numpy_steps_do_not_overflow():
    """T = 127 as an int8 is run to the end: T + 1 is no int8."""
    steps = np.int8(127)
    assert len(shares(Uniform(), steps)) == 127
    assert len(list(run(GPA(Uniform(), 0.5), 1.0, lambda t, z, y: z, steps))) == 127


ARRAYS = [np.array([0.5, 0.6]), np.array([0.5]), np.array([]), torch.tensor([0.5, 0.6]), [0.5]]


@pytest.mark.parametrize("value", ARRAYS, ids=["numpy", "one", "empty", "torch", "list"])
def test_arrays_are_refused(value):
    """A parameter is one number: an array of them is refused as everything else is."""
    with pytest.raises(ValueError, match=r"mu_x must lie in \[0, 1\)"):
        Exponential(value)


@pytest.mark.parametrize("value", [0.5, Fraction(1, 2), np.float32(0.5), torch.tensor(0.5)])
def test_single_numbers_pass(value):
    """Zero-dimensional numbers of every library are numbers."""
    check_range("f()", "mu", value, 0, 1)
    with pytest.raises(ValueError, match=r"mu must lie in \[1, ∞\)"):
        check_range("f()", "mu", value, 1)


def test_undecided_relations_pass_and_decided_ones_do_not():
    """A free symbol may lie anywhere; a negative one does not lie in [0, 1]."""
    check_range("f()", "mu", sp.Symbol("mu"), 0, 1)
    with pytest.raises(ValueError, match="mu must lie in"):
        check_range("f()", "mu", sp.Symbol("mu", negative=True), 0, 1)
