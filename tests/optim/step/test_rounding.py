"""Stochastic rounding: unbiased, to a neighbour, reproducible; bits that look random."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.optim.step.rounding import key, random_bits, stochastic

N = 200_000
SIGMAS = 5  # of a fixed sample: a fault shows by far more, chance by one in two million


@given(st.floats(width=32, allow_nan=False, allow_infinity=False), st.integers(0, 2**20))
def test_it_rounds_to_a_neighbour(value, step):
    """The result is the next bfloat16 towards or away from zero; what fits stays."""
    v = torch.tensor([value])
    got = stochastic(v, key(0, step, 0))
    bits = v.view(torch.int32) & -65536
    low, high = (b.view(torch.float32) for b in (bits, bits + 65536))
    assert got.float() in (low, high)
    if low == v:
        assert got.float() == v


@pytest.mark.parametrize("value", [1.001, -3.3e-7, 1e20])
def test_it_is_unbiased(value):
    """The mean of many roundings is the value; rounding to nearest would miss it."""
    v = torch.full((N,), value)
    got = stochastic(v, key(1, 2, 3)).double()
    half_ulp = float((v.bfloat16().double() - v.double()).abs().max())
    spread = float(got.std()) / math.sqrt(N)
    assert abs(float(got.mean()) - float(v[0].double())) <= SIGMAS * spread < half_ulp


def test_what_is_not_finite_stays():
    """Adding bits to an infinity or a NaN would make another number of it."""
    v = torch.tensor([math.inf, -math.inf, math.nan])
    got = stochastic(v, key(0, 0, 0)).tolist()
    assert got[:2] == [math.inf, -math.inf]
    assert math.isnan(got[2])


def test_bits_are_a_function_of_seed_step_parameter_and_offset():
    """Equal keys give equal bits whatever the generators do; any other key gives others."""
    like = torch.empty(1000)
    first = random_bits(like, key(0, 7, 3))
    torch.manual_seed(4)
    assert torch.equal(first, random_bits(like, key(0, 7, 3)))
    for other in ((1, 7, 3), (0, 8, 3), (0, 7, 4)):
        assert int((first == random_bits(like, key(*other))).sum()) <= 2


def test_bits_are_balanced_and_uncorrelated():
    """Every bit is one half the time, alone and beside its neighbours in offset and in step."""
    like = torch.empty(N)
    now, later = (random_bits(like, key(0, t, 0)) for t in (5, 6))
    bound = SIGMAS * 0.5 / math.sqrt(N)
    for bit in range(16):
        one = (now >> bit & 1).double()
        assert abs(float(one.mean()) - 0.5) <= bound
        assert abs(float((one[1:] == one[:-1]).double().mean()) - 0.5) <= bound
        assert abs(float((one == (later >> bit & 1)).double().mean()) - 0.5) <= bound


def test_a_tensor_step_gives_the_same_bits():
    """Counting on the device changes nothing."""
    like = torch.empty(100)
    on_device = key(3, torch.tensor(11.0), 2)
    assert torch.equal(random_bits(like, on_device), random_bits(like, key(3, 11, 2)))


def test_what_is_no_number_stays_none_whatever_its_payload():
    """NaNs at both ends of their range: added to, one would become −0, and cut, one infinity."""
    ends = torch.tensor([0x7FFFFFFF, 0x7F800001, -1], dtype=torch.int32).view(torch.float32)
    assert ends.isnan().all()
    for step in range(8):
        made = stochastic(ends, key(0, step, 0))
        assert made.isnan().all()
        infinite = torch.tensor([float("inf"), -float("inf")])
        assert torch.equal(stochastic(infinite, key(0, step, 0)).float(), infinite)


def reference_bits(n, seed, step, index):
    """Return the bits written anew with Python's integers, 32 of them at a time."""

    def scrambled(h):
        h = ((h ^ (h >> 16)) * 0x85EBCA6B) % 2**32
        h = ((h ^ (h >> 13)) * 0xC2B2AE35) % 2**32
        return h ^ (h >> 16)

    mixed = seed * 40503 + step * 60493 + index * 2654435 + 60493
    return [scrambled((scrambled(i) + mixed) % 2**32) for i in range(n)]


@pytest.mark.parametrize("place", [(0, 0, 0), (1, 2, 3), (2**20, 10**6, 999), (7, 70_000, 0)])
def test_a_seed_keeps_its_bits(place):
    """A resumed run, on whatever version, rounds as the first one would: the bits are these."""
    seed, step, index = place
    wanted = reference_bits(100_000, seed, step, index)
    for steps in (step, torch.tensor(float(step), dtype=torch.float64)):
        got = random_bits(torch.empty(100_000), key(seed, steps, index))
        assert [int(v) % 2**32 for v in got] == wanted


def test_a_value_is_rounded_by_the_lower_half_of_its_bits():
    """Up exactly where the lower half of the value and that of its bits carry over."""
    v = torch.randn(10_000, generator=torch.Generator().manual_seed(0))
    lower = (v.view(torch.int32) & 0xFFFF).tolist()
    bits = reference_bits(10_000, 3, 4, 5)
    carried = torch.tensor(
        [low + bit % 2**16 >= 2**16 for low, bit in zip(lower, bits, strict=True)]
    )
    cut = (v.view(torch.int32) & -65536) + 65536 * carried.to(torch.int32)
    assert torch.equal(stochastic(v, key(3, 4, 5)).float(), cut.view(torch.float32))


@given(st.integers(-(2**40), 2**40), st.integers(0, 2**40), st.integers(0, 2**20))
def test_a_key_is_a_signed_integer_of_32_bits(seed, step, index):
    """Whatever the seed and the step, it fits, and is their mixture up to multiples of 2³²."""
    found = key(seed, step, index)
    assert -(2**31) <= found < 2**31
    assert (found - (seed * 40503 + step * 60493 + index * 2654435 + 60493)) % 2**32 == 0
