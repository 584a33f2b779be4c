"""The face of `symbolic`: what it promises is there, imported on first use, and nothing else."""

import pytest

from gpa_theory import symbolic
from gpa_theory.symbolic.bound import Bound
from gpa_theory.symbolic.rates import REGRETS
from gpa_theory.symbolic.theorems import bounds


def test_public_names_are_there():
    """Every name in `__all__` is the thing that its module defines."""
    assert all(getattr(symbolic, name) is not None for name in symbolic.__all__)
    assert symbolic.Bound is Bound
    assert symbolic.REGRETS is REGRETS
    assert symbolic.bounds is bounds


def test_other_names_are_refused():
    """A typo is an AttributeError, as for any module."""
    with pytest.raises(AttributeError, match="has no attribute 'Bond'"):
        _ = symbolic.Bond
