"""A zoo of methods, ready for certified worst cases: what each is, where it is from, its constants.

`ZOO[name].method(**constants)` is a plain function for `gpa_theory.certify`.  The methods are in
`zoo_averaged` (GPA), `zoo_momentum` and `zoo_smooth`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

from experiments.worst_case import zoo_averaged, zoo_momentum, zoo_smooth
from gpa_theory.core.validation import check_range, refuse
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.families import Family
from gpa_theory.worst_case.model.plain import Plain, written

CLASSES = {"Lipschitz": FunctionClass(lipschitz=1), "smooth": FunctionClass(smoothness=1)}
RANGES: dict[str, dict[str, Any]] = {  # of the kinds of constants, as `Family` has them
    "past": {"low": 0, "high": 1, "open_high": True},
    "share": {"low": 0, "high": 1},
    "step": {"low": 0, "open_low": True},
}
WORDS = {"past": "[0, 1)", "share": "[0, 1]", "step": "(0, ∞)"}
Starts = Mapping[str, Callable[[int], tuple[float, ...]]]  # by class, as functions of T


@dataclass(frozen=True, slots=True)
class Entry:
    """One method: its constructor, what it is, its source, and how its constants are searched.

    `kinds` are those of `Family`.  The keys of `starts` are the classes that it is for.  `reading`
    says what is ours in the definition, if anything.  T − 1 must be a multiple of `period`.
    """

    build: Callable[..., Plain]
    kinds: tuple[tuple[str, str], ...]
    words: str
    source: str
    starts: Starts
    reading: str = ""
    period: int = 1

    def method(self, **constants: Any) -> Plain:
        """Return the method with these constants; ValueError outside their ranges.

        >>> ZOO["lookahead"].method(alpha=2, gamma=1)
        Traceback (most recent call last):
        ValueError: `lookahead(alpha=2)`: alpha must lie in [0, 1]
        """
        name = self.build.__name__
        if [*constants] != [known for known, _ in self.kinds]:
            rule = f"must be {', '.join(known for known, _ in self.kinds)}, in this order"
            raise refuse(f"{name}({', '.join(constants)})", "constants", rule)
        for known, kind in self.kinds:
            value = constants[known]
            check_range(f"{name}({known}={value})", known, value, **RANGES[kind])
        return self.build(**constants)

    def family(self, steps: int) -> Family:
        """Return the methods for this T as a family that `tune` takes."""
        names = [name for name, _ in self.kinds]

        def build(*given: Any, **constants: Any) -> Any:
            return written(self.method(**constants or dict(zip(names, given, strict=True))), steps)

        return Family(self.words, self.kinds, build, tuple(self.starts.values()))


STEP = ("gamma", "step")
WINDOW = (("decay", "past"), ("share", "share"), STEP)
ZOO: dict[str, Entry] = {
    "descent": Entry(
        zoo_averaged.descent,
        (STEP,),
        "(sub)gradient descent with a constant step, last iterate",
        "Shor 1985; smooth: Drori and Teboulle 2014",
        {"Lipschitz": lambda T: (0.4 / sqrt(T),), "smooth": lambda T: (1.5,)},
    ),
    "gpa": Entry(
        zoo_averaged.averaged,
        (("mu_x", "past"), ("mu_y", "share"), STEP),
        "GPA with constant μ_x, μ_y and γ",
        "Defazio and others 2025, arXiv:2512.17131",
        {
            "Lipschitz": lambda T: (1 - min(0.9, 2.5 / T), 0.5, 0.9 / sqrt(T)),
            "smooth": lambda T: (0.5, 0.9, 1.5),
        },
    ),
    "schedule-free": Entry(
        zoo_averaged.schedule_free,
        (("mu_y", "share"), STEP),
        "GPA with c_t = 1/t",
        "Defazio and others 2024, arXiv:2405.15682",
        {"Lipschitz": lambda T: (0.5, 1 / sqrt(T))},
    ),
    "linear-decay": Entry(
        zoo_averaged.linear_decay,
        (STEP,),
        "descent with steps γ(1 − t/T), last iterate",
        "Zamani and Glineur 2023, arXiv:2307.11134",
        {"Lipschitz": lambda T: (1 / sqrt(T),)},
    ),
    "wsd": Entry(
        zoo_averaged.stable_decay,
        (("stable", "past"), STEP),
        "descent with steps that are constant, then fall in a line to 0 at T",
        "Hu and others 2024, arXiv:2404.06395",
        {"Lipschitz": lambda T: (0.5, 0.7 / sqrt(T))},
        "without the warm-up, and with a linear end",
    ),
    "matched-decay": Entry(
        zoo_averaged.matched_decay,
        (("mu_x", "past"), ("mu_y", "share"), STEP),
        "GPA with the steps γ(1 − t/T)/(1 − μ_x^(T−t)) that its window asks for",
        "ours 2026; we know of no earlier statement",
        {"Lipschitz": lambda T: (0.6, 0.7, 0.9 / sqrt(T))},
    ),
    "tail-average": Entry(
        zoo_averaged.tail_average,
        (("share", "share"), STEP),
        "descent reported at the mean of its last 1 + share · (T − 1) iterates",
        "Rakhlin, Shamir and Sridharan 2012, arXiv:1109.5647 (suffix averaging)",
        {"Lipschitz": lambda T: (0.5, 0.7 / sqrt(T))},
        "between integers the oldest iterate counts in part",
    ),
    "ftrl-momentum": Entry(
        zoo_averaged.ftrl_momentum,
        (STEP,),
        "the running mean of z_(t+1) = z_1 − (γ/√t)(g_1 + … + g_t), gradients at the mean",
        "Li, Liu and Orabona 2021, arXiv:2102.07002",
        {"Lipschitz": lambda T: (1.0,)},
        "of its abstract: increasing momentum and shrinking updates as primal averaging of FTRL",
    ),
    "ema-nesterov": Entry(
        zoo_momentum.ema_nesterov,
        (("beta", "step"), ("decay", "past"), STEP),
        "a step from x + βm, where m is a moving average of the moves of x",
        "2026, arXiv:2605.25395",
        {
            "Lipschitz": lambda T: (0.6, 1 - 2 / T, 0.4 / sqrt(T)),
            "smooth": lambda T: (0.6, 1 - 2 / T, 1.0),
        },
        "constant β; the published runs switch it on and off",
    ),
    "lookahead": Entry(
        zoo_momentum.lookahead,
        (("alpha", "share"), STEP),
        "slow weights go the share α of the way of 2 fast steps",
        "Zhang, Lucas, Hinton and Ba 2019, arXiv:1907.08610",
        {"Lipschitz": lambda T: (0.5, 0.7 / sqrt(T))},
        "2 fast steps, where the source has 5 or more",
        2,
    ),
    "snoo": Entry(
        zoo_averaged.snoo,
        (("mu", "past"), ("outer", "step"), STEP),
        "an outer Nesterov step on the sum of 2 inner steps (single-worker DiLoCo)",
        "2025, arXiv:2510.15830",
        {"Lipschitz": lambda T: (0.5, 0.7, 0.4 / sqrt(T))},
        "2 inner steps, where the source has tens",
        2,
    ),
    "ademamix": Entry(
        zoo_momentum.ademamix,
        (("decay", "past"), ("alpha", "step"), STEP),
        "steps along the gradient plus α times a slow average of gradients",
        "Pagliardini, Ablin and Grangier 2024, arXiv:2409.03137",
        {"Lipschitz": lambda T: (1 - 2 / T, 1.0, 0.2 / sqrt(T))},
        "no denominator, no warm-ups, and β_1 = 0 for the fast average",
    ),
    "maxwell": Entry(
        zoo_momentum.two_maxwell,
        WINDOW,
        "steps along a mixture of two averages of gradients, with decays β and β²",
        "2026, modded-nanogpt pull requests 340 (two) and 357 (more)",
        {"Lipschitz": lambda T: (0.5, 0.5, 0.4 / sqrt(T))},
        "two decays tied to each other, constant shares, no orthogonalization",
    ),
    "ema-mixture": Entry(
        zoo_momentum.two_ema,
        WINDOW,
        "descent reported at a mixture of two moving averages of its iterates, decays β and β²",
        "ours 2026, after the mixtures of gradient averages",
        {"Lipschitz": lambda T: (1 - 2 / T, 0.5, 0.65 / sqrt(T))},
        "the whole definition",
    ),
    "ac-sa": Entry(
        zoo_smooth.ac_sa,
        (STEP,),
        "accelerated stochastic approximation, β_t = (t+1)/2, γ_t = γβ_t",
        "Lan 2012, Mathematical Programming 133",
        {"Lipschitz": lambda T: (1.5 / T**1.5,), "smooth": lambda T: (0.5,)},
        "Euclidean, without a constraint",
    ),
    "nesterov-1983": Entry(
        zoo_smooth.accelerated,
        (STEP,),
        "Nesterov's accelerated gradient method",
        "Nesterov 1983",
        {"smooth": lambda T: (1.0,)},
    ),
    "optimized-gradient": Entry(
        zoo_smooth.optimized,
        (STEP,),
        "the optimized gradient method",
        "Kim and Fessler 2016, arXiv:1406.5468",
        {"smooth": lambda T: (1.0,)},
    ),
    "silver": Entry(
        zoo_smooth.silver,
        (STEP,),
        "gradient descent with steps γ(1 + ρ^(v(t)−1)), ρ = 1 + √2, v(t) the twos in t",
        "Altschuler and Parrilo 2023, arXiv:2309.16530",
        {"smooth": lambda T: (0.6,)},
        "stated for 2^k − 1 steps; for other numbers, the first of them",
    ),
}
