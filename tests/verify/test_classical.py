"""The checks behind textbook methods and quadratics can fail, and decide by independent means."""

from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.verify import quadratics, registry, textbook
from gpa_theory.verify.verdict import Verdict

CLASSICAL = (
    "equals-qhm",
    "equals-nesterov",
    "equals-heavy-ball",
    "equals-diloco-h1",
    "ema-of-base",
    "schedule-free-package",
    "quadratic-stability",
    "quadratic-momentum-stability",
    "quadratic-variance",
)


@pytest.mark.parametrize("name", CLASSICAL)
def test_every_claim_has_a_proof_and_a_run(name):
    """A certificate alone is not enough: something is run beside it."""
    checks = registry.find(name).checks
    assert any(check.startswith("proof of") for check in checks)
    assert any(not check.startswith("proof of") for check in checks)


@pytest.mark.parametrize("name", textbook.PAIRS)
def test_the_sequences_are_equal(name):
    """Exactly, and not with a constant misread, at a seed of this test's own."""
    assert {result.verdict for result in textbook.check_pair(name, 2)} == {Verdict.HOLDS}


@pytest.mark.parametrize("name", textbook.PAIRS)
def test_another_method_is_told_apart(name, monkeypatch):
    """With the textbook method of another row, the comparison is violated."""
    ours, _, constant = textbook.PAIRS[name]
    other = textbook.sutskever if name == "quasi-hyperbolic momentum" else textbook.quasi_hyperbolic
    monkeypatch.setitem(textbook.PAIRS, name, (ours, other, constant))
    result, _ = textbook.check_pair(name, 0)
    assert result.verdict is Verdict.VIOLATED


def test_a_comparison_that_cannot_fail_is_violated(monkeypatch):
    """If the constant did not matter, the must-fail check would say so."""
    monkeypatch.setitem(textbook.PAIRS, "heavy ball", (textbook.gpa_x, textbook.gpa_x, "z_1"))
    monkeypatch.setattr(textbook, "apart", lambda ours, theirs: 0)
    assert [r.verdict for r in textbook.check_pair("heavy ball", 0)] == [
        Verdict.HOLDS,
        Verdict.VIOLATED,
    ]


def test_schur_cohn_agrees_with_eigenvalues():
    """Inside or outside the unit disc, as numpy finds it, for random step matrices."""
    rng = np.random.default_rng(5)
    seen = set()
    for _ in range(100):
        mu_x, mu_y, beta = (Fraction(int(k), 64) for k in rng.integers(1, 64, size=3))
        s = Fraction(int(rng.integers(1, 128)), 16)
        matrix = np.array(quadratics.step_matrix(mu_x, mu_y, beta, s), dtype=float)
        inside = max(abs(np.linalg.eigvals(matrix))) < 1
        assert quadratics.stable(mu_x, mu_y, beta, s) == inside
        seen.add(bool(inside))
    assert seen == {True, False}


def test_a_wrong_limit_is_violated(monkeypatch):
    """1 % more or less than the limit: settings are found on the wrong side."""
    right = quadratics.stability_limit
    for factor, index in ((Fraction(101, 100), 0), (Fraction(99, 100), 1)):
        wrong = lambda *constants, by=factor: by * right(*constants)  # noqa: E731
        monkeypatch.setattr(quadratics, "stability_limit", wrong)
        for momentum in (False, True):
            results = list(quadratics.check_limit(momentum, 0))
            assert results[index].verdict is Verdict.VIOLATED
            assert results[-1].verdict is Verdict.VIOLATED  # the known value


@pytest.mark.parametrize(("factor", "index"), [(Fraction(99, 100), 0), (Fraction(101, 100), 1)])
def test_a_wrong_variance_is_violated(factor, index, monkeypatch):
    """1 % less than the variance does not bound the sum, and 1 % more leaves a rest."""
    right = quadratics.stationary_variance
    monkeypatch.setattr(quadratics, "stationary_variance", lambda *c: factor * right(*c))
    assert list(quadratics.check_variance(0))[index].verdict is Verdict.VIOLATED
