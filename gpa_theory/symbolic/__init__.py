"""What follows from one step of the recursion, by machine: proofs, bounds, rates.

Read in this order: `engine` (what a proof is), `step_identity`, `conversion` (the weighted
theorem), `schemes` and `rows` (its rows), `bases` (regret bounds), `readings` (which row bounds
which metric), `statement` (is a bound what its proof ends in?), `bound`, `expressions` (formulas
from text), `rates` (rows and regrets composed), then `tuning`, `growth`, `horizon_rule`,
`evaluation` and `vacuous`; beside these `same_run` (averages against the base's own
iterates), `telescoped`, `affine`, `special_cases`, `schedule_free`, `quadratics`, `minimax`
(multipliers of its certificate) and `schedules` (last iterates at μ_y = 0); `theorems` lists it
all.
Public names: those below, imported on first use; `rates.bound(base, metric)` makes a bound.
May be imported by `verify` and all above it; imports `core` and sympy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpa_theory.core.faces import on_first_use

if TYPE_CHECKING:
    from gpa_theory.symbolic.bound import Bound as Bound
    from gpa_theory.symbolic.growth.rate import Rate as Rate
    from gpa_theory.symbolic.quadratics.stability import stability_limit as stability_limit
    from gpa_theory.symbolic.quadratics.variance import stationary_variance as stationary_variance
    from gpa_theory.symbolic.rates import REGRETS as REGRETS
    from gpa_theory.symbolic.theorems import PROOFS as PROOFS
    from gpa_theory.symbolic.theorems import bounds as bounds

_HOME = {  # composing all rows takes most of a second, which users of one room need not wait for
    "Bound": "bound",
    "PROOFS": "theorems",
    "REGRETS": "rates",
    "Rate": "growth.rate",
    "bounds": "theorems",
    "stability_limit": "quadratics.stability",
    "stationary_variance": "quadratics.variance",
}
__getattr__, __dir__, __all__ = on_first_use(__name__, _HOME)
