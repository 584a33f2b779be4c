"""Do reported regret bounds survive adversaries, and which optimizers have no bound at all?

Read `stress` (what is tried, and against which u), `adversaries` (the losses), then the learners by
idea: `matrices`, `parameter_free`, `discounted`, `momentum`, `simplex`, `newton`.  The tests of the
rows are in `of_vectors`, `of_matrices`, `of_others` and `of_gaps`; `catalogue` has them and their
twins.  `controls` has the instances on which regret does not vanish.

Public: `Stress`, `Judged`, `ratios`, `STRESS`, `TWINS`.
It imports `core` and the rest of `numeric`.
May be imported by `verify`, `experiments` and tests.
"""

from gpa_theory.numeric.atlas.catalogue import STRESS as STRESS
from gpa_theory.numeric.atlas.catalogue import TWINS as TWINS
from gpa_theory.numeric.atlas.stress import Judged as Judged
from gpa_theory.numeric.atlas.stress import Stress as Stress
from gpa_theory.numeric.atlas.stress import ratios as ratios
