r"""Stress tests of reported regret bounds: a learner, adversaries, and the ratio regret/bound.

A ratio above 1 refutes the bound, or our reading of it; none above 1 proves nothing.  Every bound
is tried against several u, among them the worst for linear losses, and in the form that depends on
the gradients seen; the row's formula in T must be at least that (`Judged.constants`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from gpa_theory.core.validation import check_count, refuse
from gpa_theory.numeric.learners import Learner
from gpa_theory.numeric.streams import Play, Stream, play


@dataclass(frozen=True, slots=True)
class Judged:
    """Regret against one u, the bound at the gradients seen, and the constants of the formula."""

    regret: float
    bound: float
    constants: Mapping[str, float]

    @property
    def ratio(self) -> float:
        """Return regret/bound.

        >>> Judged(1.0, 2.0, {}).ratio
        0.5
        """
        return self.regret / self.bound


Judge = Callable[[Play], Iterable[Judged]]


@dataclass(frozen=True, eq=False)
class Stress:
    """One stress test at a horizon T = `steps`; `row` is a name of the atlas.

    `streams` makes a new stream for every play.  `extra` rounds are played after T, for bounds that
    also look at z_{T+1}.
    """

    row: str
    steps: int
    learner: Learner
    start: np.ndarray
    streams: Mapping[str, Callable[[], Stream]]
    judge: Judge
    extra: int = 0


def judged(test: Stress, stream: str, seed: int) -> list[Judged]:
    """Play one stream and judge it against every u; the seed and the stream's name decide it."""
    call = f"judged({test.row!r}, stream={stream!r}, seed={seed})"
    if stream not in test.streams:
        raise refuse(call, "stream", f"must be one of {', '.join(test.streams)}")
    seed = check_count(call, "seed", seed, 0)
    rng = np.random.default_rng([seed, list(test.streams).index(stream)])
    made = test.streams[stream]()
    played = play(test.learner, made, test.start, test.steps + test.extra, rng)
    found = list(test.judge(played))
    if not all(one.bound > 0 and np.isfinite([one.regret, one.bound]).all() for one in found):
        raise refuse(call, "bound", "must be finite and > 0 against every u")
    return found


def ratios(test: Stress, seeds: Iterable[int]) -> dict[str, float]:
    """Return, for every stream, the largest ratio over the seeds and all u."""
    chosen = list(seeds)
    return {
        name: max(one.ratio for seed in chosen for one in judged(test, name, seed))
        for name in test.streams
    }


REACHES = (0.0, *np.geomspace(1e-2, 1e2, 33))  # |u − z_1|, where any u is allowed


def away(played: Play, reaches: Iterable[float] = REACHES) -> Iterable[tuple[float, np.ndarray]]:
    """Yield D and the worst u at distance D of z_1."""
    for reach in reaches:
        yield float(reach), played.worst_comparator(float(reach))


def longest(played: Play) -> float:
    """Return G = max |g_t|."""
    return float(np.linalg.norm(played.g, axis=1).max())


def diameter(played: Play, u: np.ndarray) -> float:
    """Return R = max |z_t − u|."""
    return float(np.linalg.norm(played.z - u, axis=1).max())
