"""What does GPA do on a quadratic: when is it stable, and how large is its noise?

Read in this order: `step` (one step as a matrix, its trace, determinant and characteristic
polynomial), `stability` (where the roots lie), `variance` (what gradient noise does), `exactness`
(results in the arithmetic of what was given).
Public names: those below.
May be imported by `symbolic.theorems`, `symbolic.minimax`, `symbolic.schedules`, `verify` and
`explore`; imports the engine and `step_identity`.
"""

from gpa_theory.symbolic.quadratics.stability import stability_limit as stability_limit
from gpa_theory.symbolic.quadratics.step import characteristic as characteristic
from gpa_theory.symbolic.quadratics.step import step_matrix as step_matrix
from gpa_theory.symbolic.quadratics.variance import stationary_variance as stationary_variance
