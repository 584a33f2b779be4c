"""What does the theory look like when μ_x, μ_y and γ are dragged?  One self-contained page.

Read in this order: `setting` (what the page shows, and its link), `toys` and `noise` (the
problems), `observation` (every number, in Python), `parity` (how the page's JavaScript is held to
it), `table` and `tour`, `assemble` (the page), then `server` and `notebook`; `page/` has one file
per view.
Public names: `Setting`, `observe` and `show`, imported on first use.
May be imported by `cli` and notebooks; imports `core`, `numeric` and `symbolic`.
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
