"""Settings of workloads: what cannot be is refused by name, before anything is opened."""

import pytest

from experiments.workloads import load
from experiments.workloads.settings import check_length


def test_unknown_workloads_and_settings_are_refused():
    """With the names that exist."""
    with pytest.raises(ValueError, match="workload must be one of llama-bytes"):
        load("mnist")
    with pytest.raises(ValueError, match="overrides must be its settings"):
        load("bigram", depth=3)


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("llama-bytes", {"heads": 5}, "heads must divide the width 48"),
        ("llama-bytes", {"heads": 16}, "heads must leave each head an even share"),
        ("vit-digits", {"heads": 5}, "heads must divide the width 48"),
        ("vit-glyphs", {"heads": 5}, "heads must divide the width 48"),
        ("vit-glyphs", {"patch": 5}, "patch must divide the side 32"),
        ("vit-glyphs", {"val": 10**9}, "val must be an integer ≤ 1,000,000"),
        ("llama-160m", {"data": 3}, "data must be a text"),
        ("llama-160m", {"data": "a\0b"}, "data must not hold a null byte"),
        ("bigram", {"length": True}, "length must be an integer ≥ 1"),
        ("softmax-digits", {"width": 3}, r"its settings \(it has none\), not 'width'"),
    ],
)
def test_settings_that_cannot_be_are_refused(name, given, message):
    """Before anything is opened or allocated, by name."""
    with pytest.raises(ValueError, match=message):
        load(name, **given)


def test_sequences_longer_than_the_validation_set_are_refused():
    """Nothing could be validated: said before training, not as a loss that is no number."""
    with pytest.raises(ValueError, match=r"length must be at most \d+"):
        check_length("bigram", range(48), 48)
    check_length("bigram", range(49), 48)
