"""What is a proof, and what may it take for granted?

Read in this order: `symbols` and `run` (what the symbols and the names of a run mean), `fields` and
`forms` (how a coefficient becomes zero and a sign is proved), `axiom` and `axioms` (all there is to
believe: `algebra`, `convexity`, `motion`), `components`, `numbers` and `vocabulary` (sums and what
else is carried from step to step), `scope` (one name means one thing), `induction`, `instance`,
`coordinates`, `stated` (a regret bound that a user states), `proof` (parts that cite one another),
`content` (a proof is checked once).
Public names: those below.
May be imported by the other rooms of `symbolic`, `verify`, `report` and `cli`; imports `core`.
"""

from gpa_theory.symbolic.engine.axioms import AXIOMS as AXIOMS
from gpa_theory.symbolic.engine.fields import RATIONAL_FUNCTIONS as RATIONAL_FUNCTIONS
from gpa_theory.symbolic.engine.induction import Induction as Induction
from gpa_theory.symbolic.engine.instance import Instance as Instance
from gpa_theory.symbolic.engine.proof import Proof as Proof
from gpa_theory.symbolic.engine.proof import Summed as Summed
