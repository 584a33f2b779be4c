"""Anybody's table: mixed columns, missing values and labels become a problem, or one sentence."""

from __future__ import annotations

import numpy as np
import pytest

import gpa_theory as gpa
from gpa_theory.numeric.problems.encoding import MOST_TEXTS, encode
from gpa_theory.numeric.problems.own import problem, read_csv
from tests.tolerances import CERTIFIED_GAP, ROUNDING

TABLE = {
    "age": ["41", " 7 ", "3e1", "", "52", "8"],
    "town": ["Rome", "Oslo", "Rome", "Rome", "NA", "Paris"],
    "same": ["1", "1", "1", "1", "1", "1"],
    "ill": ["yes", "no", "yes", "no", "no", "no"],
}


def encoded(**changes):
    given = {"target": "ill", "labels": True, **changes}
    return encode("here", {**TABLE, **given.pop("table", {})}, **given)


def test_texts_numbers_and_what_is_missing():
    """Rows that miss a cell go, texts become 0 and 1, a constant column goes; all of it is said."""
    found = encoded()
    assert found.columns == ("age", "town=Paris", "town=Rome")
    assert found.features.tolist() == [[41, 0, 1], [7, 0, 0], [30, 0, 1], [8, 1, 0]]
    assert found.targets.tolist() == [1, -1, 1, -1]
    assert found.notes == (
        "2 of 6 rows have a missing value and are left out",
        "column 'same' never changes and is left out",
        "target: 'yes' is +1, 'no' is −1",
    )


def test_standardized_columns_have_mean_0_and_variance_1():
    """Numeric columns and a numeric target; indicators stay 0 and 1, large numbers do no harm."""
    table = {"far": [1e300, 2e300, 3e300, 0, 0, 4e300], "pay": [1, 2, 3, 4, 5, 9]}
    found = encoded(table=table, target="pay", labels=False, standardize=True)
    far = found.features[:, found.columns.index("far")]
    for values in (far, found.targets):
        assert abs(values.mean()) < ROUNDING
        assert abs(values.var() - 1) < ROUNDING
    assert set(found.features[:, found.columns.index("ill=yes")]) == {0.0, 1.0}
    assert "target 'pay' has mean 0 and variance 1" in found.notes


@pytest.mark.parametrize(
    ("labels", "wanted"),
    [
        ([0, 1, 1, 0, 0, 0], "'1' is +1, '0' is −1"),
        ([True, False, True, True, False, False], "'True' is +1"),
        (["2", "10", "2", "2", "10", "10"], "'10' is +1, '2' is −1"),
    ],
)
def test_the_larger_label_is_plus_one(labels, wanted):
    """Numbers by size, not by their text; booleans and texts by the alphabet."""
    assert wanted in encoded(table={"ill": labels}).notes[-1]


REFUSED = [
    ({"target": "no"}, "target must be a column: 'age', 'town', 'same', 'ill'"),
    ({"target": "age"}, "must have two values for this loss; 'age' has 4"),
    ({"target": "town", "labels": False}, "must be numeric for this loss; 'town' is text"),
    ({"table": {"town": [""] * 6}}, "two rows or more that miss nothing; 'town' misses 6 of 6"),
    ({"table": {"age": ["1"]}}, "equally long"),
    ({"table": {"age": ["1", "2", "3", "4", "inf", "x"], "town": [1] * 6}}, None),
]


@pytest.mark.parametrize(("changes", "reason"), REFUSED)
def test_what_is_no_data_is_one_sentence(changes, reason):
    """Must fail: each names the parameter and the rule; an infinite number is a text."""
    if reason is None:
        assert "age=inf" in encoded(**changes).columns
        return
    with pytest.raises(ValueError, match=reason):
        encoded(**changes)


def test_a_column_of_names_is_refused():
    """Must fail: more than `MOST_TEXTS` different texts, with the column's name."""
    rows = MOST_TEXTS + 1
    table = {"id": [f"row {i}" for i in range(rows)], "y": [i % 2 for i in range(rows)]}
    with pytest.raises(ValueError, match="leave out 'id'"):
        encode("here", table, "y", labels=True)
    with pytest.raises(ValueError, match="a feature that varies"):
        encode("here", {"x": [1, 1], "y": [0, 1]}, "y", labels=True)


def test_arrays_tables_and_files_are_one_problem(tmp_path):
    """The same data three ways: equal values of f, and a certified minimum."""
    rng = np.random.default_rng(3)
    X = rng.integers(-9, 10, (30, 2))
    y = np.where(X[:, 0] + rng.integers(-4, 5, 30) > 0, "up", "down")
    file = tmp_path / "data.csv"
    rows = "\n".join(f'{a};{b};"{label}"' for (a, b), label in zip(X, y, strict=True))
    file.write_text(f"\ufeffx1;x2;y\n{rows}\n\n", encoding="utf-8")
    columns = read_csv("here", file)
    of_file = gpa.problem({n: columns[n] for n in ("x1", "x2")}, columns["y"], radius=2)
    of_array = gpa.problem(X, y, radius=2)
    w = np.array([0.5, -0.25, 0.125])
    assert of_file.value(w) == of_array.value(w)
    assert of_array.minimum_gap < CERTIFIED_GAP
    assert isinstance(of_array.domain, gpa.Ball)
    assert isinstance(problem(X, y, "hinge", box=True).domain, gpa.Box)
    assert problem(X, X[:, 0], "absolute").minimum_upper < CERTIFIED_GAP
    with pytest.raises(ValueError, match="loss must be one of logistic, hinge, absolute, squared"):
        problem(X, y, "tanh")
    with pytest.raises(ValueError, match="radius"):
        problem(X, y, radius=0)
    with pytest.raises(ValueError, match="finite, of shape"):
        problem([[float("nan")]], [1])


BAD_FILES = [
    ("", "two or more column names"),
    ("a,a\n1,2\n", "all different"),
    ("a,b\n", "rows below the names"),
    ("a,b\n1,2\n1\n", "line 3 has 1"),
    ("a,b\n1,2,3\n", "line 2 has 3"),
]


@pytest.mark.parametrize(("text", "reason"), BAD_FILES)
def test_a_file_that_is_no_table_is_refused(text, reason, tmp_path):
    """Must fail: no names, names twice, no rows, ragged rows with the line."""
    file = tmp_path / "data.csv"
    file.write_text(text)
    with pytest.raises(ValueError, match=reason):
        read_csv("here", file)


def test_a_file_of_other_bytes_is_refused(tmp_path):
    """Must fail: no UTF-8, a folder, no file."""
    file = tmp_path / "data.csv"
    file.write_bytes(b"a,b\n\xff,1\n")
    for path in (file, tmp_path, tmp_path / "none"):
        with pytest.raises(ValueError, match="csv"):
            read_csv("here", path)
