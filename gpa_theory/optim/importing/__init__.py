"""Checkpoints of other implementations, continued by GPA: exactly, or refused with the reason.

Read in this order: `checkpoints` (what the others store, and what GPA makes of it),
`polynomial_match` (which averaging goes on where Schedule-Free's weights stopped).
Public names: `from_released_gpa_adamw`, `from_schedule_free`, and `Imported`, which they return.
May be imported by whoever trains (`experiments`); inside `optim` no other room needs it.
"""

from gpa_theory.optim.importing.checkpoints import Imported as Imported
from gpa_theory.optim.importing.checkpoints import (
    from_released_gpa_adamw as from_released_gpa_adamw,
)
from gpa_theory.optim.importing.checkpoints import from_schedule_free as from_schedule_free
