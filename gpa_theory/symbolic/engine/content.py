"""What an object says, as a key: proofs are checked once per content, not once per object.

Whoever changes a proof, by whatever trick, has another content and another check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from gpa_theory.core.certificate import CertificateError

MOST = 256  # how many contents are remembered
_KNOWN: dict[Any, Any] = {}


def content(value: Any) -> Any:
    """Return a hashable key that holds every part of the value and the type of each.

    >>> content((1,)) == content((1.0,)), content({"a": 1, "b": 2}) == content({"b": 2, "a": 1})
    (False, True)
    """
    kind = type(value)
    if isinstance(value, tuple | list):
        return kind, tuple(map(content, value))
    if isinstance(value, Mapping):
        return kind, frozenset((content(k), content(v)) for k, v in value.items())
    if is_dataclass(value) and not isinstance(value, type):
        return kind, tuple(content(getattr(value, f.name)) for f in fields(value))
    return kind, value


def copied(value: Any) -> Any:
    """Return the value with every dictionary in it copied: no one can change the original."""
    if isinstance(value, dict):
        return {key: copied(part) for key, part in value.items()}
    if type(value) is tuple:
        return tuple(copied(part) for part in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: copied(getattr(value, f.name)) for f in fields(value)})
    return value


def remembered(find: Callable[..., Any], *given: Any) -> Any:
    """Return find(*given), from memory if it was found for the same content before."""
    try:
        key = (find, content(given))
        known = key in _KNOWN
    except (TypeError, RecursionError):
        raise CertificateError(
            f"{given[0]!r} holds what is no data: a proof is data alone"
        ) from None
    if not known:
        if len(_KNOWN) >= MOST:
            _KNOWN.clear()
        _KNOWN[key] = find(*given)
    return copied(_KNOWN[key])
