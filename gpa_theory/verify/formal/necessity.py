"""The claims that the minimax certificate is necessary, and which schedules it leaves."""

from __future__ import annotations

from gpa_theory.core.labels import Label
from gpa_theory.verify.claims import Claim
from gpa_theory.verify.formal import refuted
from gpa_theory.verify.formal.lemmas import lemma_checks

OURS = "this project"
ROWS = (
    "(exists lam : nat -> nat -> R, minimax_rows h lam {} T /\\ (forall t j : nat, (1 <= j < t)%nat"
    " -> (t <= T)%nat -> 0 <= lam t j))"
)
EACH = "forall {0} : nat, (1 <= {0} < T)%nat".format


def claims() -> list[Claim]:
    """Return the two claims in reading order."""
    return [
        Claim(
            "minimax-necessary",
            "T ≥ 2, D, G > 0, a = D/(G√T), a real inner-product space with T orthonormal vectors,"
            " p_t = z_1 − Σ_{s<t} h_{ts} g_s: f(p_T) − f(u) ≤ DG/√T for every convex G-Lipschitz f"
            " on the whole space, all z_1 and u with |z_1 − u| ≤ D and all subgradients g_t of f at"
            " p_t, if and only if h_{Ts} = a(1 − s/T) for s < T and the equations of"
            " minimax-certificate have a solution with all λ_{tj} ≥ 0; then h_{ts} > 0 for all"
            " s < t ≤ T, and every solution is such",
            OURS,
            Label.PROVED,
            lemma_checks(
                {
                    "minimax_iff": "guaranteed h T D G <-> " + ROWS.format("a"),
                    "minimax_necessary": "(forall t s : nat, (1 <= s < t)%nat -> (t <= T)%nat ->"
                    " 0 < h t s) /\\ " + ROWS.format("a"),
                    "rows_necessary": "minimax_rows h lam a T /\\ (forall t j : nat,"
                    " (1 <= j < t)%nat -> (t <= T)%nat -> 0 <= lam t j)",
                    "minimax_iff_Rn": "guaranteed h T D G <-> "
                    + ROWS.format("(D / (G * sqrt (INR T)))"),
                }
            )
            | {
                "an adversary for each method": refuted.check_methods,
                "steps of another length": refuted.check_scale,
            },
        ),
        Claim(
            "minimax-schedules",
            "T ≥ 3, D, G > 0, a = D/(G√T), a real inner-product space with T orthonormal vectors,"
            " p_t = z_1 − Σ_{s<t} γ_s g_s for t < T with γ_s > 0, and a linear output"
            " p_T = z_1 − Σ_{s<T} h_{Ts} g_s: the rate of minimax-necessary holds if and only if"
            " h_{Ts} = a(1 − s/T) for s < T and γ is as in product-law; with h_{Ts} = γ_sΠ_s,"
            " 1 ≥ Π_1 ≥ … ≥ Π_{T−1}, that is, an average of z_1 … z_T, if and only if"
            " γ_sΠ_s = a(1 − s/T), a(1 − 1/T) ≤ γ_1 ≤ a, γ_t ≤ γ_{t−1} for 2 ≤ t ≤ T−2, and"
            " (T−t)γ_{t−1} ≤ (T−t+1)γ_t for 2 ≤ t ≤ T−1: the steps fall, but never faster than"
            " linear decay",
            OURS,
            Label.PROVED,
            lemma_checks(
                {
                    "descent_minimax_iff": f"guaranteed h T D G <-> ({EACH('s')} ->"
                    " h T s = a * (1 - INR s / INR T)) /\\ falls_slowly gamma T a",
                    "weights_minimax_iff": f"guaranteed h T D G /\\ ({EACH('t')} ->"
                    f" share t <= share (Init.Nat.pred t)) <-> ({EACH('t')} -> gamma t * share t ="
                    " a * (1 - INR t / INR T)) /\\ at_most_linear_decay gamma T a",
                }
            )
            | {"an adversary for each schedule": refuted.check_schedules},
        ),
    ]
