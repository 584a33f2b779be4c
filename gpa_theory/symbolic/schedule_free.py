r"""Schedule-Free inside GPA: c_t = 1/t, in the paper's convention and in the package's.

The running mean of the paper counts z_1, the one of the `schedulefree` package does not; started at
z_1 − γ g(z_1), the paper's method is the package's, one step later.  Each identity of sequences is
proved by induction on t, as in `special_cases`: no axiom is used, so "≥ 0" reads "= 0".

Reference: defazio2024road.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from gpa_theory.core.averaging import Uniform
from gpa_theory.core.certificate import Certificate, Premise
from gpa_theory.core.gram import basis
from gpa_theory.core.recursion import GPA, Iterates
from gpa_theory.symbolic.engine.numbers import Sequence
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.run import z_next
from gpa_theory.symbolic.engine.symbols import Expr, gamma
from gpa_theory.symbolic.special_cases import MU_Y, NOW, START, g, kept

k: Expr = sp.Symbol("k", nonnegative=True)  # t − 1
STEPS = (Sequence(k, k + 1, sp.S.Zero, at_any_time=True),)


@dataclass(frozen=True, slots=True)
class PackageUniform:
    r"""The running mean as the `schedulefree` package takes it: z_1 has weight 0.

    .. math:: c_1 = 1, \qquad c_t = \frac{1}{t-1}, \qquad x_t = \frac{z_2 + \dots + z_t}{t-1}
        \qquad (t \ge 2)

    `core.averaging.Uniform` is the paper's convention, c_t = 1/t and x_t the mean of z_1 … z_t.

    >>> PackageUniform().coefficient(5.0), Uniform().coefficient(5.0)
    (0.25, 0.2)
    """

    def coefficient(self, t: Any) -> Any:
        """Return 1/(t − 1), and 1 at the first step."""
        return t / t if t == 1 else Uniform().coefficient(t - 1)


def schedule_free() -> Proof:
    """Prove t x_t = z_1 + … + z_t =: S_t for `Uniform`, t x_t = z_1 + (t−1) x′_t for the package.

    Both invariants hold for any base optimizer; the second compares x′ of `PackageUniform` with x
    for equal z.  With gradients in the loop z differs: see `package_one_step_later`.
    """
    t, total, x = k + 1, basis("S"), basis("x'")
    after = GPA(Uniform(), MU_Y).advance(NOW, z_next, t=t + 1)
    other = GPA(PackageUniform(), MU_Y).advance(Iterates(x=x, z=NOW.z), z_next, t=t + 1)
    states = (sp.S.One, START.x, START.z), (t, NOW.x, total), (t + 1, after.x, total + z_next)
    mean = kept(lambda t, x, total: t * x - total, *states, numbers=STEPS)
    states = (sp.S.One, START.x, START.x), (t, NOW.x, x), (t + 1, after.x, other.x)
    invariant = lambda t, x, other: t * x - START.z - (t - 1) * other  # noqa: E731
    package = kept(invariant, *states, numbers=STEPS)
    return Proof("c_t = 1/t is Schedule-Free", (("mean", mean), ("package", package)))


def schedule_free_package() -> Proof:
    """Prove that `PackageUniform` is what the `schedulefree` package runs with an SGD base.

    With c = 1/(k+1), k = t − 1, it stores y and z and updates z⁺ = z − γ g and
    y⁺ = (1−c) y + c z + γ (μ_y (1−c) − 1) g.  Invariants: its z is z, its y is y.
    """
    method, y, z, c = GPA(PackageUniform(), MU_Y), basis("y'"), basis("z'"), 1 / (k + 1)
    after = method.advance(NOW, NOW.z - gamma * g, t=k + 2)
    y_next = (1 - c) * y + c * z + gamma * (MU_Y * (1 - c) - 1) * g
    states = (START, START.z), (NOW, z), (after, z - gamma * g)
    same_z = kept(lambda s, z: z - s.z, *states, numbers=STEPS)
    states, cited = ((START, START.z), (NOW, y), (after, y_next)), Premise("z", c, same_z.claim)
    same_y = kept(
        lambda s, y: y - method.query(s), *states, cited=(cited,), factor=1 - c, numbers=STEPS
    )
    return Proof("the two buffers of the package", (("z", same_z), ("y", same_y)))


def package_one_step_later() -> Proof:
    """Prove that the package from z_1 is the paper's method from z_1 − γ g(z_1), one step later.

    Invariants, gradients in the loop: z′_{t+1} = z_t, x′_{t+1} = x_t and y′_{t+1} = y_t, where the
    primes are `PackageUniform` started at z_1 and x, y, z are `Uniform` started at z_1 − γ g(z_1).
    """
    package, paper, c = GPA(PackageUniform(), MU_Y), GPA(Uniform(), MU_Y), 1 / (k + 2)
    then, z_1 = Iterates(x=basis("x'"), z=basis("z'")), START.z - gamma * basis("g_1")
    start = package.advance(START, z_1, t=sp.Integer(2)), Iterates(x=z_1, z=z_1)
    theirs = package.advance(then, then.z - gamma * g, t=k + 3)
    now, after = (then, NOW), (theirs, paper.advance(NOW, NOW.z - gamma * g, t=k + 2))
    same_z = kept(lambda a, b: a.z - b.z, start, now, after, numbers=STEPS)
    cited = (Premise("z", c, same_z.claim),)
    same_x = kept(
        lambda a, b: a.x - b.x, start, now, after, cited=cited, factor=1 - c, numbers=STEPS
    )
    cited = (Premise("x", MU_Y, same_x.claim), Premise("z", 1 - MU_Y, same_z.claim))
    same_y = Certificate(package.query(then) - paper.query(NOW), cited)
    parts = (("z", same_z), ("x", same_x), ("y", same_y))
    return Proof("the package is the paper's method, one step later", parts)


SCHEDULE_FREE: dict[str, Callable[[], Proof]] = {
    "schedule-free": schedule_free,
    "schedule-free-package": schedule_free_package,
    "package-one-step-later": package_one_step_later,
}
