"""How does any answer, of any solver, become a bound that is certain?

Read `upper` (multipliers, repaired to a valid upper end), `definite` (proofs that a matrix is
positive semidefinite), `witness` (a function, and the method run on it: the lower end), `mixing`
(what gives that function room for rounding), `lines` (worst functions on a line), `ends` (the best
of both, over all that was offered).

Public: the names below.
It imports `core` and `model` only, and no solver: contracts hold it to that.
May be imported by `solvers`, `interval`, `landscape` and `questions`.
"""

from gpa_theory.worst_case.certify.ends import Ends as Ends
from gpa_theory.worst_case.certify.upper import NotCertifiedError as NotCertifiedError
from gpa_theory.worst_case.certify.upper import certified_upper as certified_upper
from gpa_theory.worst_case.certify.witness import certified_lower as certified_lower
