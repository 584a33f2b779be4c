"""Which functions are minimized, on which set, and how well is their minimum known?

Read `problem` (what a problem promises), `domain`, `losses`, `oracle` (floats with error bounds),
`comparator` (the certified minimum), `constants` and `spectrum`; then `finite_sum` (arrays in, a
problem out), `closed_forms`, `datasets` and `catalogue` (problems by name), `encoding` and `own`
(anybody's table).

Public: `Problem`, `load`, `names`, `domains`, `Ball`, `Box`, `Space`, `Loss`, `LOSSES`; own data
go through `own.problem`, or as numbers through `finite_sum.finite_sum`.
Of the package it imports `core`, `numeric.exact` and `numeric.precision`.
May be imported by `numeric` and all above it.
"""

from gpa_theory.numeric.problems.catalogue import domains as domains
from gpa_theory.numeric.problems.catalogue import load as load
from gpa_theory.numeric.problems.catalogue import names as names
from gpa_theory.numeric.problems.domain import Ball as Ball
from gpa_theory.numeric.problems.domain import Box as Box
from gpa_theory.numeric.problems.domain import Space as Space
from gpa_theory.numeric.problems.losses import LOSSES as LOSSES
from gpa_theory.numeric.problems.losses import Loss as Loss
from gpa_theory.numeric.problems.problem import Problem as Problem
