"""What is a proof, and what may it take for granted?

Read in this order: `symbols` (declared once, with their signs), `axioms` (all there is to believe),
`fields` (how a coefficient becomes zero and a sign is proved), `proof` (parts that cite one
another), `exactness` (closed forms in the arithmetic of their arguments).
Public names: those below.
May be imported by the other rooms of `symbolic`, `verify` and `report`; imports `core` alone.
"""

from gpa_theory.symbolic.engine.axioms import AXIOMS as AXIOMS
from gpa_theory.symbolic.engine.fields import RATIONAL_FUNCTIONS as RATIONAL_FUNCTIONS
from gpa_theory.symbolic.engine.induction import Induction as Induction
from gpa_theory.symbolic.engine.instance import Instance as Instance
from gpa_theory.symbolic.engine.proof import Proof as Proof
from gpa_theory.symbolic.engine.proof import Summed as Summed
