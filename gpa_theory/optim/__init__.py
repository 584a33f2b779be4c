"""GPA for PyTorch: an optimizer around any optimizer, and what keeps it honest.

The question: how does the recursion of `core` run inside a real training loop, exactly as stated?
Read in this order: `reference` (the method on one page), `gpa`, then the rooms `step` (the
arithmetic of one step), `wrapper` (modes, checkpoints, refusals), `adamw` (GPA around AdamW in one
pass), `matched_decay` (the schedule for a constant μ_x), `diloco` and `ema` (the baselines),
`diloco_rule` (GPA with DiLoCo's constants), `batchnorm`, `audit` (the step identity on a live run),
`importing` (checkpoints of others) and `integrations` (training loops of others).
Public names: those below.  They need torch, numpy and matplotlib, and of the package only `core`.
May be imported by `verify`, `experiments` and tests; each room says who else may.
"""

from gpa_theory.optim.adamw.optimizer import GPAAdamW as GPAAdamW
from gpa_theory.optim.audit.observer import Audit as Audit
from gpa_theory.optim.audit.replay import replay as replay
from gpa_theory.optim.audit.report import AuditReport as AuditReport
from gpa_theory.optim.batchnorm import recalibrated as recalibrated
from gpa_theory.optim.diloco.optimizer import DiLoCo as DiLoCo
from gpa_theory.optim.diloco_rule import matching_diloco as matching_diloco
from gpa_theory.optim.ema import ema as ema
from gpa_theory.optim.ema import polyak as polyak
from gpa_theory.optim.gpa import GPA as GPA
from gpa_theory.optim.importing.checkpoints import (
    from_released_gpa_adamw as from_released_gpa_adamw,
)
from gpa_theory.optim.importing.checkpoints import from_schedule_free as from_schedule_free
from gpa_theory.optim.matched_decay import MatchedDecay as MatchedDecay
