"""What does the theory look like when μ_x, μ_y and γ are dragged?  One self-contained page.

Read in this order: `setting` (what the page shows, and its link), `toys` and `noise` (the
problems), `running` (one run, or where it diverged), `standing` (how each number is known),
`bounding` and `observation` (every number, in Python), `parity` (how the page's JavaScript is held
to it), `table`, `tour` and `about` (what the page shows beside a run), `assemble` (the page), then
`server` and `notebook`; `page/` has one file per view.
Public names: `Setting`, `observe` and `show`, imported on first use.
Imports `core`, `numeric`, `symbolic` and `worst_case`.
May be imported by `cli`, `experiments` and notebooks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpa_theory.core.faces import on_first_use

if TYPE_CHECKING:
    from gpa_theory.explore.notebook import show as show
    from gpa_theory.explore.observation import observe as observe
    from gpa_theory.explore.setting import Setting as Setting

_HOME = {"Setting": "setting", "observe": "observation", "show": "notebook"}
__getattr__, __dir__, __all__ = on_first_use(__name__, _HOME)
