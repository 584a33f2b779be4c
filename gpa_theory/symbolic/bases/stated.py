"""Any base optimizer: its regret is stated by whoever knows it, and not proved here.

A statement about the linear regret R_T(u) = Σ⟨g_t, z_t − u⟩ transfers through GPA, whatever the
base.  One about Σ f(z_t) − f(u) does not: GPA asks for gradients at y_t, not at z_t.
"""

from __future__ import annotations

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import ANY
from gpa_theory.core.certificate import Certificate
from gpa_theory.core.gram import basis
from gpa_theory.core.validation import refuse
from gpa_theory.symbolic.bases.regret import Regret
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.stated import KINDS, StatedRegret
from gpa_theory.symbolic.engine.symbols import Expr

REASON = (
    "must be of the linear regret Σ⟨g_t, z_t − u⟩: GPA takes g_t at y_t, and a bound on"
    " Σ f(z_t) − f(u) says nothing there"
)


def stated(
    call: str, bound: Expr, kind: str, *, linearized: bool, against: str, domain: str
) -> Regret:
    """Return the regret bound as a hypothesis, with what is known of it.

    `kind` is plain (Σ_{t≤T} r_t) or discounted (Σ_{2≤t≤T} μ_x^{T−t} r_t).
    """
    if linearized is not True:
        raise refuse(call, "regret", REASON)
    hypothesis = StatedRegret(bound, kind, against, domain)
    try:
        hypothesis.check()
    except ValueError as error:
        raise refuse(call, "regret", f"cannot be used: {error}") from None
    part = Certificate(hypothesis.gap(), (hypothesis.times(1),))
    return Regret(
        base=ANY,
        quantity=basis(KINDS[kind].name),
        observed=bound,
        worst=bound,
        assumptions=frozenset({Assumption.REGRET}),
        source="stated by the user",
        proof=Proof(hypothesis.said(), (("as stated", part),)),
    )
