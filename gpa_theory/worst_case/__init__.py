"""How bad can a method be over a whole class of functions?  The answer is a certified interval.

Read `model` (what is asked), `certify` (how any answer becomes a bound), `rational` (how a bound
becomes a proof in fractions), `interval` (the answer), `certifying` (the same for a method in five
lines; public as `gpa_theory.certify`, since here the room has that name), `questions` (other
metrics, other starts, projected steps), then `tuning`, with `landscape`, and `sweeping`, which ask
for many; `shown` (the worst function, to be looked at).  `solvers` may be read last: nothing they
say is believed.  `extremal` holds worst functions in closed form; `minimax` decides, without a
solver, whether a method attains DG/√T.

Public names: those below, each imported on first use, so that asking for one stays cheap.
Of the package it imports `core` alone.
May be imported by `verify`, `explore`, `report`, `cli`, `experiments` and tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpa_theory.core.faces import on_first_use

if TYPE_CHECKING:
    from gpa_theory.worst_case.interval import worst_case as worst_case
    from gpa_theory.worst_case.minimax.threshold import largest_mu_x as largest_mu_x
    from gpa_theory.worst_case.minimax.verdict import Minimax as Minimax
    from gpa_theory.worst_case.model.classes import FunctionClass as FunctionClass
    from gpa_theory.worst_case.model.families import FAMILIES as FAMILIES
    from gpa_theory.worst_case.model.families import diloco as diloco
    from gpa_theory.worst_case.model.methods import Around as Around
    from gpa_theory.worst_case.model.methods import Averaged as Averaged
    from gpa_theory.worst_case.model.methods import DiLoCo as DiLoCo
    from gpa_theory.worst_case.model.methods import Method as Method
    from gpa_theory.worst_case.model.methods import Trace as Trace
    from gpa_theory.worst_case.model.methods import ema as ema
    from gpa_theory.worst_case.model.methods import gpa as gpa
    from gpa_theory.worst_case.model.methods import heavy_ball as heavy_ball
    from gpa_theory.worst_case.model.methods import nesterov as nesterov
    from gpa_theory.worst_case.model.methods import polyak_ruppert as polyak_ruppert
    from gpa_theory.worst_case.model.methods import schedule_free as schedule_free
    from gpa_theory.worst_case.model.methods import sgd as sgd
    from gpa_theory.worst_case.model.result import WorstCase as WorstCase
    from gpa_theory.worst_case.model.result import WorstCaseError as WorstCaseError
    from gpa_theory.worst_case.rational.rounding import prove as prove
    from gpa_theory.worst_case.sweeping import sweep as sweep
    from gpa_theory.worst_case.tuning import Tuned as Tuned
    from gpa_theory.worst_case.tuning import tune as tune

_NAMES = {
    "interval": ("worst_case",),
    "minimax.threshold": ("largest_mu_x",),
    "minimax.verdict": ("Minimax",),
    "model.classes": ("FunctionClass",),
    "model.families": ("FAMILIES", "diloco"),
    "model.methods": (
        "Around",
        "Averaged",
        "DiLoCo",
        "Method",
        "Trace",
        "ema",
        "gpa",
        "heavy_ball",
        "nesterov",
        "polyak_ruppert",
        "schedule_free",
        "sgd",
    ),
    "model.result": ("WorstCase", "WorstCaseError"),
    "rational.rounding": ("prove",),
    "sweeping": ("sweep",),
    "tuning": ("Tuned", "tune"),
}
_HOME = {name: home for home, names in _NAMES.items() for name in names}
__getattr__, __dir__, __all__ = on_first_use(__name__, _HOME)
