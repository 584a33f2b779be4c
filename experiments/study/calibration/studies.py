"""Do the statistics keep their level on real training runs?  Null and planted studies.

Null: both arms train in the same way with different seeds; "not resolved" must come out as often as
the level says.  Planted: the second arm's runs are 1/(1−s) times as long, and every step count is
reported a share s lower, so that the arm really saves s; that must be found.  Twin: judged at
another level the null studies must miss the stated rate, or the check could never fail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from experiments.engine.checkpoints import FILE
from experiments.engine.config import RunConfig
from experiments.engine.loop import train
from experiments.stats import over_seeds
from experiments.stats.curves import Curves
from experiments.stats.over_seeds import LEVEL
from experiments.stats.verdicts import Comparison, Transfer, compare
from experiments.study.run.executors import execute

CERTAINTY = 0.99  # the level of the Clopper-Pearson intervals
TWIN_LEVEL = 0.8  # null studies are judged at this level too: the rate must follow


@dataclass(frozen=True, slots=True)
class Design:
    """`replications` studies of two arms, `n` seeds each; `planted` is the share of steps saved.

    The workload is one that trains in milliseconds; what is tested does not depend on it.
    """

    replications: int = 400
    n: int = 5
    steps: int = 40
    members: int = 25
    planted: float = 0.2
    val: int = 64
    workload: str = "bigram"


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a result came out, with its Clopper-Pearson interval."""

    times: int
    of: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Return the rate that was observed."""
        return self.times / self.of

    def contains(self, level: float) -> bool:
        """Return whether the interval contains this level."""
        return self.low <= level <= self.high


def frequency(times: int, of: int) -> Frequency:
    """Return the rate with its exact interval.

    >>> frequency(190, 200).contains(0.95), frequency(160, 200).contains(0.95)
    (True, False)
    """
    return Frequency(**over_seeds.share(times, of, CERTAINTY))


def calibrate(
    design: Design, folder: Path | None, workers: int, say: Callable[[str], Any] = print
) -> dict[str, Any]:
    """Train null and planted studies and return what `judged` says of them."""
    total = design.replications * design.n
    say(f"null: {2 * total} runs of {design.steps} steps in ensembles of {design.members}")
    nulls = _curves(design, range(2 * total), design.steps, folder, workers, say)
    longer = round(design.steps / (1 - design.planted))
    say(f"planted {design.planted:.0%}: {total} runs of {longer} steps")
    faster = _curves(design, range(total), longer, folder, workers, say)
    told = Curves(faster.steps * design.steps / longer, faster.values)
    first, second = _split(nulls, design.n)
    return judged(design, first, second, _parts(told, design.n))


def judged(
    design: Design, first: Sequence[Curves], second: Sequence[Curves], planted: Sequence[Curves]
) -> dict[str, Any]:
    """Return the rates, the numbers of every study, and whether every check holds.

    `first` and `second` are the arms of the null studies; `planted` is judged against `second`.
    """
    one = partial(compare, draws=2)  # the bootstrap decides nothing
    nulls = [one(a, b) for a, b in zip(first, second, strict=True)]
    twins = [one(a, b, TWIN_LEVEL) for a, b in zip(first, second, strict=True)]
    effects = [one(a, b) for a, b in zip(planted, second, strict=True)]
    of = len(nulls)
    null = frequency(sum(_open(c) for c in nulls), of)
    twin = frequency(sum(_open(c) for c in twins), of)
    found = frequency(sum(c.verdict is Transfer.TRANSFERS for c in effects), of)
    covered = frequency(sum(c.fewer.low <= design.planted <= c.fewer.high for c in effects), of)
    checks = {
        "the null rate's interval contains the level": null.contains(LEVEL),
        "judged at the other level, it contains that and not this": twin.contains(TWIN_LEVEL)
        and not twin.contains(LEVEL),
        "the planted effect is found in most studies": found.low > 0.5,
        "the intervals of steps saved cover it at the level": covered.contains(LEVEL),
    }
    return {
        "design": asdict(design),
        "level": LEVEL,
        "twin level": TWIN_LEVEL,
        "rates": {
            "null not resolved": asdict(null),
            f"null not resolved, judged at {TWIN_LEVEL:.0%}": asdict(twin),
            "planted found": asdict(found),
            "planted covered": asdict(covered),
        },
        "null": [{"p": _p(a, b)} for a, b in zip(first, second, strict=True)],
        "planted": [
            {"estimate": c.fewer.estimate, "low": float(c.fewer.low), "high": float(c.fewer.high)}
            for c in effects
        ],
        "checks": checks,
        "as it must be": all(checks.values()),
    }


def _open(found: Comparison) -> bool:
    return found.verdict is Transfer.NOT_RESOLVED


def _p(a: Curves, b: Curves) -> float:
    from scipy.stats import ttest_ind

    return float(ttest_ind(a.final, b.final, equal_var=False).pvalue)


def _curves(
    design: Design,
    seeds: Sequence[int],
    steps: int,
    folder: Path | None,
    workers: int,
    say: Callable[[str], Any],
) -> Curves:
    configs = [
        RunConfig(
            workload=design.workload,
            arm="adamw",
            lrs=(0.1,) * len(chunk),
            seeds=tuple(chunk),
            steps=steps,
            batch_size=4,
            schedule="constant",
            settings={"weight_decay": 0.0},
            workload_overrides={"val": design.val},
            eval_every=max(1, steps // 10),
        )
        for chunk in _chunks(seeds, design.members)
    ]
    one, found = partial(_train, folder), []
    for record in execute("joblib" if workers > 1 else "serial", one, configs, workers):
        found.append(record)
        if len(found) % 20 == 0 or len(found) == len(configs):
            say(f"  {len(found)}/{len(configs)} ensembles")
    return Curves.of(found)


def _train(folder: Path | None, config: RunConfig) -> dict[str, Any]:
    """Run one ensemble, or read its results; weights of a finished run are deleted."""
    place = None if folder is None else folder / config.key()
    found = train(config, place, progress="none", say=lambda line: None)
    if place is not None:
        (place / FILE).unlink(missing_ok=True)
    return found


def _chunks(seeds: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (seeds[i : i + size] for i in range(0, len(seeds), size))


def _parts(curves: Curves, n: int) -> list[Curves]:
    return [Curves(curves.steps, v) for v in np.split(curves.values, curves.n // n)]


def _split(curves: Curves, n: int) -> tuple[list[Curves], list[Curves]]:
    parts = _parts(curves, n)
    return parts[: len(parts) // 2], parts[len(parts) // 2 :]
