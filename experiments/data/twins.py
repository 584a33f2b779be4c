"""How much of one text is in another: shared windows of 64 bytes, compared by hash.

A split by file leaks if a file on one side repeats a file on the other: a table that a program
wrote, or a module copied into its successor.  Names do not show it, so contents are compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

WINDOW = 64  # bytes; a power of two, and longer than half a line of a license
SAMPLED = 16  # one window in 16 is compared, chosen by its hash: equal ones together
MOST_SHARED = 0.05  # a file that shares more of its windows is a twin


def windows(text: bytes) -> np.ndarray:
    """Return a 64-bit hash of every window of `text`: a polynomial modulo 2^64, by doubling.

    >>> text = b"0123456789" * 10
    >>> bool((windows(text)[:10] == windows(text)[10:20]).all())
    True
    """
    found = np.frombuffer(text, dtype=np.uint8).astype(np.uint64) + np.uint64(1)
    factor, width = np.uint64(0x9E3779B97F4A7C15), 1
    with np.errstate(over="ignore"):
        while width < WINDOW and len(found) > width:
            found = found[:-width] * factor + found[width:]
            factor, width = factor * factor, 2 * width
        found = found if width == WINDOW else found[:0]
        return (found ^ (found >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)


def sample(text: bytes) -> np.ndarray:
    """Return the sorted hashes of the windows that are compared, each once."""
    found = windows(text)
    return np.unique(found[found % np.uint64(SAMPLED) == 0])


def share(own: np.ndarray, others: np.ndarray) -> float:
    """Return the share of sorted hashes `own` that are among the sorted `others`."""
    if not len(own) or not len(others):
        return 0.0
    place = np.minimum(np.searchsorted(others, own), len(others) - 1)
    return float((others[place] == own).mean())


def twins(held: Mapping[str, bytes], kept: Iterable[bytes]) -> tuple[set[str], float]:
    """Return the names in `held` that are twins of a text in `kept`, or of such a twin.

    Also return the leak that remains: the share of the windows of all other held texts that occurs
    in texts that are not held.
    """
    samples = {name: sample(text) for name, text in held.items()}
    pool = _union(map(sample, kept))
    found: set[str] = set()
    while True:
        rest = samples.keys() - found
        new = {name for name in rest if share(samples[name], pool) > MOST_SHARED}
        if not new:
            return found, share(_union(samples[name] for name in rest), pool)
        found |= new
        pool = _union([pool, *(samples[name] for name in new)])


def _union(samples: Iterable[np.ndarray]) -> np.ndarray:
    return np.unique(np.concatenate([np.empty(0, np.uint64), *samples]))
