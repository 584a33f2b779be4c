"""The two halves of a step are core's (y, δ) recursion, for any base step."""

import pytest
import torch
from hypothesis import given

from gpa_theory.core.two_buffer import advance_y_delta
from gpa_theory.optim.step.update import cover_base, shift, uncover_base
from tests.strategies import interior, seeds
from tests.tolerances import PARITY_FLOAT64


def worst(seed, c, mu_y, mu_y_after):
    """Return the largest difference from core on three tensors, the base moving each by Δ."""
    generator = torch.Generator().manual_seed(seed)

    def draw():
        shapes = [(3, 2), (5,), ()]
        return [torch.randn(s, generator=generator, dtype=torch.float64) for s in shapes]

    y, delta, moves = draw(), draw(), draw()
    expected = [advance_y_delta(*parts, c, mu_y) for parts in zip(y, delta, moves, strict=True)]
    uncover_base(y, delta, mu_y)
    for z, move in zip(y, moves, strict=True):
        z.add_(move)
    cover_base(y, delta, c, mu_y_after)
    return max(
        float((got - want).abs().max())
        for pair, wants in zip(zip(y, delta, strict=True), expected, strict=True)
        for got, want in zip(pair, wants, strict=True)
    )


@given(seed=seeds, c=interior, mu_y=interior)
def test_two_halves_are_the_two_buffer_form(seed, c, mu_y):
    """Uncover, move z by Δ, cover: equal to `advance_y_delta` at interior c and μ_y."""
    assert worst(seed, float(c), float(mu_y), float(mu_y)) <= PARITY_FLOAT64


@pytest.mark.parametrize("seed", range(3))
def test_the_law_can_fail(seed):
    """With another μ_y in the second half the two differ."""
    assert worst(seed, 0.25, 0.5, 0.625) > PARITY_FLOAT64


def test_nothing_to_move():
    """Empty lists, which torch's kernels refuse, are fine."""
    uncover_base([], [], 0.5)
    cover_base([], [], 0.5, 0.5)
    shift([], [], 0.5)
