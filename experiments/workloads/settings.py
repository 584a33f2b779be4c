"""What the settings of a workload must be: the types its function declares, sizes that exist."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

from gpa_theory.core.validation import check_count, refuse

# The largest values that are not refused: what is larger than these fits on no machine.
MOST = {"width": 65_536, "layers": 1_000, "heads": 1_024, "length": 10**5, "classes": 10**5}
MOST_OTHERS = 10**6  # samples to validate on, epochs


def check(name: str, make: Callable[..., Any], given: Mapping[str, Any]) -> None:
    """Raise unless the settings are those of the workload's function, of its types and possible.

    >>> def tiny(width: int = 48): ...
    >>> check("tiny", tiny, {"width": 0})
    Traceback (most recent call last):
    ValueError: `load('tiny')`: overrides.width must be an integer ≥ 1
    """
    call, known = f"load({name!r})", inspect.signature(make).parameters
    for key, value in given.items():
        if key not in known:
            rule = f"must be its settings ({', '.join(known) or 'it has none'}), not {key!r}"
            raise refuse(call, "overrides", rule)
        if isinstance(known[key].default, str):
            _check_text(call, key, value)
        elif check_count(call, f"overrides.{key}", value) > (most := MOST.get(key, MOST_OTHERS)):
            raise refuse(call, f"overrides.{key}", f"must be an integer ≤ {most:,}")


def _check_text(call: str, key: str, value: Any) -> None:
    if not isinstance(value, str):
        raise refuse(call, f"overrides.{key}", "must be a text")
    if "\0" in value:
        raise refuse(call, f"overrides.{key}", "must not hold a null byte")


def check_heads(name: str, width: int, heads: int, *, is_rotary: bool = False) -> None:
    """Raise unless the width can be shared by the heads, into pairs where positions rotate.

    >>> check_heads("vit-digits", 48, 5)
    Traceback (most recent call last):
    ValueError: `load('vit-digits')`: overrides.heads must divide the width 48
    """
    if width % heads:
        raise refuse(f"load({name!r})", "overrides.heads", f"must divide the width {width}")
    if is_rotary and (width // heads) % 2:
        rule = f"must leave each head an even share of the width {width}"
        raise refuse(f"load({name!r})", "overrides.heads", rule)


def check_length(name: str, tokens: Any, length: int) -> None:
    """Raise unless the row of tokens, which is validated on, holds one sequence or more.

    >>> check_length("bigram", range(48), 48)
    Traceback (most recent call last):
    ValueError: `load('bigram')`: overrides.length must be at most 47
    """
    if len(tokens) <= length:
        raise refuse(f"load({name!r})", "overrides.length", f"must be at most {len(tokens) - 1}")
