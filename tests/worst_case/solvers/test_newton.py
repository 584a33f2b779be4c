"""Newton systems in single precision: as good as in double, or done in double."""

import numpy as np
import pytest

from gpa_theory.worst_case.solvers import newton
from gpa_theory.worst_case.solvers.newton import Newton


def system(spread, n=60):
    """Return a symmetric definite matrix with condition 10^spread, badly scaled, and a side."""
    rng = np.random.default_rng(5)
    turn, _ = np.linalg.qr(rng.normal(size=(n, n)))
    scale = 10.0 ** rng.uniform(-6, 6, n)
    matrix = turn * 10.0 ** np.linspace(0, -spread, n) @ turn.T
    return scale[:, None] * (matrix + matrix.T) / 2 * scale, scale * rng.normal(size=n)


def lower(matrix):
    """Return the matrix with what is not to be read made unreadable."""
    return np.where(np.tri(len(matrix), dtype=bool), matrix, np.nan)


@pytest.mark.parametrize("spread", [0, 3, 5])
def test_single_precision_is_refined(spread):
    """The residual is as small as asked for, though the factor has seven digits."""
    matrix, right = system(spread)
    solver = Newton(large=1)
    found = solver.factored(lower(matrix))(right)
    assert np.linalg.norm(matrix @ found - right) <= 2 * newton.LEFT * np.linalg.norm(right)
    assert solver.single


def test_what_single_precision_cannot_do_is_done_in_double():
    """Condition 1e14: as good as LAPACK alone, and single precision is not tried again."""
    matrix, right = system(14)
    solver = Newton(large=1)
    found = solver.factored(lower(matrix))(right)
    alone = Newton(large=10**6).factored(lower(matrix))(right)
    assert np.linalg.norm(matrix @ found - right) <= 2 * max(
        np.linalg.norm(matrix @ alone - right), newton.LEFT * np.linalg.norm(right)
    )
    assert not solver.single


def test_what_takes_many_products_is_done_in_double(monkeypatch):
    """One product does not get there: LAPACK's answer is returned, now and from then on."""
    monkeypatch.setattr(newton, "PRODUCTS", 1)
    matrix, right = system(7)
    solver = Newton(large=1)
    found = solver.factored(lower(matrix))(right)
    alone = Newton(large=10**6).factored(lower(matrix))(right)
    assert found.tolist() == alone.tolist()
    assert not solver.single


def test_small_systems_are_left_in_double(monkeypatch):
    """Below the size no single-precision factor is made."""
    monkeypatch.setattr(newton, "_rough", lambda matrix: pytest.fail("made"))
    matrix, right = system(2)
    assert Newton().factored(lower(matrix))(right).shape == right.shape


def test_a_singular_system_is_refused():
    """Must fail: an indefinite matrix has no factor, shifted or not."""
    with pytest.raises(np.linalg.LinAlgError, match="singular"):
        Newton(large=1).factored(np.diag([1.0, -1.0]))
