"""Certificates in integers: a rounded factor and a dominant rest show a form to be ≥ 0."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.gram import Point, gram_name
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.rational import statement as exact
from gpa_theory.worst_case.rational.integral import factored, integral, is_dominant
from gpa_theory.worst_case.rational.stored import load, packaged

WHOLE = st.integers(-40, 40)


def entries(rows):
    """Return a triangular form as a linear form in Gram entries of e0, e1, and so on."""
    return Point(
        {
            gram_name(f"e{a}", f"e{a + b}"): Fraction(value)
            for a, row in enumerate(rows)
            for b, value in enumerate(row)
            if value
        }
    )


@pytest.mark.parametrize("path", packaged(), ids=lambda path: path.stem)
def test_what_premises_leave_is_what_the_fractions_say(path):
    """The integers are the remainder of the exact certificate, and its factor is accepted."""
    of = load(path)
    whole = integral(of.statement, of.flow, of.norms)
    rows, share = whole.left_over(), whole.common * whole.unit
    names = [exact.START, *(f"g({n})" for n in exact.points(of.statement).names)]
    left = Point({})
    for premise in of.certificate().premises:
        if premise.name == "square":
            left = left + premise.multiplier * premise.gap
    for a, row in enumerate(rows):
        for b, value in enumerate(row):
            entry = gram_name(names[a], names[a + b])
            assert Fraction(value, share) == left.coefficient(entry)
    columns = factored(rows, share)
    assert is_dominant(rows, share, columns)
    rows[-1][0] -= share  # a norm multiplier smaller by 1
    assert not is_dominant(rows, share, columns)
    with pytest.raises(CertificateError, match="by a rounded factor"):
        factored(rows, share)


@given(st.lists(WHOLE, min_size=6, max_size=6), st.lists(WHOLE, min_size=6, max_size=6))
def test_what_is_accepted_is_a_sum_of_squares(form, factor):
    """A form that the integer check accepts passes the exact factorization."""
    rows = [form[:3], form[3:5], form[5:]]
    columns = [factor[:3], factor[3:5], factor[5:]]
    if is_dominant(rows, 1, columns, bits=3):
        exact.squares(entries(rows), ["e0", "e1", "e2"])


def test_a_dominant_form_needs_its_columns_too():
    """Must fail: −2⟨e0, e1⟩ weighs on both squares, the second of which is missing."""
    assert is_dominant([[1, -2], [1]], 1, [])
    assert not is_dominant([[1, -2], [0]], 1, [])


def test_names_and_classes_that_have_no_integers_are_refused():
    """An unknown sample, and a smooth class, whose remainder has no bound on norms."""
    of = load(packaged()[0])
    with pytest.raises(CertificateError, match="there is no 'y77'"):
        integral(of.statement, {("y77", "y1"): Fraction(1)}, {})
    smooth = replace(of.statement, of=FunctionClass(smoothness=1))
    with pytest.raises(CertificateError, match="Lipschitz classes"):
        integral(smooth, of.flow, of.norms)
