"""The claims on descent with averaging of its own: weights, tied averaging, log-log, reach."""

from __future__ import annotations

from gpa_theory.core.labels import Label
from gpa_theory.verify.claims import Claim
from gpa_theory.verify.formal.descent import (
    BEYOND,
    check_needed,
    check_reach,
    check_tails,
    check_tied,
    check_window,
)
from gpa_theory.verify.formal.lemmas import lemma_checks
from gpa_theory.verify.theorems import proof

OURS = "this project"


def _reach() -> Claim:
    bound = "D ^ 2 / (2 * gamma * INR T) + gamma * G ^ 2 / 2 * reach_factor mu_x T"
    tuned = "D * G * sqrt (reach_factor mu_x T / INR T)"
    return Claim(
        "descent-reach",
        "GPA around projected subgradient descent with constant γ and μ_x, any μ_y, convex f,"
        " |g_t| ≤ G, any u in the domain with |z_1 − u| ≤ D: mean f(x_t) − f(u) ≤ D²/(2γT) +"
        " (γG²/2)K with K = 1 + 2ρ(1 − μ_x^{T−1})(T−1)/T, which is DG√(K/T) at γ = D/(G√(TK));"
        " K ≤ 1 + 2(T−1)²/T for every μ_x, while ρGD/T grows without limit",
        OURS,
        Label.PROVED,
        lemma_checks(
            {
                "ogd_moves_rate": f"rsum (fun t : nat => f (x t) - f u) T / INR T <= {bound}",
                "ogd_moves_tuned": "f (mean x T) - f u <= rsum (fun t : nat => f (x t) - f u) T /"
                f" INR T <= {tuned}",
            }
        )
        | {"proof of descent-reach": proof("descent-reach"), "random runs": check_reach},
    )


def claims() -> list[Claim]:
    """Return the four claims in reading order."""
    return [
        Claim(
            "descent-weights",
            "subgradient descent with steps γ_t > 0 and g_t at z_t, projected or not, convex f,"
            " any u in the domain with |z_1 − u| ≤ D: Σ π_t (f(z_t) − f(u)) ≤ D²/(2γ_{1:T}) +"
            " Σ (γ_t²|g_t|²/2) m_{min(t+1,T)} for any weights that add up to 1 and whose tails"
            " grow relative to those of the steps: m_t = π_{t:T}/γ_{t:T} does not fall in t",
            OURS,
            Label.PROVED,
            lemma_checks(
                {
                    "weighted_descent": "rsum (fun t : nat => p t * (f (z t) - f u)) T <= D ^ 2 /"
                    " (2 * rsum gamma T) + rsum (fun t : nat => step_noise g gamma t *"
                    " noise_factor p gamma T t) T",
                }
            )
            | {"proof of descent-tails": proof("descent-tails"), "random runs": check_tails},
        ),
        Claim(
            "tied-averaging",
            "GPA around projected subgradient descent with steps γ_t > 0, any μ_y, convex f, any u"
            " in the domain with |z_1 − u| ≤ D: c_t = γ_t/γ_{1:t} gives f(x_T) − f(u) ≤"
            " (D² + Σ γ_t²|g_t|²)/(2γ_{1:T})",
            f"{OURS}, after defazio2024road",
            Label.PROVED,
            lemma_checks(
                {
                    "tied_rate": "f (x T) - f u <= (D ^ 2 + rsum (fun t : nat => gamma t ^ 2 *"
                    " sqnorm (g t)) T) / (2 * rsum gamma T)"
                }
            )
            | {"random runs": check_tied},
        ),
        Claim(
            "log-log",
            "GPA around projected subgradient descent with constant γ and μ_x, μ_y = 0, T ≥ 2,"
            " convex f, |g_t| ≤ G and |z_1 − u| ≤ D: if μ_x^{T−1} ≤ 1/T, then f(x_T) − f(u) ≤"
            " D²/(2γT) + (γG²/2)S with S = Σ_{m<T} (1 − μ_x^m)/m + 1 − μ_x, which is DG√(S/T) at"
            " γ = D/(G√(TS)); outside the window it can fail, certified at (T, μ_x) = "
            + ", ".join(map(str, BEYOND)),
            OURS,
            Label.PROVED,
            lemma_checks(
                {
                    "log_log": "f (x T) - f u <= D ^ 2 / (2 * gamma * INR T) + gamma * G ^ 2 / 2 *"
                    " ema_sum mu_x T",
                    "log_log_rate": "f (x T) - f u <= D * G * sqrt (ema_sum mu_x T / INR T)",
                }
            )
            | {
                "proof of window-sum": proof("window-sum"),
                "random runs": check_window,
                "the window is needed": check_needed,
            },
        ),
        _reach(),
    ]
