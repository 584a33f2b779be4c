"""What happens in floats, and what may be concluded from it?

Read `problems` (a minimum that is enclosed), `learners` (base optimizers), `trajectory` (one run),
`divergences` and `identity` (where its gap comes from, with what rounding may hide), `exceeding`
(did the averages beat the base's iterates?), `streams` (losses that change at every step), `atlas`
(reported regret bounds under stress, and optimizers that have none).
`exact` and `precision` bound rounding errors, `statistics` gives intervals over seeds.

Public: `Problem`, `load`, `Learner`, `learner`, `Trajectory`, `simulate`, `Stream`, `Play`, `play`,
`t_interval`; `identity.identity` and `exact_identity` are taken from their modules.
It imports `core` alone.
May be imported by `verify`, `report`, `explore`, `cli`, `experiments` and tests.
"""

from gpa_theory.numeric.learners import Learner as Learner
from gpa_theory.numeric.learners import learner as learner
from gpa_theory.numeric.problems.catalogue import load as load
from gpa_theory.numeric.problems.problem import Problem as Problem
from gpa_theory.numeric.statistics import t_interval as t_interval
from gpa_theory.numeric.streams import Play as Play
from gpa_theory.numeric.streams import Stream as Stream
from gpa_theory.numeric.streams import play as play
from gpa_theory.numeric.trajectory import Trajectory as Trajectory
from gpa_theory.numeric.trajectory import simulate as simulate
