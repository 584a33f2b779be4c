"""What a proof may take for granted: the complete list, each axiom an object with its inequality.

An axiom builds its own inequality from the points it is about.  `proof` accepts a premise only if
it comes with an object of exactly one of the classes in `CLASSES` and *is* what that object says,
so these classes are all there is to believe.  None takes a form and believes it.

An axiom also says which names it gives a meaning to: two premises that mean different things by
one name are refused, as is what would define a name by itself.
"""

from __future__ import annotations

from gpa_theory.core.certificate import Premise
from gpa_theory.core.gram import Point
from gpa_theory.symbolic.engine.algebra import (
    Constant,
    Exponential,
    GrowingRoot,
    RootOfSquares,
    Square,
    SquaredNumber,
)
from gpa_theory.symbolic.engine.convexity import Convexity, Jensen, JensenOverRun, Minimizer
from gpa_theory.symbolic.engine.motion import (
    CoordinateDiameter,
    Diameter,
    Lipschitz,
    Minimality,
    Projection,
    Radius,
)
from gpa_theory.symbolic.engine.stated import StatedRegret
from gpa_theory.symbolic.engine.symbols import Expr

CLASSES = (
    Square,
    Constant,
    SquaredNumber,
    GrowingRoot,
    RootOfSquares,
    Convexity,
    Jensen,
    JensenOverRun,
    Projection,
    Minimality,
    Lipschitz,
    Radius,
    Diameter,
    CoordinateDiameter,
    Minimizer,
    Exponential,
    StatedRegret,
)
AXIOMS = {axiom.name: axiom.words for axiom in CLASSES}


def square(multiplier: Expr, vector: Point) -> Premise:
    """Return |vector|² ≥ 0."""
    return Square(vector).times(multiplier)


def nonnegative(value: Expr) -> Premise:
    """Return value · 1 ≥ 0; the sign of `value` is what the check then has to prove."""
    return Constant().times(value)
