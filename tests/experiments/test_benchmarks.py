"""The paired benchmark compares within rounds and says how sure it is; no time is asserted."""

import numpy as np
import pytest
import torch

from experiments.benchmarks import optim, paired, worst_case
from tests.tolerances import OTHER_PEP, ROUNDING


def test_a_common_slowdown_cancels():
    """The machine being ten times slower in some rounds changes no ratio."""
    speed = np.array([1.0, 10.0, 1.0, 3.0, 1.0])
    table = paired.compared([{"a": list(speed), "b": list(2 * speed)}], "a", seed=0)
    assert table["b"]["ratio"] == table["b"]["ratio_low"] == table["b"]["ratio_high"] == 2.0
    assert table["a"]["ratio"] == 1.0
    assert table["b"]["n"] == 5


def test_the_interval_widens_with_the_noise():
    """A noisy contender gets a wide interval around its median."""
    noise = np.random.default_rng(0).lognormal(0, 0.3, 40)
    table = paired.compared([{"a": [1.0] * 40, "b": list(noise)}], "a", seed=0)
    row = table["b"]
    assert row["ratio_low"] < row["ratio"] < row["ratio_high"]
    assert row["ratio"] == pytest.approx(float(np.median(noise)), rel=ROUNDING)


def test_the_interval_knows_that_blocks_differ():
    """Blocks without any noise inside, but apart from one another, leave the ratio uncertain."""
    blocks = [{"a": [1.0] * 20, "b": [ratio] * 20} for ratio in (1.1, 1.2, 1.3)]
    row = paired.compared(blocks, "a", seed=0)["b"]
    assert (row["ratio_low"], row["ratio"], row["ratio_high"]) == (1.1, 1.2, 1.3)
    assert (row["n"], row["blocks"]) == (60, 3)


def test_every_contender_steps_once_per_round():
    """In random order, as often as was asked."""
    calls = []
    steps = {name: lambda name=name: calls.append(name) for name in "abc"}
    found = paired.rounds(steps, count=8, repeats=2, device="cpu", seed=1)
    assert [len(seconds) for seconds in found.values()] == [8, 8, 8]
    by_round = [calls[i : i + 6] for i in range(0, len(calls), 6)]
    assert all(sorted(round_) == list("aabbcc") for round_ in by_round)
    assert len({tuple(round_) for round_ in by_round}) > 1


def test_the_record_is_whole(monkeypatch, tmp_path):
    """On tiny tensors every contender is timed, its state weighed, and the tables are written."""
    monkeypatch.setattr(optim, "SETS", {"tiny": ([(5, 3), (4,)], 2)})
    monkeypatch.setattr("sys.argv", ["optim", str(tmp_path), "--rounds", "3", "--blocks", "2"])
    before = torch.get_num_threads()
    optim.main()
    torch.set_num_threads(before)
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    for name in ("AdamW fused", "GPA(AdamW fused)", "GPAAdamW", "AdamWScheduleFree"):
        assert f"| {name} |" in text
    assert "fewer than" in text  # the plan of the fused form on so few elements
    assert (tmp_path / "data.json").stat().st_size > 0


def test_the_shapes_are_those_of_a_llama():
    """51M parameters in 93 tensors."""
    shapes = optim.llama()
    assert len(shapes) == 93
    assert round(sum(torch.Size(s).numel() for s in shapes) / 1e6) == 51


def test_half_precision_peers_keep_float32_masters():
    """The comparison in bfloat16 is with the usual recipe, whose parameters are rounded masters."""
    (name, make), *_ = optim.contenders("cuda", torch.bfloat16).items()
    p = torch.nn.Parameter(torch.ones(4, dtype=torch.bfloat16))
    p.grad = torch.ones_like(p)
    peer = make([p])
    peer.step()
    assert name == optim.BASELINE
    assert peer.masters[0].dtype == torch.float32
    assert torch.equal(p, peer.masters[0].bfloat16())
    assert not torch.equal(peer.masters[0], p.float())


@pytest.mark.solver
def test_worst_cases_are_compared_within_rounds(monkeypatch):
    """Every contender has its turn in every round; a turn's seconds are those of one pass."""
    turns = []

    def contender(name):
        return lambda *setting: turns.append((name, setting))

    fakes = {name: contender(name) for name in worst_case.CONTENDERS}
    monkeypatch.setattr(worst_case, "CONTENDERS", fakes)
    row = worst_case.measured([(0.9, 0.5, 0.3, 4)], repeats=2, passes=3)
    one_round = [name for name in fakes for _ in range(3)]
    assert [name for name, _ in turns] == one_round * 2
    assert set(row["ratios"]) == set(fakes) - {"ours"}


@pytest.mark.solver
def test_both_solve_the_same_worst_case():
    """PEPit's program in the benchmark has the value that ours certifies."""
    pytest.importorskip("PEPit")
    setting = (0.9, 0.5, 0.5, 4)
    assert worst_case.ours(*setting) == pytest.approx(
        worst_case.by_pepit(*setting, "CLARABEL"), abs=OTHER_PEP
    )


def test_the_worst_case_table_names_what_was_wanted():
    """One line per setting with its ratios and the wanted one, one per contender for the memory."""
    ratio = {"median": 16.0, "least": 15.0, "most": 17.0}
    rivals = [name for name in worst_case.CONTENDERS if name != "ours"]
    row = {
        "what": "T = 5",
        "repeats": 3,
        "seconds": {"ours": 0.002},
        "ratios": dict.fromkeys(rivals, ratio),
    }
    memory = {name: {"before_mb": 60.0, "peak_mb": 65.0} for name in worst_case.CONTENDERS}
    text = worst_case.table([row], memory)
    assert "| T = 5 | 3 | 2 ms | 16.0 × (15.0 to 17.0) | 16.0 × (15.0 to 17.0) | ≥ 15 × |" in text
    assert text.count("| 60 MB | 65 MB |") == len(worst_case.CONTENDERS)
