"""GPA whose μ_x, μ_y and γ change from step to step, by the one recursion, a step at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from gpa_theory.core.recursion import GPA, Iterates, V
from gpa_theory.core.validation import check_count, check_range, refuse
from gpa_theory.worst_case.model.kept import Kept
from gpa_theory.worst_case.model.methods import Trace


@dataclass(frozen=True, slots=True)
class Given:
    """c_1 = 1, c_t = 1 − μ_x of the step that made x_t: an averaging, given as a list.

    >>> Given((Fraction(1, 2), Fraction(3, 4))).coefficient(Fraction(3))
    Fraction(1, 4)
    """

    mu_x: tuple[Fraction, ...]  # of x_2 … x_T

    def coefficient(self, t: Any) -> Any:
        """Return c_t."""
        return 1 if t == 1 else 1 - self.mu_x[int(t) - 2]


@dataclass(frozen=True, slots=True)
class Scheduled:
    r"""GPA around subgradient steps with T − 1 values of each constant.

    .. math:: y_t = \mu_{y,t} x_t + (1-\mu_{y,t}) z_t, \quad z_{t+1} = z_t - \gamma_t g(y_t), \quad
        x_{t+1} = \mu_{x,t} x_t + (1-\mu_{x,t}) z_{t+1}, \qquad t = 1, …, T-1

    >>> half = Fraction(1, 2)
    >>> Scheduled((0, half), (0, half), (1, 1)).play(lambda t, y: y, Fraction(4), 3).x
    (Fraction(4, 1), Fraction(0, 1), Fraction(0, 1))
    >>> Scheduled((0, 1), (0, 0), (1, 1))
    Traceback (most recent call last):
    ValueError: `Scheduled(mu_x=1)`: mu_x must lie in [0, 1)
    """

    mu_x: Any
    mu_y: Any
    gamma: Any

    def __post_init__(self) -> None:
        limits: dict[str, Any] = {
            "mu_x": {"high": 1, "open_high": True},
            "mu_y": {"high": 1},
            "gamma": {"open_low": True},
        }
        for name, ends in limits.items():
            given = getattr(self, name)
            if not isinstance(given, Sequence):
                raise refuse(f"Scheduled({name}={given!r})", name, "must be a list of numbers")
            for value in given:
                check_range(f"Scheduled({name}={value})", name, value, 0, **ends)
            object.__setattr__(self, name, tuple(map(Kept, given)))
        lengths = {name: len(getattr(self, name)) for name in limits}
        if len(set(lengths.values())) > 1:
            said = ", ".join(f"{count} {name}" for name, count in lengths.items())
            raise refuse("Scheduled()", "mu_x, mu_y and gamma", f"must be equally many, not {said}")

    def play(self, oracle: Callable[[int, V], V], z1: V, steps: int) -> Trace[V]:
        """Run T = `steps` evaluation points, one more than there are values."""
        call = f"Scheduled(<{len(self.gamma)} values>).play(steps={steps})"
        check_count(call, "steps", steps)
        if steps != len(self.gamma) + 1:
            raise refuse(call, "steps", "must be one more than the number of values")
        averaging, s = Given(self.mu_x), Iterates(z1, z1)
        y, x, z = [], [z1], [z1]
        for t, (mu_y, gamma) in enumerate(zip(self.mu_y, self.gamma, strict=True), 1):
            method = GPA(averaging, mu_y)
            y.append(s.x if s.x is s.z else method.query(s))  # one point, one object
            z_next = s.z - gamma * oracle(t, y[-1])
            s = method.advance(s, z_next, Fraction(t + 1))
            x.append(s.x)
            z.append(s.z)
        return Trace(tuple(y), tuple(x), tuple(z))
