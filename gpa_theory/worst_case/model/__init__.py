"""What is a worst case about, and what is known of one in the end?

Read `methods` (anything that moves by multiples of gradients), `recording` and `opaque` (a method
of anyone's, made exact, its code unread), `plain` (one written as a plain function),
`scheduled` (constants that change with t), `kept` (numbers made exact), `families` (their
constants), `classes` (of functions),
`sampling` (where f is asked), `ball_vector` (floats with error bounds), `scaling` (the units of a
class), `program` (all of it in arrays), `sharp` (the same arrays, rounded once); then what comes
out: `solution` (a solver's word), `witness` (a worst function), `result` (the certified interval).

Public: the names below, which need no numerical library; the rest is taken from its module.
Of the package it imports `core` alone.
May be imported by every room of `worst_case`, and by `verify`, `cli` and `experiments`.
"""

from gpa_theory.worst_case.model.classes import NORMALIZED as NORMALIZED
from gpa_theory.worst_case.model.classes import FunctionClass as FunctionClass
from gpa_theory.worst_case.model.families import FAMILIES as FAMILIES
from gpa_theory.worst_case.model.families import Family as Family
from gpa_theory.worst_case.model.families import diloco as diloco
from gpa_theory.worst_case.model.families import family_named as family_named
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
