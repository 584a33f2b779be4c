"""The public face: every noun is there, documented with a formula or domain, and doctested."""

import doctest
import sys

import pytest

import gpa_theory


@pytest.mark.parametrize("name", gpa_theory.__all__)
def test_public_nouns_are_documented_and_doctested(name):
    """Each has a docstring whose first line is a sentence, and a doctest that runs."""
    noun = getattr(gpa_theory, name)
    first, *_ = noun.__doc__.splitlines()
    assert first.rstrip().endswith((".", ":"))
    tests = doctest.DocTestFinder(recurse=False).find(
        noun, name, module=sys.modules[noun.__module__]
    )
    assert any(test.examples for test in tests)


def test_unknown_names_are_refused():
    """A typo is an AttributeError, as for any module."""
    with pytest.raises(AttributeError, match="has no attribute 'gpa'"):
        _ = gpa_theory.gpa


def test_dir_lists_the_public_nouns():
    """`dir(gpa_theory)` shows what can be used."""
    assert dir(gpa_theory) == sorted(gpa_theory.__all__)
