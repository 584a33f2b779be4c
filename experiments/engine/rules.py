"""What the keys of a run must be, whoever wrote them: a JSON file, a preset or a call."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from gpa_theory.core.validation import check_count, check_range, refuse

MOST = 10**12  # of anything that is counted: generators take 64 bits, and none gets so far
DEVICE = re.compile(r"cpu|cuda(:\d{1,3})?")
# The ends of an arm's settings: low, high (None: infinite), and whether each end is left out.
RANGES: dict[str, tuple[float, float | None, bool, bool]] = {
    "lr": (0, None, False, True),
    "beta1": (0, 1, False, True),
    "beta2": (0, 1, False, True),
    "eps": (0, None, True, True),
    "weight_decay": (0, None, False, True),
    "mu_x": (0, 1, False, True),
    "mu_y": (0, 1, False, False),
    "mu": (0, 1, False, True),
    "decay": (0, 1, False, True),
    "momentum": (0, 1, False, True),
    "outer_lr": (0, None, False, True),
    "outer_momentum": (0, 1, False, True),
}
COUNTED = ("inner_steps",)


def check_text(call: str, key: str, value: Any) -> None:
    """Raise unless the value is a text.

    >>> check_text("RunConfig()", "arm", 3)
    Traceback (most recent call last):
    ValueError: `RunConfig()`: arm must be a text
    """
    if not isinstance(value, str):
        raise refuse(call, key, "must be a text")


def check_number(
    call: str,
    key: str,
    value: Any,
    low: float = 0,
    high: float | None = None,
    *,
    open_low: bool = False,
    open_high: bool = False,
) -> None:
    """Raise unless the value is a finite number (True is none) between `low` and `high`.

    >>> check_number("RunConfig()", "clip", True)
    Traceback (most recent call last):
    ValueError: `RunConfig()`: clip must be a number
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refuse(call, key, "must be a number")
    try:
        is_finite = math.isfinite(value)
    except OverflowError:  # an integer beyond every float
        is_finite = False
    if not is_finite:
        raise refuse(call, key, "must be a finite number")
    check_range(call, key, value, low, high, open_low=open_low, open_high=open_high)


def check_counted(call: str, key: str, value: Any, low: int = 1) -> None:
    """Raise unless the value is an integer from `low` to `MOST`.

    >>> check_counted("RunConfig()", "steps", 10**400)
    Traceback (most recent call last):
    ValueError: `RunConfig()`: steps must be an integer ≤ 1,000,000,000,000
    """
    if check_count(call, key, value, low) > MOST:
        raise refuse(call, key, f"must be an integer ≤ {MOST:,}")


def check_list(call: str, key: str, value: Any, what: str) -> tuple[Any, ...]:
    """Return the values as a tuple, or raise unless they are a list (a text is none).

    >>> check_list("RunConfig()", "lrs", 0, "numbers")
    Traceback (most recent call last):
    ValueError: `RunConfig()`: lrs must be a list of numbers
    """
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise refuse(call, key, f"must be a list of {what}")
    return tuple(value)


def check_table(call: str, key: str, value: Any) -> None:
    """Raise unless the value is a table of texts and numbers by name.

    >>> check_table("RunConfig()", "settings", {"mu_x": [0.9]})
    Traceback (most recent call last):
    ValueError: `RunConfig()`: settings.mu_x must be a number or a text
    """
    if not isinstance(value, Mapping) or not all(isinstance(name, str) for name in value):
        raise refuse(call, key, "must be a table of names with their values")
    for name, one in value.items():
        if not isinstance(one, int | float | str):
            raise refuse(call, f"{key}.{name}", "must be a number or a text")


def check_settings(call: str, settings: Mapping[str, Any]) -> None:
    """Raise unless every setting of an arm lies where its optimizer takes it.

    >>> check_settings("RunConfig()", {"beta1": 1})
    Traceback (most recent call last):
    ValueError: `RunConfig()`: settings.beta1 must lie in [0, 1)
    """
    for name, value in settings.items():
        if name in COUNTED:
            check_counted(call, f"settings.{name}", value)
        elif name in RANGES:
            low, high, open_low, open_high = RANGES[name]
            options = {"open_low": open_low, "open_high": open_high}
            check_number(call, f"settings.{name}", value, low, high, **options)


def check_device_name(call: str, device: Any) -> None:
    """Raise unless this is the name of a device that runs are made on.

    >>> check_device_name("RunConfig()", "tpu")
    Traceback (most recent call last):
    ValueError: `RunConfig()`: device must be cpu, cuda or cuda:N, not 'tpu'
    """
    if not isinstance(device, str) or not DEVICE.fullmatch(device):
        raise refuse(call, "device", f"must be cpu, cuda or cuda:N, not {device!r}")
