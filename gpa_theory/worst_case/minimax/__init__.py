r"""Does a method attain the minimax rate DG/√T?  A certificate that needs no solver decides.

Read in this order: `multipliers` (one triangular recursion, for any fixed-step method),
`family` (GPA with constant μ_x: two rows of it decide, in O(T)), `schedules` (step sizes, and the
product law that completes them), `enclosure` (signs that are certain), `verdict` (the answer),
`adversary` (the function that beats a method which is not minimax) and `threshold` (the largest
window that costs nothing).
Public names: those below.
May be imported by `verify`, `cli`, `experiments` and tests; imports `core`, `model` and mpmath.
"""

from gpa_theory.worst_case.minimax.adversary import Adversary as Adversary
from gpa_theory.worst_case.minimax.adversary import adversary as adversary
from gpa_theory.worst_case.minimax.schedules import completed as completed
from gpa_theory.worst_case.minimax.threshold import largest_mu_x as largest_mu_x
from gpa_theory.worst_case.minimax.verdict import Minimax as Minimax
from gpa_theory.worst_case.minimax.verdict import minimax as minimax
