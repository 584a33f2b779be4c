"""The telescoped metric: both branches end in what they say, of the sums that all bounds share."""

import pytest
import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.gram import Point, constant
from gpa_theory.symbolic.engine.forms import alike, changed, same
from gpa_theory.symbolic.engine.run import Z
from gpa_theory.symbolic.engine.symbols import D, G, T, gamma
from gpa_theory.symbolic.engine.vocabulary import check_names
from gpa_theory.symbolic.readings import READINGS
from gpa_theory.symbolic.rows import in_power
from gpa_theory.symbolic.telescoped import DESCENT, SPARE, STEP, TELESCOPED

READING = READINGS["telescoped", "exponential"]
METRIC = Point({name: in_power(c) for name, c in READING.left().terms.items()})
CLOSED_FORMS = {
    "telescoped": (D**2 / (2 * gamma * T) + gamma * G**2 / 2, {}),
    "telescoped-small-steps": (D * G - gamma * G**2 * (T - 1) / 2, {gamma: STEP}),
}


@pytest.mark.parametrize("name", TELESCOPED)
def test_a_branch_ends_in_its_closed_form(name):
    """Closed form − metric ≥ 0, with R_T, Σφ and φ_T as everywhere, x and y where GPA has them."""
    value, change = CLOSED_FORMS[name]
    proved = TELESCOPED[name]().proved()
    assert same(proved.claim, changed(constant(value) - METRIC, change))
    check_names(name, {k: m for k, m in proved.scope.items() if k != ("step", Z)}, METRIC.terms)
    for key, meaning in READING.row.meanings().items():
        assert alike(proved.scope[key], meaning)
    convex = {Assumption.CONVEX, Assumption.LIPSCHITZ, Assumption.RADIUS}
    assert proved.assumptions == convex


def test_small_steps_are_all_steps_up_to_d_over_gt():
    """The step D/(GT(1+s)) runs over (0, D/(GT)] as s runs over [0, ∞), and z moves by it."""
    proved = TELESCOPED["telescoped-small-steps"]().proved()
    assert proved.scope["step", Z] == DESCENT
    assert STEP.subs(SPARE, 0) == D / (G * T)
    assert sp.limit(STEP, SPARE, sp.oo) == 0
