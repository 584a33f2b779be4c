"""Rows whose bound is proved here: the bases of `core.bases`, and others with a certificate.

A row of a base points at it by its name, and takes its words from there.  `symbolic.bases.derived`
has the certificates, and its tests hold each formula to what is proved.
"""

from __future__ import annotations

from gpa_theory.core.atlas.row import DERIVED, DISCOUNTED, Row
from gpa_theory.core.bases import (
    ADAGRAD_DIAGONAL,
    ADAGRAD_NORM,
    DUAL_AVERAGING,
    OGD,
    OGD_ANYTIME,
    Base,
)

CONVEX, ANY_SPACE = "any closed convex set", "the whole space"
STAYS = "; the iterates must stay within R of u"
STAY_COORDINATES = "; every coordinate of the iterates must stay within R_inf of that of u"
FREE = "none"


def _base(base: Base, regret: str, source: str, *, anytime: bool, dimension: str = FREE) -> Row:
    """Return the row of a base; R in its formula needs iterates that stay near u."""
    near = STAYS if "R**2" in regret else STAY_COORDINATES if "R_inf" in regret else ""
    return Row(
        name=base.name,
        method=f"{base.words}: {base.update}",
        regret=regret,
        domain=base.domain + near,
        anytime=anytime,
        dimension=dimension,
        source=source,
        label=DERIVED,
        proof="certificate, and a lemma of Rocq",
    )


OF_BASES = (
    _base(
        OGD, "D**2/(2*gamma) + gamma*G**2*T/2", "Zinkevich 2003, Theorem 1; Orabona 2019",
        anytime=False,
    ),
    _base(
        DUAL_AVERAGING, "(D**2/(2*gamma) + gamma*G**2)*sqrt(T)", "Xiao 2010; Orabona 2019",
        anytime=True,
    ),
    _base(
        ADAGRAD_NORM, "(R**2/(2*gamma) + gamma)*G*sqrt(T)", "Streeter and McMahan 2010",
        anytime=True,
    ),
    _base(
        ADAGRAD_DIAGONAL, "(R_inf**2/(2*gamma) + gamma)*G*sqrt(d*T)", "Duchi et al. 2011",
        anytime=True,
        dimension="√d at most, less where gradients are sparse",
    ),
    _base(
        OGD_ANYTIME, "(R**2/(2*gamma) + gamma*G**2)*sqrt(T)", "Zinkevich 2003, Theorem 1",
        anytime=True,
    ),
)  # fmt: skip

CERTIFIED = (
    Row(
        name="ogd-decreasing",
        method="projected gradient descent with any steps γ_1 ≥ γ_2 ≥ … > 0",
        regret="R**2/(2*gamma_last) + G**2*step_sum/2",
        constants={"gamma_last": "γ_T", "step_sum": "γ_1 + … + γ_T, which is ≥ T gamma_last"},
        domain=CONVEX + STAYS,
        anytime=True,
        dimension=FREE,
        source="Zinkevich 2003, Theorem 1",
        label=DERIVED,
        proof="certificate in symbolic.bases.decreasing",
    ),
    Row(
        name="ftrl",
        method="follow the regularized leader, constant step: z_{t+1} = Π(z_1 − γ(g_1 + … + g_t))",
        regret="D**2/(2*gamma) + gamma*G**2*T/2",
        domain=CONVEX,
        anytime=False,
        dimension=FREE,
        source="Orabona 2019",
        label=DERIVED,
        proof="certificate in symbolic.bases.ftrl",
    ),
    Row(
        name="optimistic-ftrl",
        method="z_t = w_t − γh_t with a guess h_t of g_t, w_{t+1} = w_t − γg_t, h_1 = 0, w_1 = z_1",
        regret="D**2/(2*gamma) + gamma*miss/2",
        constants={"miss": "Σ|g_t − h_t|² ≤ miss, |g_1|² in it"},
        domain=ANY_SPACE,
        anytime=False,
        dimension=FREE,
        source="Rakhlin and Sridharan 2013",
        label=DERIVED,
        proof="certificate in symbolic.bases.hinted",
    ),
    Row(
        name="ogd-strongly-convex",
        method="projected gradient descent with γ_t = 1/(st)",
        regret="G**2*(1 + log(T))/(2*s)",
        constants={"s": "σ(1 − μ_xμ_y²) for a σ-strongly convex f inside GPA"},
        domain=CONVEX,
        anytime=True,
        dimension=FREE,
        kind="curved",
        linearized=False,
        unusable="it bounds Σ⟨g_t, z_t − u⟩ − (s/2)|z_t − u|², which transfers through GPA only by"
        " the strong convexity of f: use the claim strongly-convex-rate",
        source="Hazan, Agarwal and Kale 2007 at z_t; with this s and at y_t: this project",
        label=DERIVED,
        proof="certificate in symbolic.bases.curved, with Σ1/t ≤ 1 + ln T",
    ),
    Row(
        name="ogd-smooth",
        method="projected gradient descent with γ ≤ 1/L",
        regret="D**2/(2*gamma)",
        domain=CONVEX,
        anytime=True,
        dimension=FREE,
        kind="curved",
        linearized=False,
        against="a minimizer over the whole space",
        unusable="it bounds Σ⟨g_t, z_t − u⟩ − |g_t|²/(2L), which transfers through GPA only if f is"
        " L-smooth: use the claim smooth-rate",
        source="the usual descent argument; inside GPA: this project",
        label=DERIVED,
        proof="certificate in symbolic.bases.curved",
    ),
    Row(
        name="discounted-ogd",
        method=f"{OGD.words}: {OGD.update}",
        regret="R**2/(2*gamma) + gamma*G**2/(2*(1 - mu_x))",
        domain=CONVEX + STAYS,
        anytime=True,
        dimension=FREE,
        kind=DISCOUNTED,
        source="this project; this rate in Zhang et al. 2024 and Yang et al. 2025 (abstracts)",
        label=DERIVED,
        proof="certificate in symbolic.bases.gradient_descent",
    ),
    Row(
        name="discounted-adagrad",
        method="z_{t+1} = Π(z_t − γ g_t/√v_t), v_t = μ_x²v_{t−1} + |g_t|², begun at t = 2",
        regret="(R**2/(2*gamma) + gamma)*G/sqrt(1 - mu_x**2)",
        domain=CONVEX + STAYS,
        anytime=True,
        dimension=FREE,
        kind=DISCOUNTED,
        source="this project, from adagrad-norm",
        label=DERIVED,
        proof=f"the certificate of {ADAGRAD_NORM.name} at the vectors μ_x^{{−t}}g_t",
    ),
    Row(
        name="drawn-back",
        method="discounted dual averaging: z_{t+1} = Π(z_1 + μ_x(z_t − γ g_t − z_1)), z_2 = z_1",
        regret="D**2/(2*gamma*mu_x) + gamma*G**2/(2*(1 - mu_x))",
        domain=CONVEX,
        anytime=True,
        dimension=FREE,
        kind=DISCOUNTED,
        source="this project; the method is that of Ahn, Magakyan and Cutkosky 2025, Lemma 3.2,"
        " where 2DG/(μ_x√(1−μ_x)) is reported for γ = 2D√(1−μ_x)/G",
        label=DERIVED,
        proof="certificate in symbolic.bases.drawn_back",
    ),
)
ROWS = {row.name: row for row in (*OF_BASES, *CERTIFIED)}
