"""Member k of an ensemble is the run of its own seed and learning rate: every arm, a real model."""

import pytest

from experiments.arms.table import ARMS
from experiments.engine import RunConfig, train
from tests.tolerances import MUON_RUN, PARITY_FLOAT32, PARITY_FLOAT64

LRS, SEEDS, STEPS = (4e-3, 1e-2), (0, 1), 50
TOLERANCES = {"float64": PARITY_FLOAT64, "float32": PARITY_FLOAT32}


def run(arm, dtype, members):
    config = RunConfig(
        "llama-bytes",
        arm,
        lrs=tuple(LRS[k] for k in members),
        seeds=tuple(SEEDS[k] for k in members),
        steps=STEPS,
        batch_size=4,
        workload_overrides={"width": 24, "layers": 1, "heads": 2, "length": 16, "val": 8},
        warmup=5,
        eval_every=5,
        dtype=dtype,
    )
    return train(config, progress="none", say=lambda line: None)


@pytest.mark.parametrize("dtype", TOLERANCES)
@pytest.mark.parametrize("arm", ARMS)
def test_a_member_is_a_lone_run(arm, dtype):
    """Fifty steps of a Llama with clipping and decay: training and validation losses, relative."""
    together = run(arm, dtype, (0, 1))
    tolerance = MUON_RUN if ARMS[arm].muon else TOLERANCES[dtype]
    for k in (0, 1):
        alone = run(arm, dtype, (k,))
        for a, b in zip(together["evals"], alone["evals"], strict=True):
            assert a["val"][k] == pytest.approx(b["val"][0], rel=tolerance)
            assert a["train"][k] == pytest.approx(b["train"][0], rel=tolerance)
    assert together["final"]["val"][0] != pytest.approx(together["final"]["val"][1], rel=MUON_RUN)
