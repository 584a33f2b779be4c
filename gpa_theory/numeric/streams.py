r"""Genuinely online losses: g_t may depend on z_t and on everything before it.

They test the regret of a *base* optimizer at z_t.  A guarantee of GPA at x_t is claimed for a fixed
f only; `against_x` is the adversary that breaks it when the losses may change.

* `rademacher`: ±G on the first coordinate, by a fair coin;
* `orthogonal`: g_t ⟂ z_t − z_1 and ⟂ g_1 + … + g_{t−1}, so that every learner loses
  DG√T to the best point at distance D; d ≥ 3;
* `push`: along z_t − z_1, so that having left z_1 always costs;
* `data_pass`: the subgradient of one random row of a real data set.

The orthogonal adversary is that of Abernethy, Bartlett, Rakhlin and Tewari (COLT 2008).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import fsum
from typing import Any

import numpy as np

from gpa_theory.core.recursion import GPA, run
from gpa_theory.core.validation import check_count, check_range, refuse
from gpa_theory.numeric.learners import Learner
from gpa_theory.numeric.precision import dot
from gpa_theory.numeric.problems.problem import Problem, check_generator, finite_point

# (rng, z_t, displacement z_t − z_1, g_1 + … + g_{t−1}) -> g_t
Stream = Callable[[np.random.Generator, np.ndarray, np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True, eq=False)
class Play:
    r"""T rounds of a learner against a stream: z, g and, inside GPA, x; shapes (T, d).

    The losses are linear, so the comparator u = z_1 − D S/|S|, S = Σ g_t, is the worst at
    distance D, with regret :math:`\sum_t \langle g_t, z_t - z_1\rangle + D\,|S|`.
    """

    z: np.ndarray
    g: np.ndarray
    x: np.ndarray

    def worst_comparator(self, radius: float) -> np.ndarray:
        """Return z_1 − D S/|S|, shape (d,); z_1 if S = 0, where every u has the same regret."""
        check_range(f"worst_comparator(radius={radius})", "radius", radius, 0)
        total = self.g.sum(0)
        size = np.linalg.norm(total)
        return self.z[0] - (radius * total / size if size > 0 else 0.0)

    def regret(self, u: np.ndarray, *, at_x: bool = False) -> float:
        """Return Σ⟨g_t, z_t − u⟩, or Σ⟨g_t, x_t − u⟩."""
        u = finite_point("regret(u)", "u", u, self.z.shape[1])
        return fsum(dot(self.g, (self.x if at_x else self.z) - u))


def _check_lipschitz(stream: str, lipschitz: float) -> None:
    check_range(f"{stream}(lipschitz={lipschitz})", "lipschitz", lipschitz, 0, open_low=True)


def rademacher(lipschitz: float) -> Stream:
    """Return the stream of fair coins on the first coordinate."""
    _check_lipschitz("rademacher", lipschitz)

    def gradient(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
        g = np.zeros_like(z)
        g[0] = lipschitz * rng.choice([-1.0, 1.0])
        return g

    return gradient


def orthogonal(lipschitz: float) -> Stream:
    """Return the adversary against which every learner loses DG√T; needs d ≥ 3."""
    _check_lipschitz("orthogonal", lipschitz)

    def gradient(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
        check_count("orthogonal()", "dim", len(z), 3)  # two directions are taken, one must be left
        g = rng.standard_normal(len(z))
        avoid = [v for v in (moved, total) if np.any(v)]
        if avoid:
            frame, _ = np.linalg.qr(np.column_stack(avoid))
            for _ in range(2):  # twice is enough for orthogonality to rounding
                g = g - frame @ (frame.T @ g)
        return lipschitz * g / np.linalg.norm(g)

    return gradient


def push(lipschitz: float) -> Stream:
    """Return the adversary that makes the learner pay for having left z_1."""
    _check_lipschitz("push", lipschitz)

    def gradient(rng: Any, z: Any, moved: Any, total: Any) -> np.ndarray:
        size = np.linalg.norm(moved)
        return lipschitz * (moved / size if size > 0 else np.eye(len(z))[0])

    return gradient


def data_pass(problem: Problem) -> Stream:
    """Return the stream of the subgradients of random rows, a new row in every round."""
    if problem.sample is None:
        raise refuse(f"data_pass({problem.name!r})", "problem", "must be a finite sum")
    sample = problem.sample
    return lambda rng, z, moved, total: sample(rng, z)


def play(
    learner: Learner,
    stream: Stream,
    start: np.ndarray,
    steps: int,
    rng: np.random.Generator,
) -> Play:
    """Return T = `steps` rounds of the learner alone; gradients are taken at its own iterates."""
    steps = check_count(f"play(steps={steps})", "steps", steps)
    check_generator(f"play(steps={steps})", rng)
    state, z, total = learner.init(start), start, np.zeros_like(start)
    points, gradients = [], []
    for t in range(1, steps + 1):
        g = stream(rng, z, z - start, total)
        points.append(z)
        gradients.append(g)
        total = total + g
        z, state = learner.step(state, t, z, g)
    played = np.array(points)
    return Play(played, np.array(gradients), played)


def against_x(
    learner: Learner, method: GPA, start: np.ndarray, steps: int, lipschitz: float
) -> Play:
    """Return GPA against the linear losses G (x_t − z_t)/|x_t − z_t|, which keep x behind z.

    The first gradient, where x_1 = z_1, is G e_1.  On a ball z stops at the boundary and keeps its
    regret bound, while x lags behind and, for μ_x close to 1, pays for every step.
    """
    _check_lipschitz("against_x", lipschitz)
    state, gradients = learner.init(start), []
    points: list[tuple[np.ndarray, np.ndarray]] = []

    def base(t: int, z: np.ndarray, y: np.ndarray) -> np.ndarray:
        nonlocal state
        apart = points[-1][0] - z
        size = np.linalg.norm(apart)
        g = lipschitz * (apart / size if size > 0 else np.eye(len(z))[0])
        gradients.append(g)
        z_next, state = learner.step(state, t, z, g)
        return z_next

    for _, s in run(method, start, base, steps):
        points.append((s.x, s.z))
    x, z = (np.array([p[i] for p in points]) for i in (0, 1))
    return Play(z, np.array(gradients), x)
