"""The eigenvalue enclosure holds for known spectra, is tight, and fails if it is shrunk."""

import numpy as np
import pytest
from hypothesis import given

from gpa_theory.numeric.exact import exactly
from gpa_theory.numeric.problems.spectrum import gram_spectrum
from tests.strategies import seeds
from tests.tolerances import SPECTRUM


def _rayleigh(a, y):
    """Return y′A′Ay / y′y in Fractions."""
    y = exactly(y)
    image = [sum(s * t for s, t in zip(exactly(row), y, strict=True)) for row in a]
    return sum(v * v for v in image) / sum(v * v for v in y)


@given(seed=seeds)
def test_every_rayleigh_quotient_lies_inside(seed):
    """For eigenvectors and random y, low ≤ |Ay|²/|y|² ≤ high in exact arithmetic."""
    rng = np.random.default_rng(seed)
    a = rng.standard_normal((rng.integers(1, 7), rng.integers(1, 5))) * 10.0 ** rng.integers(-3, 4)
    low, high = gram_spectrum(a)
    for y in [*np.linalg.eigh(a.T @ a)[1].T, rng.standard_normal(a.shape[1])]:
        assert low <= _rayleigh(a, y) <= high


@given(seed=seeds)
def test_enclosure_is_tight(seed):
    """The top eigenvalue is enclosed to SPECTRUM, so shrinking it by more must be wrong."""
    rng = np.random.default_rng(seed)
    a = rng.standard_normal((8, 3))
    top = np.linalg.eigh(a.T @ a)[1][:, -1]
    low, high = gram_spectrum(a)
    assert _rayleigh(a, top) > high * (1 - SPECTRUM)
    assert low > 0


def test_singular_matrix_has_lower_end_zero():
    """A column that repeats another one leaves no certified strong convexity."""
    column = np.arange(1.0, 6.0)[:, None]
    assert gram_spectrum(np.hstack([column, column]))[0] <= np.finfo(float).eps * 110
    assert gram_spectrum(np.hstack([column, 0 * column]))[0] == pytest.approx(0, abs=0)
