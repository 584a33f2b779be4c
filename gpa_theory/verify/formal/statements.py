"""The claims that rest on machine-checked lemmas alone: any base, any weights, noise, strong f."""

from __future__ import annotations

from gpa_theory.core.labels import Label
from gpa_theory.verify.claims import Check, Claim
from gpa_theory.verify.formal import (
    arbitrary,
    attained,
    expectation,
    smooth,
    strong,
    unbiased,
    windows,
)
from gpa_theory.verify.formal.lemmas import lemma_checks

OURS = "this project"
AFTER = f"{OURS}, after defazio2024road"


def _claim(
    name: str,
    statement: str,
    lemmas: dict[str, str],
    checks: dict[str, Check],
    source: str = OURS,
) -> Claim:
    made = lemma_checks(lemmas) | checks
    return Claim(name, statement, source, Label.PROVED, made)


def _any_base() -> Claim:
    return _claim(
        "any-base",
        "for any base whose regret inside GPA is R_T ≤ B, and convex f: c_t = 1/t gives"
        " f(x_T) − f(u) ≤ B/T; constant μ_x gives, if |z_1 − u| ≤ D and |g_t| ≤ G,"
        " f(x̂) − f(u) ≤ (B + ρGD)/(T + ρ), x̂ as in weighted-bound, and mean f(x_t) − f(u) ≤"
        " (B + ρ(GD + ε))/T if f(u) ≤ min f + ε; any μ_y and any u in the domain",
        {
            "schedule_free_rate": "f (x T) - f u <= B / INR T",
            "no_remainder_rate": "f (wmean (last_heavy mu_x T) x T) - f u <="
            " (B + odds mu_x * (G * D)) / (INR T + odds mu_x)",
            "average_rate": "f (mean x T) - f u <= rsum (fun t : nat => f (x t) - f u) T / INR T <="
            " B / INR T + odds mu_x * (G * D + epsilon) / INR T",
        },
        arbitrary.base_checks(),
        AFTER,
    )


def _growing_window() -> Claim:
    return _claim(
        "growing-window",
        "for any base with R_T ≤ B inside GPA, convex f, any μ_y and any u in the domain, if"
        " 1/c_{t+1} ≤ 1 + 1/c_t for t < T, as for c_t = 1/t, max(1/t, 1 − μ_x) and"
        " (1 − μ_x)/(1 − μ_x^t): f(mean z_t) − f(u) ≤ Σ q_t(f(x_t) − f(u))/T ≤ B/T with q_t = 1 +"
        " 1/c_t − 1/c_{t+1} ≥ 0, q_T = 1/c_T, Σ q_t = T and Σ q_t x_t = Σ z_t; and, if u minimizes"
        " f, f(x_T) − f(u) ≤ c_T B: a window of T/k costs the last iterate a factor k",
        {
            "growing_window_rate": "f (mean z T) - f u <= rsum (fun t : nat => q one c T t *"
            " (f (x t) - f u)) T / INR T <= B / INR T",
            "growing_window_last": "f (x T) - f u <= c T * B",
            "window_mean": "vsum (fun t : nat => q one c T t *v x t) T = vsum z T",
            "warmed_grows": "grows_by_one (warmed mu_x) T",
            "bias_corrected_grows": "grows_by_one (bias_corrected mu_x) T",
        },
        windows.checks(),
        AFTER,
    )


def _any_weights() -> Claim:
    return _claim(
        "any-weights",
        "c_t = w_t/w_{1:t} with any weights w_t > 0 and any base: f(x_T) − f(u) ≤ Σ w_t r_t/w_{1:T}"
        " for convex f",
        {
            "schedule_free_weighted": "f (x T) - f u <= weighted_regret w g z u T / rsum w T",
        },
        {"random weights, exactly": arbitrary.check_weights},
        "defazio2024road, Theorem 2",
    )


def _minimax() -> list[Claim]:
    rate = "f (p T) - f u <= D * G / sqrt (INR T)"
    return [
        _claim(
            "minimax-certificate",
            "T ≥ 2, p_t = z_1 − Σ_{s<t} h_{ts} g_s with g_t a subgradient of the convex f at p_t,"
            " h_{Ts} = a(1 − s/T), a > 0: if the λ_{tj} that solve (1 + Σ_{j<t} λ_{tj})h_{ts} −"
            " Σ_{s<j<t} λ_{tj}h_{js} = a for all s < t ≤ T are all ≥ 0, then f(p_T) − f(u) ≤"
            " (D²/a + aΣ_{t≤T}|g_t|²)/(2T) for any u with |z_1 − u| ≤ D, and ≤ DG/√T if |g_t| ≤ G"
            " for all t ≤ T and a = D/(G√T)",
            {
                "minimax_certificate": "f (p T) - f u <= (D ^ 2 / a + a * rsum (fun t : nat =>"
                " sqnorm (g t)) T) / (2 * INR T)",
                "minimax_rate": rate,
                "gpa_minimax": "f (x T) - f u <= D * G / sqrt (INR T)",
            },
            {
                "members on random functions, exactly": attained.check_members,
                "equality": attained.check_attained,
                "a twin without multipliers": attained.check_twin,
            },
        ),
        _claim(
            "product-law",
            "steps γ_t with gradients at z_t, and the output z_1 − Σ_{t<T} a(1 − t/T)g_t, which is"
            " Σ π_t z_t where γ_t(π_{t+1} + … + π_T) = a(1 − t/T): it has f − f(u) ≤ DG/√T at"
            " a = D/(G√T), T ≥ 2, for convex f, |g_t| ≤ G for all t ≤ T and |z_1 − u| ≤ D, if"
            " a(T−2)/(T−1) ≤ γ_1 ≤ a, γ_t ≤ γ_{t−1} for 2 ≤ t ≤ T−2, and (T−1−t)γ_{t−1} ≤ (T−t)γ_t"
            " for 2 ≤ t ≤ T−1",
            {"product_law_rate": rate},
            {"random schedules": attained.check_product_law},
        ),
        _claim(
            "matched-decay",
            "GPA around subgradient steps γ_t = a(1 − t/T)/(1 − μ_x^{T−t}), a = D/(G√T), with"
            " constant μ_x, μ_y = 0 and T ≥ 2, has f(x_T) − f(u) ≤ DG/√T for convex f,"
            " |z_1 − u| ≤ D and |g_t| ≤ G for all t ≤ T, g_T being a subgradient at x_T, if"
            " μ_x^{T−1} ≤ 1/T",
            {"matched_decay_rate": "f (x T) - f u <= D * G / sqrt (INR T)"},
            {"inside and outside the window": attained.check_window},
        ),
    ]


def _in_expectation() -> list[Claim]:
    return [
        _claim(
            "minimax-in-expectation",
            "minimax-certificate with random g̃_t in place of the g_t of the steps, in every"
            " outcome, where E⟨g̃_t − g_t, p_t − u⟩ = 0 and E⟨g̃_t − g_t, p_t − p_j⟩ = 0 for j < t,"
            " g_t being a subgradient at p_t, and all this is integrable: E f(p_T) − f(u) ≤"
            " (D²/a + aΣ_{t≤T}E|g̃_t|²)/(2T), and ≤ DG/√T if E|g̃_t|² ≤ G² for all t ≤ T and"
            " a = D/(G√T)",
            {
                "expected_certificate": "E (fun o : Om => f (p T o)) - f u <= (D2 / a + a *"
                " rsum (fun t : nat => E (fun o : Om => sqnorm (noisy t o))) T) / (2 * INR T)",
                "expected_minimax_rate": "E (fun o : Om => f (p T o)) - f u <="
                " D * G / sqrt (INR T)",
            },
            {"every outcome of the noise": unbiased.check_noisy},
        ),
        _claim(
            "weighted-theorem-in-expectation",
            "random gradients g̃_t with E⟨g̃_t − g_t, z_t − u⟩ = 0 and any base:"
            " Σ q_t E φ_t ≤ Σ p_t E⟨g̃_t, z_t − u⟩ for any weights p_t ≥ 0, convex f and any u in"
            " the"
            " domain, q_t as in weighted-theorem, if all this is integrable",
            {
                "expected_weighted_theorem": "rsum (fun t : nat => q p c T t *"
                " expected_gap f u x t) T <="
                " rsum (fun t : nat => p t * expected_step_regret u z noisy t) T",
            },
            {"every outcome of the noise": expectation.check_weighted},
        ),
        _claim(
            "sgd-in-expectation",
            "projected SGD on random g̃_t with E⟨g̃_t − g_t, z_t − u⟩ = 0 and E|g̃_t|² ≤ G²,"
            " convex f: γ = D/(G√T) gives E f(x_T) − f(u) ≤ DG/√T for c_t = 1/t and"
            " E f(mean x_t) − f(u) ≤ DG/√T + ρ E(f(x_1) − f(x_T))/T for constant μ_x, if"
            " |z_1 − u| ≤ D in every outcome; γ = (R/G)√(1−μ_x) gives E f(x_T) − f(u) ≤"
            " μ_x^{T−1} E(f(x_1) − f(u)) + RG√(1−μ_x), if |z_t − u| ≤ R for all t in every"
            " outcome",
            {
                "sgd_schedule_free_rate": "E (fun o : Om => f (x T o)) - f u <="
                " D * G / sqrt (INR T)",
                "sgd_average_rate": "E (fun o : Om => f (mean (fun t : nat => x t o) T)) - f u <="
                " D * G / sqrt (INR T) + odds mu_x * (E (fun o : Om => f (x 1%nat o)) -"
                " E (fun o : Om => f (x T o))) / INR T",
                "sgd_last_rate": "E (fun o : Om => f (x T o)) - f u <= mu_x ^ (T - 1) *"
                " (E (fun o : Om => f (x 1%nat o)) - f u) + diameter * G * sqrt (1 - mu_x)",
            },
            {"every outcome of the noise": expectation.check_sgd},
            f"conversion: {AFTER}; regret: orabona2019modern",
        ),
    ]


def _strongly_convex() -> list[Claim]:
    return [
        _claim(
            "strongly-convex-step",
            "for σ-strongly convex f, any averaging and any base, every t:"
            " φ_t + ρ_t(f(x_t) − f(x_{t−1})) ≤ r_t − (σ/2)(1 − (1−c_t)μ_y²)|z_t − u|²",
            {
                "strong_step": "f (x t) - f u + rho c t * (f (x t) - f (x (Init.Nat.pred t))) <="
                " step_regret g z u t - sigma / 2 * (1 - (1 - c t) * mu_y t ^ 2) *"
                " sqnorm (z t -v u)",
            },
            {"a grid of states, exactly": strong.check_step},
        ),
        _claim(
            "strongly-convex-rate",
            "for σ-strongly convex f and constant μ_x, μ_y, projected OGD with γ_t = 1/(s t),"
            " s = σ(1 − μ_xμ_y²), gives f(mean x_t) − f(u) ≤ G²(1 + ln T)/(2sT) +"
            " ρ(f(x_1) − f(x_T))/T, if |g_t| ≤ G",
            {
                "strong_ogd_rate": "f (mean x T) - f u <= G ^ 2 * (1 + L) / (2 * (sigma *"
                " (1 - mu_x * mu_y ^ 2)) * INR T) + odds mu_x * (f (x 1%nat) - f (x T)) / INR T",
            },
            {"runs on a regression": strong.check_rate},
            f"{OURS}; hazan2007logarithmic (the step sizes)",
        ),
    ]


def _smooth() -> Claim:
    return _claim(
        "smooth-rate",
        "convex f on the whole space with f(w) ≤ f(u) + (L/2)|w − u|² for all w, as L-smooth f have"
        " at a minimizer u; gradient descent inside GPA, γ ≤ 1/L, constant μ_x, any μ_y:"
        " f(mean x_t) − f(u) ≤ mean f(x_t) − f(u) ≤ D²/(2γT) + ρ(f(x_1) − f(x_T))/T if"
        " |z_1 − u| ≤ D; no bound on |g_t|",
        {
            "smooth_rate": "f (mean x T) - f u <= rsum (fun t : nat => f (x t) - f u) T / INR T <="
            " D ^ 2 / (2 * gamma * INR T) + odds mu_x * (f (x 1%nat) - f (x T)) / INR T",
        },
        {"exact runs": smooth.check_rate},
    )


def claims() -> list[Claim]:
    """Return the claims in reading order."""
    return [
        _any_base(),
        _growing_window(),
        _any_weights(),
        *_minimax(),
        *_in_expectation(),
        *_strongly_convex(),
        _smooth(),
    ]
