"""Do the statistics keep their word on real training runs?  Null and planted studies on `bigram`.

Null: both arms are the same runs with other seeds; "not resolved" must come out at the stated rate.
Planted: the second arm's runs are 1/(1−s) times as long and are told s fewer steps at every
evaluation, so that it really saves the share s; it must be found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from experiments.engine import RunConfig, train
from experiments.stats.curves import Curves
from experiments.stats.verdicts import LEVEL, Transfer, compare
from experiments.study.executors import execute

CERTAINTY = 0.99  # of the Clopper-Pearson intervals


@dataclass(frozen=True, slots=True)
class Design:
    """`replications` studies of two arms, `n` seeds each; `planted` is the share of steps saved."""

    replications: int = 200
    n: int = 5
    steps: int = 40
    members: int = 50
    planted: float = 0.2


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something came out, with its Clopper-Pearson interval."""

    times: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Return the observed rate."""
        return self.times / self.of


def rate(times: int, of: int) -> Rate:
    """Return the rate with its exact interval.

    >>> found = rate(190, 200)
    >>> found.low < 0.95 < found.high
    True
    """
    from scipy.stats import binomtest

    limits = binomtest(times, of).proportion_ci(CERTAINTY)
    return Rate(times, of, float(limits.low), float(limits.high))


def calibrate(
    design: Design, folder: Path | None, workers: int, say: Callable[[str], Any] = print
) -> dict[str, Any]:
    """Return the rates of null and planted studies, and whether they are as they must be."""
    total = design.replications * design.n
    say(f"null: {2 * total} runs of {design.steps} steps in ensembles of {design.members}")
    nulls = _curves(design, range(2 * total), design.steps, folder, workers)
    longer = round(design.steps / (1 - design.planted))
    say(f"planted {design.planted:.0%}: {total} runs of {longer} steps")
    faster = _curves(design, range(total), longer, folder, workers)
    told = Curves(faster.steps * design.steps / longer, faster.values)
    first, second = _split(nulls, design.n)
    kept = sum(
        compare(a, b).verdict is Transfer.NOT_RESOLVED for a, b in zip(first, second, strict=True)
    )
    planted = [compare(a, b) for a, b in zip(_parts(told, design.n), second, strict=True)]
    found = sum(c.verdict is Transfer.TRANSFERS for c in planted)
    covered = sum(c.fewer.low <= design.planted <= c.fewer.high for c in planted)
    rates = {
        "null not resolved": rate(kept, design.replications),
        "planted found": rate(found, design.replications),
        "planted covered": rate(covered, design.replications),
    }
    good = rates["null not resolved"].low <= LEVEL <= rates["null not resolved"].high
    return {"design": design, "level": LEVEL, "rates": rates, "as it must be": good and found > 0}


def _curves(
    design: Design, seeds: Sequence[int], steps: int, folder: Path | None, workers: int
) -> Curves:
    configs = [
        RunConfig(
            workload="bigram",
            arm="adamw",
            lrs=(0.1,) * len(chunk),
            seeds=tuple(chunk),
            steps=steps,
            batch_size=4,
            schedule="constant",
            settings={"weight_decay": 0.0},
            eval_every=max(1, steps // 10),
        )
        for chunk in _chunks(seeds, design.members)
    ]
    one = partial(_train, folder)
    return Curves.of(list(execute("joblib" if workers > 1 else "serial", one, configs, workers)))


def _train(folder: Path | None, config: RunConfig) -> dict[str, Any]:
    place = None if folder is None else folder / config.key()
    return train(config, place, progress="none", say=lambda line: None)


def _chunks(seeds: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (seeds[i : i + size] for i in range(0, len(seeds), size))


def _parts(curves: Curves, n: int) -> list[Curves]:
    return [Curves(curves.steps, v) for v in np.split(curves.values, curves.n // n)]


def _split(curves: Curves, n: int) -> tuple[list[Curves], list[Curves]]:
    parts = _parts(curves, n)
    return parts[: len(parts) // 2], parts[len(parts) // 2 :]
