"""Paired timing: in every round each contender runs once, in random order.

A shared machine changes its speed from minute to minute.  Contenders that take turns meet the same
machine, so ratios within a round can be compared even where times cannot.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from statistics import median

import numpy as np
import torch

RESAMPLES, LEVEL = 1000, 0.95
Contender = Callable[[], object]


def clock(device: str) -> Callable[[Contender, int], float]:
    """Return a function that runs a step a number of times and says the seconds of one.

    On a CPU with one thread that is the thread's CPU time, which other processes disturb least.
    """
    if device == "cuda":
        return _by_events
    return _by(time.process_time if torch.get_num_threads() == 1 else time.perf_counter)


def _by(now: Callable[[], float]) -> Callable[[Contender, int], float]:
    def timed(step: Contender, repeats: int) -> float:
        start = now()
        for _ in range(repeats):
            step()
        return (now() - start) / repeats

    return timed


def _by_events(step: Contender, repeats: int) -> float:
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    torch.cuda.synchronize()
    start.record()
    for _ in range(repeats):
        step()
    end.record()
    end.synchronize()
    return start.elapsed_time(end) / 1000 / repeats


def rounds(
    steps: Mapping[str, Contender], count: int, repeats: int, device: str, seed: int
) -> dict[str, list[float]]:
    """Return the seconds of one step of every contender, round by round."""
    order, timed = np.random.default_rng(seed), clock(device)
    found: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(count):
        for name in order.permutation(list(steps)):
            found[name].append(timed(steps[str(name)], repeats))
    return found


def compared(
    blocks: Sequence[Mapping[str, list[float]]], baseline: str, seed: int
) -> dict[str, dict[str, float]]:
    """Return, per contender, the median time and the median ratio with its bootstrap interval.

    In a block of rounds the tensors stay at one place in memory, which changes times by
    some percent; so the bootstrap draws blocks first, and then rounds within them.
    """
    rng = np.random.default_rng(seed)
    table = {}
    for name in blocks[0]:
        ratios = [np.array(block[name]) / np.array(block[baseline]) for block in blocks]
        medians = [np.median(_drawn(ratios, rng)) for _ in range(RESAMPLES)]
        tail = (1 - LEVEL) / 2
        low, high = np.quantile(medians, [tail, 1 - tail])
        table[name] = {
            "n": sum(map(len, ratios)),
            "blocks": len(blocks),
            "median_ms": 1000 * median(t for block in blocks for t in block[name]),
            "ratio": float(np.median(np.concatenate(ratios))),
            "ratio_low": float(low),
            "ratio_high": float(high),
        }
    return table


def _drawn(ratios: list[np.ndarray], rng: np.random.Generator) -> np.ndarray:
    chosen = rng.integers(0, len(ratios), len(ratios))
    return np.concatenate([rng.choice(ratios[block], len(ratios[block])) for block in chosen])
