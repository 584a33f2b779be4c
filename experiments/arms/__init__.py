"""What is compared: ways to train, each an optimizer of `gpa_theory.optim` around the same base.

Read `table` (every arm: its settings, what it deploys), then `member_adamw` and `member_muon` (the
bases for many members at once), then `schedules`.
Public: `Arm`, `ARMS`, `arm_named`.
Imports the optimizers of the package, never workloads or models.
May be imported by `engine` and `study`.
"""

from experiments.arms.table import ARMS as ARMS
from experiments.arms.table import Arm as Arm
from experiments.arms.table import arm_named as arm_named
