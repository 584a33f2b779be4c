"""Every stress test by its row, and for each a twin that must exceed its bound somewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from gpa_theory.numeric.atlas import adversaries, discounted, momentum, newton
from gpa_theory.numeric.atlas import of_gaps as gaps
from gpa_theory.numeric.atlas import of_matrices as matrix
from gpa_theory.numeric.atlas import of_others as other
from gpa_theory.numeric.atlas import of_vectors as vector
from gpa_theory.numeric.atlas.controls import REDDI, REDDI_BETAS
from gpa_theory.numeric.atlas.stress import Judged, Stress
from gpa_theory.numeric.streams import Play

STRESS: dict[str, Callable[[int], Stress]] = {
    "adagrad-full": vector.adagrad_full,
    "kt": vector.kt,
    "solo": vector.solo,
    "dog": vector.dog,
    "amsgrad": vector.amsgrad,
    "shampoo": matrix.shampoo,
    "one-sided-shampoo": matrix.one_sided_shampoo,
    "hedge": other.hedge,
    "hedge-anytime": other.hedge_anytime,
    "mirror-descent": other.mirror_descent,
    "online-newton": other.online_newton,
    "clipped-adam": other.clipped_adam,
    "drawn-back": other.drawn_back,
    "discounted-adagrad": other.discounted_adagrad,
    "last-iterate-constant-step": gaps.last_iterate,
}


@dataclass(frozen=True, slots=True)
class Twin:
    """A test that must fail: what is wrong with it, and the test."""

    words: str
    test: Stress


def cut(made: Callable[[int], Stress], share: float) -> Stress:
    """Return the test of `share` times the bound at T = 300."""
    test = made(300)

    def judge(played: Play) -> Iterable[Judged]:
        return [replace(one, bound=share * one.bound) for one in test.judge(played)]

    return replace(test, judge=judge)


def _adam() -> Stress:
    """Return AMSGrad's bound for Adam on the losses of Reddi et al., in one dimension."""
    learner = momentum.adam(1.0, REDDI_BETAS, vector.BOX)
    streams = {"reddi": lambda: adversaries.periodic(REDDI)}
    judge = vector.amsgrad_judge(REDDI_BETAS)
    return Stress("amsgrad", 3000, learner, np.ones(1), streams, judge)


def _flat() -> Stress:
    """Return the bound of the Newton step for linear losses, which have no curvature at all."""
    learner = newton.online_newton(1.0, 1.0, 1.0)
    streams = {"see-saw": lambda: adversaries.see_saw(1.0)}

    def judge(played: Play) -> Iterable[Judged]:
        bound = 5 * (1 + 2) * np.log(len(played.z))
        yield Judged(played.regret(played.worst_comparator(1.0)), float(bound), {})

    return Stress("online-newton", 10_000, learner, np.zeros(1), streams, judge)


def _wide() -> Stress:
    test = other.clipped_adam(300)
    return replace(test, learner=discounted.clipped_adam(other.BETA, 20.0))


def _long() -> Stress:
    test = other.drawn_back(300)
    gamma = 10 * sqrt((1 - other.BETA) / other.BETA)
    return replace(test, learner=discounted.drawn_back(other.BETA, gamma))


TWINS: dict[str, Callable[[], Twin]] = {
    "adagrad-full": lambda: Twin("half the bound", cut(vector.adagrad_full, 1 / 2)),
    "kt": lambda: Twin("half the bound", cut(vector.kt, 1 / 2)),
    "solo": lambda: Twin("half the bound", cut(vector.solo, 1 / 2)),
    "dog": lambda: Twin("a third of the bound", cut(vector.dog, 1 / 3)),
    "amsgrad": lambda: Twin("v̂ forgets its maximum: Adam", _adam()),
    "shampoo": lambda: Twin("half the bound", cut(matrix.shampoo, 1 / 2)),
    "one-sided-shampoo": lambda: Twin("half the bound", cut(matrix.one_sided_shampoo, 1 / 2)),
    "hedge": lambda: Twin("a rate 100 times as large", other.hedge(300, 100.0)),
    "hedge-anytime": lambda: Twin("rates 100 times as large", other.hedge_anytime(300, 100.0)),
    "mirror-descent": lambda: Twin("a rate 100 times as large", other.mirror_descent(300, 100.0)),
    "online-newton": lambda: Twin("linear losses, declared 1-exp-concave", _flat()),
    "clipped-adam": lambda: Twin("a ball of radius 20D", _wide()),
    "drawn-back": lambda: Twin("a step ten times as long", _long()),
    "discounted-adagrad": lambda: Twin("half the bound", cut(other.discounted_adagrad, 1 / 2)),
    "last-iterate-constant-step": lambda: Twin(
        "a step 20 times as long", gaps.last_iterate(300, 20.0)
    ),
}
