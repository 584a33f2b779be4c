r"""More losses that change at every step, for stress tests; the first three are in `streams`.

Each looks for another weakness:

* `sphere`: a random direction; `drift`: one with a mean, so that the best u is far off;
* `sparse`: one random coordinate, a coin for its sign;
* `growing`: random, of length G/T + c|g_1 + … + g_{t−1}|, so that old gradients count for nothing;
* `back`: pulls the sum of gradients back to 0, so that the learner pays for every move;
* `rank_one`, `pulled`: of matrices, a random one of rank 1, or along where the iterate is longest;
* `periodic`: the same values over and over;
* `halves`, `heaviest`, `fair`: losses in [0, 1] of experts, on the simplex.

Matrices of shape (m, n) are streamed as vectors of length mn, row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

import numpy as np

from gpa_theory.core.validation import check_range, refuse
from gpa_theory.numeric.streams import Stream


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v)


def _check_length(stream: str, lipschitz: float) -> None:
    check_range(f"{stream}(lipschitz={lipschitz})", "lipschitz", lipschitz, 0, open_low=True)


def sphere(lipschitz: float) -> Stream:
    """Return the stream of uniform directions of length G."""
    _check_length("sphere", lipschitz)
    return lambda rng, z, moved, total: lipschitz * _unit(rng.standard_normal(len(z)))


def drift(lipschitz: float) -> Stream:
    """Return random directions of length G that lean towards the last coordinate."""
    _check_length("drift", lipschitz)

    def gradient(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
        g = rng.standard_normal(len(z))
        g[-1] += 1.0
        return lipschitz * _unit(g)

    return gradient


def sparse(lipschitz: float) -> Stream:
    """Return ±G on a random coordinate, by a fair coin."""
    _check_length("sparse", lipschitz)

    def gradient(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
        g = np.zeros_like(z)
        g[rng.integers(len(z))] = lipschitz * rng.choice([-1.0, 1.0])
        return g

    return gradient


def growing(lipschitz: float, rate: float = 0.1) -> Stream:
    """Return random directions whose length grows with the sum so far, from G/1000 up to G."""
    _check_length("growing", lipschitz)
    check_range(f"growing(rate={rate})", "rate", rate, 0, 1, open_low=True)

    def gradient(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
        length = min(lipschitz, lipschitz / 1000 + rate * float(np.linalg.norm(total)))
        return length * _unit(rng.standard_normal(len(z)))

    return gradient


def back(lipschitz: float) -> Stream:
    """Return ±G on the first coordinate, always towards a sum of 0; G at first."""
    _check_length("back", lipschitz)

    def gradient(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
        g = np.zeros_like(z)
        g[0] = -lipschitz if total[0] > 0 else lipschitz
        return g

    return gradient


def rank_one(shape: tuple[int, int], lean: float = 0.0) -> Stream:
    """Return random matrices a bᵀ with |a| = |b| = 1, those with a negative corner times 1 − lean.

    With lean > 0 the sum has a direction, and the best comparator is far off.
    """
    check_range(f"rank_one(lean={lean})", "lean", lean, 0, 1)

    def gradient(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
        left, right = (_unit(rng.standard_normal(size)) for size in shape)
        g = np.outer(left, right).ravel()
        return g if g[0] > 0 else (1 - lean) * g

    return gradient


def pulled(shape: tuple[int, int]) -> Stream:
    """Return u vᵀ of the largest singular value of z_t − z_1; of a random matrix at z_1."""

    def gradient(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
        matrix = (moved if np.any(moved) else rng.standard_normal(len(z))).reshape(shape)
        left, _, right = np.linalg.svd(matrix)
        return np.outer(left[:, 0], right[0]).ravel()

    return gradient


def periodic(values: Sequence[float]) -> Stream:
    """Return the values in turn, in one dimension: a stream for one play, which it remembers."""
    if not len(values):
        raise refuse("periodic(values)", "values", "must not be empty")
    turns = cycle(values)
    return lambda rng, z, moved, total: np.array([next(turns)])


def fair(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
    """Return a fair coin for every expert."""
    return rng.integers(0, 2, len(z)).astype(float)


def heaviest(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
    """Return a loss of 1 for the expert with the largest weight."""
    g = np.zeros_like(z)
    g[int(np.argmax(z))] = 1.0
    return g


def halves(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
    """Return a loss of 1 for the heavier half of the experts."""
    return (z >= np.median(z)).astype(float)


def see_saw(lipschitz: float) -> Stream:
    """Return ±G in one dimension: the same sign until z is half of it away, then the other one.

    A stream for one play, which it remembers.
    """
    _check_length("see_saw", lipschitz)
    signs = [1.0]

    def gradient(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
        if -signs[0] * moved[0] >= 0.5:
            signs[0] = -signs[0]
        return np.array([lipschitz * signs[0]])

    return gradient
