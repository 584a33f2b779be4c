"""Which base optimizers have a regret bound, whose is it, and does it feed a theorem about GPA?

Read in this order: `row` (what is said of a method), `derived` (proved in this project; the rows of
`core.bases` first), `reported` (somebody else's, and why not proved here), `controls` (methods that
have no bound), `catalogue` (all of them, by name, as data and as text).
Public: `Row`, `ROWS`, `CONTROLS`.
It imports the standard library and `core` alone, so that the catalogue is printed at once.
May be imported by everyone.
"""

from gpa_theory.core.atlas.catalogue import ROWS as ROWS
from gpa_theory.core.atlas.controls import CONTROLS as CONTROLS
from gpa_theory.core.atlas.row import Row as Row
