"""Points form a vector space, and their inner product is bilinear and symmetric."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.core.gram import ONE, Point, basis, constant, gram_name, inner, norm2
from tests.strategies import reals

NAMES = ["a", "b", "c"]
points = st.dictionaries(st.sampled_from(NAMES), reals, max_size=3).map(
    lambda terms: sum((v * basis(n) for n, v in terms.items()), Point({}))
)


def at(form, vectors):
    """Evaluate a linear form in Gram entries on concrete vectors of ℚ³."""
    total = Fraction(0)
    for name, coefficient in form.terms.items():
        i, j = name[1:-1].split(",")
        total += coefficient * sum(p * q for p, q in zip(vectors[i], vectors[j], strict=True))
    return total


vectors = st.fixed_dictionaries({n: st.tuples(reals, reals, reals) for n in NAMES})


def value(point, vectors):
    return [sum((c * vectors[n][k] for n, c in point.terms.items()), Fraction(0)) for k in range(3)]


@given(a=points, b=points, scalar=reals, vectors=vectors)
def test_inner_product_means_what_it_says(a, b, scalar, vectors):
    """⟨a + s·b, b⟩ on names equals the dot product of the vectors named."""
    left = a + scalar * b
    dot = sum(p * q for p, q in zip(value(left, vectors), value(b, vectors), strict=True))
    assert at(inner(left, b), vectors) == dot


@given(a=points, b=points)
def test_vector_space_laws(a, b):
    """A − b = a + (−b), a − a = 0, |−a|² = |a|², ⟨a, b⟩ = ⟨b, a⟩."""
    assert a - b == a + -b
    assert a - a == Point({})
    assert norm2(-a) == norm2(a)
    assert inner(a, b) == inner(b, a)


def test_entries_may_come_from_a_gram_matrix():
    """With `entry`, the inner product is a number, whatever the order of names."""
    entry = lambda i, j: {"aa": 2.0, "ab": 3.0}[min(i, j) + max(i, j)]  # noqa: E731
    assert inner(basis("a"), basis("a") + 2 * basis("b"), entry) == 8.0
    assert inner(basis("b"), basis("a"), entry) == 3.0


def test_constants_are_linear_forms():
    """A number is a multiple of the name of the constant."""
    assert constant(3).coefficient(ONE) == 3
    assert constant(3).coefficient("z") == 0


@pytest.mark.parametrize(
    ("i", "j", "bad"), [("a,b", "c", "i"), ("a", "b,c", "j"), ("<a", "b>", "i")]
)
def test_names_that_could_collide_are_refused(i, j, bad):
    """⟨a, b,c⟩ and ⟨a,b, c⟩ would be one Gram entry; as scalars such names are welcome."""
    with pytest.raises(ValueError, match=f"`gram_name.*`: {bad} must not hold a comma"):
        gram_name(i, j)
    with pytest.raises(ValueError, match="must not hold a comma or an angle bracket"):
        inner(basis(i), basis(j))
    assert (basis(i) - basis(i)).terms == {}
