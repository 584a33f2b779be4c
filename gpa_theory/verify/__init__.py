"""Does what is claimed hold?  Each claim beside its proofs and measurements.

Read in this order: `verdict` (measured ≤ allowed, up to rounding), `claims` (a row), `experiment`
(a run and the theorem that covers it); the checks `theorems`, `identities`, `regrets`, `bounds`,
`textbook`, `quadratics`; the rows `derived`, `drawn_back`, `exceeding`, `multipliers`,
`classical`, `tightness`, `shipped`, `observed`, `torch_parity` and `formal` (what only Rocq
proves); `registry` (all rows in reading order) and `runner` (which confronts them).
Public names: those below; `registry.claims()` is the list.
Imports every room of the layer below it.
May be imported by `report`, `explore`, `cli` and `experiments`.
"""

from gpa_theory.verify.claims import Claim as Claim
from gpa_theory.verify.claims import Outcome as Outcome
from gpa_theory.verify.registry import find as find
from gpa_theory.verify.verdict import Result as Result
from gpa_theory.verify.verdict import Verdict as Verdict
