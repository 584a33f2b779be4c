"""What a launch of the Triton kernels is given: blocks, addresses, rates, keys; no GPU needed."""

import pytest
import torch

from gpa_theory.optim.adamw import cuda as adamw_cuda
from gpa_theory.optim.adamw.cuda import BLOCK
from gpa_theory.optim.step import rounding
from tests.tolerances import PARITY_FLOAT32


def test_every_element_is_in_one_block():
    """Each tensor has its blocks in order; an empty one has a block that moves nothing."""
    blocks = adamw_cuda._blocks([1, 2 * BLOCK, 0, 2 * BLOCK + 1]).tolist()
    assert blocks == [[0, 0], [1, 0], [1, 1], [2, 0], [3, 0], [3, 1], [3, 2]]


def test_the_table_is_kept_and_renewed():
    """Equal addresses reuse it; a new tensor makes another; few are kept."""
    tables = adamw_cuda.Tables()
    row = tuple(torch.zeros(5) for _ in range(6))
    first = tables.of([row], [0])
    assert tables.of([row], [0]) is first
    kept = [tuple(torch.zeros(5) for _ in range(6)) for _ in range(20)]
    for other in kept:
        assert tables.of([other], [0]) is not first
    assert len(tables._made) == adamw_cuda._KEPT


def test_the_table_holds_what_the_kernel_reads():
    """Rows of size, key and six addresses; aligned only if every address is."""
    rows = [tuple(torch.zeros(5) for _ in range(6)) for _ in range(2)]
    table, _, aligned = adamw_cuda.Tables().of(rows, [7, -8])
    expected = [
        [5, key, *(t.data_ptr() for t in row)] for key, row in zip((7, -8), rows, strict=True)
    ]
    assert table.view(2, 8).tolist() == expected
    assert aligned == all(a % 16 == 0 for row in expected for a in row[2:])
    odd = [(*row[:5], torch.zeros(6)[1:]) for row in rows]
    assert not adamw_cuda.Tables().of(odd, [0, 0])[2]


@pytest.mark.parametrize("lr", [0.1, torch.tensor(0.1)])
def test_rates_are_those_of_each_tensors_own_count(lr):
    """γ/(1−β₁ᵗ), 1/√(1−β₂ᵗ), γλ and c, after counting the step."""
    group = {"betas": (0.9, 0.99), "lr": lr, "weight_decay": 0.5}
    steps = [torch.tensor(0.0), torch.tensor(9.0)]
    rates = adamw_cuda._rates(group, steps, 0.25, torch.device("cpu"))
    assert [float(s) for s in steps] == [1, 10]
    for found, t in zip(rates.tolist(), (1, 10), strict=True):
        expected = [0.1 / (1 - 0.9**t), (1 - 0.99**t) ** -0.5, 0.05, 0.25]
        assert found == pytest.approx(expected, rel=PARITY_FLOAT32)


@pytest.mark.parametrize("seed", [0, 5, 2**31])
def test_keys_are_those_of_rounding(seed):
    """What the step and the place give add up to the key, modulo 2³²."""
    for step, index in [(0, 0), (3, 1), (10**6, 300), (7, 10**5)]:
        parts = rounding.key(seed, step, 0) + adamw_cuda._place(seed, index)
        assert (parts - rounding.key(seed, step, index)) % 2**32 == 0
