"""How does a certified bound become a proof in fractions that anyone can check?

Read `statement` (the identity that proves a bound, and its check), `integral` (the same in
integers, with a rounded factor for the squares), `stored` (as JSON), `reading` (a file of anyone's,
refused unless it is one), `rounding` (from multipliers in floats to such a proof), `theorem` (a
Rocq file that states the bound and proves it).

Public: the names below, which need the standard library and `core` alone; `rounding.prove` needs
numpy and is taken from its module.
It imports `core` and `model` only, and no solver.
May be imported by `questions`, `verify`, `cli` and `experiments`.
"""

from gpa_theory.worst_case.rational.statement import Statement as Statement
from gpa_theory.worst_case.rational.stored import FOLDER as FOLDER
from gpa_theory.worst_case.rational.stored import Stored as Stored
from gpa_theory.worst_case.rational.stored import load as load
from gpa_theory.worst_case.rational.stored import packaged as packaged
from gpa_theory.worst_case.rational.stored import save as save
