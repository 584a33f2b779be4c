"""How is the cone program solved, for few samples and for many, fast and slowly?

Read `attempts` (which solver is tried, in which order).  All pairs: `conic` (Clarabel), `reference`
(cvxpy, as one reads it), `whole` (an interior point of ours) with `units` and `starts`.  The last
iterate at long horizons: `triangular`, `reduced`, `pair_table`, `pattern`.  Means: `sparse`.  The
telescoped metric: `identity`.  `interior` and `newton` hold the steps that `whole` and `reduced`
share; `panics` keeps a solver's breakdown off the terminal.

Public: the names below; each returns a `model.solution.Solution`, which `certify` does not believe.
It imports `core`, `model` and `certify`.
May be imported by `interval`, `landscape`, `questions`, `tuning` and tests.
"""

from gpa_theory.worst_case.solvers.pattern import solve_triangular as solve_triangular
from gpa_theory.worst_case.solvers.reference import solve_cvxpy as solve_cvxpy
from gpa_theory.worst_case.solvers.sparse import solve_sparse as solve_sparse
from gpa_theory.worst_case.solvers.whole import solve_whole as solve_whole
