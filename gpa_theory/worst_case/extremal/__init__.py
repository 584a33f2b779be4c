"""Which functions are worst in closed form, and what value do they force, exactly?

Read `resisting` (no averaging beats DG/√T), `telescoped` (its bound is attained), `huber` (smooth
classes).  Runs are in Fractions, and each checks that what it takes is a subgradient.

Public: the names below.
It imports `core` and `model` only.  May be imported by `verify`, `cli`, `experiments` and tests.
"""

from gpa_theory.worst_case.extremal.huber import huber_value as huber_value
from gpa_theory.worst_case.extremal.huber import travelled as travelled
from gpa_theory.worst_case.extremal.resisting import forced_value as forced_value
from gpa_theory.worst_case.extremal.resisting import minimax_squared as minimax_squared
from gpa_theory.worst_case.extremal.telescoped import attained as attained
from gpa_theory.worst_case.extremal.telescoped import closed_form as closed_form
