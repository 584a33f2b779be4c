"""How jobs are run: here or on a cluster, kept as they finish, stopped when their time is up.

Read `stages` (a study's runs, stage by stage), then `executors` (where they go) and `keeping` (what
is done whole or not at all).
Public: `Stages`, `execute`, `kept`.
Imports `engine` and `study.preset`.  May be imported by `flow`, `extras`, `calibration` and `cli`.
"""

from experiments.study.run.executors import execute as execute
from experiments.study.run.keeping import kept as kept
from experiments.study.run.stages import Stages as Stages
