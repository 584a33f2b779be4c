"""Certificates in integers: a rounded factor and a dominant rest show a form to be ≥ 0."""

import json
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
from gpa_theory.worst_case.rational.stored import (
    FOLDER,
    content,
    digest,
    load,
    packaged,
    save,
)

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


def with_factor(name):
    """Return a packaged certificate, which has none, with its factor."""
    of = load(FOLDER / f"{name}.json")
    whole = integral(of.statement, of.flow, of.norms)
    return replace(of, factor=factored(whole.left_over(), whole.common * whole.unit))


def test_a_factor_is_kept_and_files_without_one_are_read(tmp_path):
    """Format 2 holds the factor, reads back as it was and is checked by it; format 1 has none."""
    of = with_factor("last_T05_tuned")
    save(of, tmp_path / "c.json")
    found = load(tmp_path / "c.json")
    assert found == of
    found.check()
    assert json.loads((tmp_path / "c.json").read_text())["format"] == 2
    old = load(FOLDER / "last_T05_tuned.json")
    assert old.factor is None
    old.check()


@pytest.mark.parametrize(
    ("column", "words"),
    [(["1.5"], "no integer of a factor"), ("12", "no list of columns"), ([7], "no string")],
)
def test_a_factor_that_is_none_is_refused(tmp_path, column, words):
    """Columns are strings of integers."""
    found = content(with_factor("last_T04_schedule_free")) | {"factor": column}
    found["sha256"] = digest(found)
    (tmp_path / "c.json").write_text(json.dumps(found))
    with pytest.raises(CertificateError, match=words):
        load(tmp_path / "c.json")


def test_each_part_of_a_factored_certificate_is_needed():
    """Must fail: a multiplier or norm changed, a sign, another factor, too little time."""
    of = with_factor("last_T05_tuned")
    of.check()
    pair, value = next(iter(of.flow.items()))
    (first, *rest), norms = of.factor, dict(of.norms)
    norms["g(y1)"] -= Fraction(1, 100)
    norms["z1"] += Fraction(1, 100)
    flow = of.flow | {pair: value + Fraction(1, 10**9)}
    for wrong, words in [
        (replace(of, flow=flow), "do not add up to the metric"),
        (replace(of, flow=of.flow | {pair: Fraction(-1)}), "is negative"),
        (replace(of, norms=norms), "not a sum of squares by this factor"),
        (
            replace(of, factor=[[2 * v for v in first], *rest]),
            "not a sum of squares by this factor",
        ),
        (replace(of, factor=[first, *rest, [1]]), "not a sum of squares by this factor"),
    ]:
        with pytest.raises(CertificateError, match=words):
            wrong.check()
    with pytest.raises(CertificateError, match="longer than was allowed"):
        of.check(-1.0)


def test_names_and_classes_that_have_no_integers_are_refused():
    """An unknown sample, and a smooth class, whose remainder has no bound on norms."""
    of = load(packaged()[0])
    with pytest.raises(CertificateError, match="there is no 'y77'"):
        integral(of.statement, {("y77", "y1"): Fraction(1)}, {})
    with pytest.raises(CertificateError, match="there is no 'z1'"):
        integral(of.statement, {("z1", "y1"): Fraction(1)}, {})
    with pytest.raises(CertificateError, match="there is no 'y1'"):
        integral(of.statement, {}, {"y1": Fraction(1)})
    smooth = replace(of.statement, of=FunctionClass(smoothness=1))
    with pytest.raises(CertificateError, match="Lipschitz classes"):
        integral(smooth, of.flow, of.norms)
