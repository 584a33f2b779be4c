"""What a conversion returns: a setting of GPA, and the words that say what is equal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from gpa_theory.core.averaging import Averaging, Exponential, Scalar
from gpa_theory.core.conversions.varying import Schedule
from gpa_theory.core.recursion import GPA, V
from gpa_theory.core.validation import check_range, refuse

Kind = Literal["identity", "heuristic"]
KINDS = ("identity", "heuristic")
BASE_IN_WORDS = "around SGD with constant lr, from one start and for any gradients"


@dataclass(frozen=True, slots=True)
class Converted:
    r"""A method written as GPA: its constants, and whether that is an identity.

    `method` is for `core.run`; `gamma` is the step size of the base inside it, a number or, where
    it changes from step to step, a `Schedule`.  `kind` is "identity" if sequences are equal step by
    step, else "heuristic"; `words` say which ones, and when.  `inner_steps` is DiLoCo's H.
    ValueError if γ is a number below 0, or `kind` is neither.

    >>> from gpa_theory.core.recursion import run
    >>> setting = Converted(GPA(Exponential(0.5), 1.0), 1.0, "identity", "x is the heavy ball")
    >>> setting.mu_x, setting.mu_y
    (0.5, 1.0)
    >>> [y for y, _ in run(setting.method, 4.0, setting.descent(lambda y: y), 3)]
    [4.0, 2.0, 0.0]
    """

    method: GPA
    gamma: Scalar  # or a Schedule
    kind: Kind
    words: str
    inner_steps: int | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.gamma, Schedule):
            check_range(f"Converted(gamma={self.gamma})", "gamma", self.gamma, 0)
        if self.kind not in KINDS:
            rule = f"must be one of {', '.join(KINDS)}"
            raise refuse(f"Converted(kind={self.kind!r})", "kind", rule)

    @property
    def averaging(self) -> Averaging:
        """Return how x averages z."""
        return self.method.averaging

    @property
    def mu_x(self) -> Scalar | None:
        """Return μ_x, or None where it is not constant: `averaging` then says what 1 − c_t is."""
        return self.averaging.mu_x if isinstance(self.averaging, Exponential) else None

    @property
    def mu_y(self) -> Scalar:
        """Return μ_y, a number or a `Schedule`."""
        return self.method.mu_y

    def descent(
        self, gradient: Callable[[V], V], number: Callable[[int], Scalar] = float
    ) -> Callable[[int, V, V], V]:
        """Return the base z_{t+1} = z_t − γ_t g(y_t) for `core.run`; `number` as there."""

        def base(t: int, z: V, y: V) -> V:
            step = self.gamma.at(number(t)) if isinstance(self.gamma, Schedule) else self.gamma
            return z - step * gradient(y)

        return base


def constants(call: str, method: GPA, gamma: Scalar) -> tuple[Scalar, Scalar]:
    """Return (μ_x, μ_y), or raise unless both are constants and γ is a number ≥ 0.

    >>> constants("to_qhm()", GPA(Exponential(0.9), 0.7), 1.0)
    (0.9, 0.7)
    """
    if not isinstance(method, GPA):
        raise refuse(call, "method", "must be a GPA")
    if not isinstance(method.averaging, Exponential):
        raise refuse(call, "averaging", "must be Exponential: the method has a constant μ_x")
    check_range(call, "mu_y", method.mu_y, 0, 1)
    check_range(call, "gamma", gamma, 0)
    return method.averaging.mu_x, method.mu_y
