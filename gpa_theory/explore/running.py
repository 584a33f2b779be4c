"""One run of a setting with its identity, or the step at which it leaves the floats.

A run has diverged where the sums of its terms come near the largest floats, by `TOO_LARGE`.
Nothing is known from there on, least of all about the identity, which holds for every sequence.
"""

from __future__ import annotations

import re
from dataclasses import fields, replace

import numpy as np

from gpa_theory.core.averaging import Exponential
from gpa_theory.core.recursion import GPA
from gpa_theory.explore.noise import noisy
from gpa_theory.explore.setting import Setting
from gpa_theory.explore.standing import verdict
from gpa_theory.explore.toys import toy
from gpa_theory.numeric.identity import Identity, identity
from gpa_theory.numeric.learners import Learner, learner
from gpa_theory.numeric.problems.problem import Problem
from gpa_theory.numeric.trajectory import Trajectory, simulate

TOO_LARGE = 1e285  # of a rounding budget: the sums themselves are then near 10^300


class DivergedError(ValueError):
    """A run that left the floats at `step`."""

    def __init__(self, step: int) -> None:
        self.step, self.verdict = step, verdict(diverged=step)
        super().__init__(f"the run {self.verdict}: there its numbers leave the floats")


def ran(setting: Setting) -> tuple[Trajectory, Identity]:
    """Return the run of a setting and the terms of its identity.

    >>> ran(Setting(mu_x=0, gamma=2.6))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    gpa_theory.explore.running.DivergedError: the run diverged at step 729: there its ...
    """
    problem = toy(setting.problem).problem
    base = noisy(learner(setting.base, setting.gamma, problem.domain), setting.noise, setting.seed)
    run = _simulated(problem, base, GPA(Exponential(setting.mu_x), setting.mu_y), setting.steps)
    known = _known(run)
    if known < setting.steps:
        raise DivergedError(known + 1)
    return run, identity(run)


def _simulated(problem: Problem, base: Learner, method: GPA, steps: int) -> Trajectory:
    """Return a run, cut before the step that cannot be made or evaluated."""
    while steps:
        try:
            return simulate(problem, base, method, steps)
        except ValueError as error:
            found = re.search(r"diverged at step (\d+)", str(error))
            if not found:
                raise
            steps = int(found.group(1)) - 1
    raise DivergedError(1)


def _known(run: Trajectory) -> int:
    """Return how many first steps of a run can be summed up: what is too large stays too large."""
    if _is_decided(run):
        return run.steps
    low, high = 0, run.steps
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _is_decided(_first(run, middle)) else (low, middle)
    return low


def _is_decided(run: Trajectory) -> bool:
    try:
        return identity(run).budget <= TOO_LARGE
    except ValueError:
        return False


def _first(run: Trajectory, steps: int) -> Trajectory:
    """Return the first steps of a run."""
    arrays = {
        f.name: value[:steps]
        for f in fields(run)
        if isinstance(value := getattr(run, f.name), np.ndarray)
    }
    return replace(run, **arrays)
