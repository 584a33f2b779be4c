r"""Single-worker DiLoCo as GPA, and back: an identity for H = 1, else a heuristic.

.. math::
    \mu_x = \mu^{1/H}, \qquad \mu_y = \mu \ (\text{plain momentum: } 1), \qquad
    \gamma = \frac{\gamma_{out}}{1-\mu}\, \gamma_{in}

This is the rule of `optim.matching_diloco`, whose module says what it matches and by how much it
misses.
"""

from __future__ import annotations

from fractions import Fraction

from gpa_theory.core.averaging import Exponential, Scalar
from gpa_theory.core.conversions.converted import Converted, Kind, constants
from gpa_theory.core.recursion import GPA
from gpa_theory.core.validation import check_count, check_range, refuse

ONE_STEP = (
    "y_t is DiLoCo's anchor before step t, around a base whose step does not depend on the weights "
    "themselves (SGD or AdamW without decay), with constant constants"
)
NO_OUTER = (
    "x_t = y_t = z_t is DiLoCo's inner weights, around any base: outer steps of rate 1 without "
    "momentum move nothing"
)
BLOCKS = (
    "no sequence is equal in general: y_t is the anchor at the ends of blocks if in each block "
    "only the first step moves, by an increment that does not depend on the weights"
)


def from_diloco(
    inner_lr: Scalar,
    outer_lr: Scalar,
    momentum: Scalar,
    inner_steps: int,
    *,
    nesterov: bool = True,
) -> Converted:
    r"""Return the GPA that matches single-worker DiLoCo with H = `inner_steps`.

    Its kind is "identity" for H = 1, and for μ = 0 with γ_out = 1; else "heuristic", and `words`
    say where it is exact.  A Fraction μ whose H-th root is one gives an exact μ_x; else it is a
    float.  Domain: γ_in, γ_out ≥ 0, 0 ≤ μ < 1, H ≥ 1; ValueError outside.

    >>> setting = from_diloco(inner_lr=0.01, outer_lr=0.5, momentum=0.9, inner_steps=8)
    >>> round(setting.mu_x, 6), setting.mu_y, round(setting.gamma, 6), setting.kind
    (0.986916, 0.9, 0.05, 'heuristic')
    >>> from_diloco(inner_lr=1.0, outer_lr=0.25, momentum=0.75, inner_steps=1).words[:19]
    "y_t is DiLoCo's anc"

    Reference: douillard2023diloco; defazio2025smoothing, which has the rule for μ_x.
    """
    how = f"{inner_lr}, {outer_lr}, {momentum}, {inner_steps}"
    call = f"from_diloco({how})"
    check_range(call, "inner_lr", inner_lr, 0)
    check_range(call, "outer_lr", outer_lr, 0)
    check_range(call, "momentum", momentum, 0, 1, open_high=True)
    steps = check_count(call, "inner_steps", inner_steps)
    kind, words = _standing(outer_lr, momentum, steps)
    method = GPA(Exponential(root(momentum, steps)), momentum if nesterov else 1)
    return Converted(method, outer_lr / (1 - momentum) * inner_lr, kind, words, steps)


def to_diloco(
    method: GPA, gamma: Scalar, *, inner_steps: int, outer_lr: Scalar
) -> dict[str, Scalar]:
    r"""Return the arguments of `from_diloco` with this H and γ_out > 0 that give this GPA.

    μ is μ_y, or μ_x^H with plain momentum where μ_y = 1; γ_in = (1−μ)γ/γ_out.  ValueError unless
    μ_x is constant and is μ_y^{1/H} (or 0, or μ_y is 1): no DiLoCo with this H is matched by it
    otherwise.

    >>> to_diloco(GPA(Exponential(0.5), 0.25), gamma=4.0, inner_steps=2, outer_lr=1.0)["inner_lr"]
    3.0
    """
    call = f"to_diloco({method}, gamma={gamma}, inner_steps={inner_steps}, outer_lr={outer_lr})"
    mu_x, mu_y = constants(call, method, gamma)
    steps = check_count(call, "inner_steps", inner_steps)
    check_range(call, "outer_lr", outer_lr, 0, open_low=True)
    nesterov = mu_y != 1
    if nesterov and mu_x not in (root(mu_y, steps), 0):
        raise refuse(call, "mu_x", f"must be {root(mu_y, steps)} = μ_y^(1/{steps})")
    momentum = mu_y if nesterov and mu_x != 0 else mu_x**steps
    found = {"inner_lr": (1 - momentum) * gamma / outer_lr, "outer_lr": outer_lr}
    return {**found, "momentum": momentum, "inner_steps": steps, "nesterov": nesterov}


def _standing(outer_lr: Scalar, momentum: Scalar, steps: int) -> tuple[Kind, str]:
    if momentum == 0 and outer_lr == 1:
        return "identity", NO_OUTER
    return ("identity", ONE_STEP) if steps == 1 else ("heuristic", BLOCKS)


def root(value: Scalar, degree: int) -> Scalar:
    """Return value^{1/degree}: a Fraction if value is one and its root is rational, else a float.

    >>> root(Fraction(27, 64), 3), root(0.25, 2), root(Fraction(1, 2), 1)
    (Fraction(3, 4), 0.5, Fraction(1, 2))
    """
    if degree == 1:
        return value
    if isinstance(value, Fraction):
        whole = Fraction(_floor(value.numerator, degree), _floor(value.denominator, degree))
        if whole**degree == value:
            return whole
    return value ** (1 / degree)


def _floor(number: int, degree: int) -> int:
    """Return the largest integer whose power is at most `number`."""
    low, high = 0, 2 << (number.bit_length() // degree)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**degree <= number else (low, middle)
    return low
