"""One door for bad input: every refusal names the call, the parameter and the rule.

Only what is *certainly* wrong is refused.  A condition that cannot be decided (a sympy relation
between free symbols) passes, so the same checks serve numbers and symbols.
"""

from __future__ import annotations

from operator import index
from typing import Any


def refuse(call: str, parameter: str, rule: str) -> ValueError:
    """Return the error to raise: "`Exponential(mu_x=1.2)`: mu_x must lie in [0, 1)".

    >>> refuse("Exponential(mu_x=1.2)", "mu_x", "must lie in [0, 1)")
    ValueError('`Exponential(mu_x=1.2)`: mu_x must lie in [0, 1)')
    """
    return ValueError(f"`{call}`: {parameter} {rule}")


_INFINITE = (float("inf"), -float("inf"))


def _certainly_false(relation: Any) -> bool:
    try:
        return not relation
    except TypeError:  # an undecided sympy relation has no truth value
        return False


def check_range(
    call: str,
    parameter: str,
    value: Any,
    low: Any,
    high: Any = None,
    *,
    open_low: bool = False,
    open_high: bool = False,
) -> None:
    """Raise unless `value` lies between `low` and `high`; NaN, arrays and non-numbers are refused.

    >>> check_range("run(steps=0)", "steps", 0, 1)
    Traceback (most recent call last):
    ValueError: `run(steps=0)`: steps must lie in [1, ∞)
    """
    if not _lies(value, low, high, open_low, open_high):
        ends = f"{'(' if open_low else '['}{low}, "
        ends += "∞)" if high is None else f"{high}{')' if open_high else ']'}"
        raise refuse(call, parameter, f"must lie in {ends}")


def _lies(value: Any, low: Any, high: Any, open_low: bool, open_high: bool) -> bool:
    if getattr(value, "shape", ()) != ():  # arrays: a parameter is one number
        return False
    try:
        above = value > low if open_low else value >= low
        if high is None:
            below = value not in _INFINITE
        else:
            below = value < high if open_high else value <= high
    except TypeError:  # strings, None, complex numbers: nothing that can be ordered
        return False
    return not (_certainly_false(above) or _certainly_false(below))


def check_count(call: str, parameter: str, value: Any, low: int = 1) -> int:
    """Return `value` as an `int`, or raise unless it is an integer (not a bool) and at least `low`.

    Any integer type will do (numpy's too); the plain int returned cannot overflow.

    >>> check_count("run(steps=3)", "steps", 3)
    3
    >>> check_count("run(steps=2.5)", "steps", 2.5)
    Traceback (most recent call last):
    ValueError: `run(steps=2.5)`: steps must be an integer ≥ 1
    """
    rule = f"must be an integer ≥ {low}"
    if isinstance(value, bool) or str(getattr(value, "dtype", "")).endswith("bool"):
        raise refuse(call, parameter, rule)  # numpy before 2.1 and torch make an index of a bool
    try:
        count = index(value)
    except TypeError:
        raise refuse(call, parameter, rule) from None
    if count < low:
        raise refuse(call, parameter, rule)
    return count
