"""Momentum and averages beyond GPA: at most six lines each, around subgradient steps.

A constructor takes a few constants and returns a plain function `method(x, g, steps)`, as
`gpa_theory.certify` takes it; `steps` is T, and T − 1 subgradients are asked.  `x - x` is 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from gpa_theory.worst_case.model.plain import Plain

Oracle = Callable[[Any], Any]


def ema_nesterov(beta: Any, decay: Any, gamma: Any) -> Plain:
    """Return a step from x + βm, where m is a moving average of the moves of x."""

    def method(x: Any, g: Oracle, steps: int) -> Any:
        m = x - x
        for _ in range(steps - 1):
            ahead = x + beta * m
            after = ahead - gamma * g(ahead)
            x, m = after, decay * m + (1 - decay) * (after - x)
        return x

    return method


def lookahead(alpha: Any, gamma: Any, period: int = 2) -> Plain:
    """Return slow weights that go the share α of the way of `period` fast steps."""

    def method(x: Any, g: Oracle, steps: int) -> Any:
        for _ in range(0, steps - 1, period):
            fast = x
            for _ in range(period):
                fast = fast - gamma * g(fast)
            x = x + alpha * (fast - x)
        return x

    return method


def ademamix(decay: Any, alpha: Any, gamma: Any, beta: Any = 0) -> Plain:
    """Return steps along a fast average of gradients plus α times a slow one."""

    def method(x: Any, g: Oracle, steps: int) -> Any:
        fast = slow = x - x
        for t in range(1, steps):
            here = g(x)
            fast, slow = beta * fast + (1 - beta) * here, decay * slow + (1 - decay) * here
            x = x - gamma * (fast / (1 - beta**t) + alpha * slow)
        return x

    return method


def maxwell(decays: Sequence[Any], shares: Sequence[Any], gamma: Any) -> Plain:
    """Return steps along Σ_k share_k m_k, where m_k averages the gradients with decay_k."""

    def method(x: Any, g: Oracle, steps: int) -> Any:
        kept = [x - x] * len(decays)
        for _ in range(steps - 1):
            here = g(x)
            kept = [d * m + (1 - d) * here for d, m in zip(decays, kept, strict=True)]
            x = x - gamma * sum((s * m for s, m in zip(shares, kept, strict=True)), here - here)
        return x

    return method


def ema_mixture(decays: Sequence[Any], shares: Sequence[Any], gamma: Any) -> Plain:
    """Return Σ_k share_k x_k, where x_k averages the iterates of descent with decay_k."""

    def method(x: Any, g: Oracle, steps: int) -> Any:
        kept, z = [x] * len(decays), x
        for _ in range(steps - 1):
            z = z - gamma * g(z)
            kept = [d * m + (1 - d) * z for d, m in zip(decays, kept, strict=True)]
        return sum((s * m for s, m in zip(shares, kept, strict=True)), x - x)

    return method


def two_maxwell(decay: Any, share: Any, gamma: Any) -> Plain:
    """Return the mixture of two averages of gradients, with decays `decay` and `decay`²."""
    return maxwell((decay, decay**2), (share, 1 - share), gamma)


def two_ema(decay: Any, share: Any, gamma: Any) -> Plain:
    """Return the mixture of two averages of iterates, with decays `decay` and `decay`²."""
    return ema_mixture((decay, decay**2), (share, 1 - share), gamma)
