"""Gradient noise that two languages draw alike: a hash of (seed, t), no state, no logarithm.

ξ_t = σ (±1, ±1)/√2 with two fair, independent signs: mean 0, |ξ_t| = σ always.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np

from gpa_theory.numeric.learners import Learner

_WORD = 0xFFFFFFFF


def mixed(seed: int, t: int) -> int:
    """Return 32 well-mixed bits of (seed, t), in integer arithmetic modulo 2^32.

    >>> mixed(1, 1), mixed(1, 2)
    (3995934775, 2123182218)
    """
    h = (seed * 0x9E3779B1 + t * 0x85EBCA77 + 0x27D4EB2F) & _WORD
    h = ((h ^ (h >> 16)) * 0x7FEB352D) & _WORD
    h = ((h ^ (h >> 15)) * 0x846CA68B) & _WORD
    return h ^ (h >> 16)


def noise(sigma: float, seed: int, t: int) -> np.ndarray:
    """Return ξ_t, shape (2,)."""
    bits, size = mixed(seed, t), sigma / sqrt(2)
    return np.array([size if bits & 1 else -size, size if bits & 2 else -size])


def noisy(learner: Learner, sigma: float, seed: int) -> Learner:
    """Return the learner that is given g_t + ξ_t in place of g_t."""

    def step(state: Any, t: int, z: Any, g: Any) -> tuple[Any, Any]:
        return learner.step(state, t, z, g + noise(sigma, seed, t))

    return replace(learner, step=step) if sigma > 0 else learner
