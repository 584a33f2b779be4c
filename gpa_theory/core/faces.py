"""Faces whose names are imported on first use, so that importing a package is instant."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

Face = tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]


def on_first_use(package: str, homes: Mapping[str, str]) -> Face:
    """Return `__getattr__`, `__dir__` and `__all__` of `package`; `homes` says where a name lives.

    An unknown name is an AttributeError, as for any module.

    >>> get, names, _ = on_first_use("gpa_theory.core", {"Exponential": "averaging"})
    >>> get("Exponential")(0.5).coefficient(2), names()
    (0.5, ['Exponential'])
    """
    known = sorted(homes)

    def get(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    return get, lambda: list(known), known
