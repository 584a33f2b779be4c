"""The explorer: one self-contained page in which μ_x, μ_y and γ are dragged and the theory moves.

`show()` embeds it in a notebook, `gpa explore` serves or exports it, and `observe(setting)` returns
in Python every number it draws.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gpa_theory.explore.notebook import show as show
    from gpa_theory.explore.observation import observe as observe
    from gpa_theory.explore.setting import Setting as Setting

_HOME = {"Setting": "setting", "observe": "observation", "show": "notebook"}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'gpa_theory.explore' has no attribute {name!r}")
    return getattr(import_module(f"gpa_theory.explore.{_HOME[name]}"), name)
