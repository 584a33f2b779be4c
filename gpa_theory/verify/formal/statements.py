"""The claims that rest on machine-checked lemmas alone: any base, any weights, noise, strong f."""

from __future__ import annotations

from gpa_theory.core.labels import Label
from gpa_theory.verify.claims import Check, Claim
from gpa_theory.verify.formal import arbitrary, expectation, strong
from gpa_theory.verify.formal.lemmas import lemma_checks

OURS = "this project"
AFTER = f"{OURS}, after defazio2024road"
RUN = (
    r"Let $x_1=z_1$, $x_t=(1-c_t)x_{t-1}+c_t z_t$ and $y_t=\mu_y x_t+(1-\mu_y)z_t$ with"
    r" $0\le\mu_y\le1$, for any sequence $z_t$; let $f$ be convex on a convex set that holds"
    r" $z_t$, $y_t$ and $u$, and"
)
EXACT = rf"{RUN} $g_t\in\partial f(y_t)$, $r_t=\langle g_t,z_t-u\rangle$, $R_T=\sum_{{t\le T}}r_t$."
NOISY = (
    rf"{RUN} let the base be given random $\tilde g_t$ with"
    r" $E\langle\tilde g_t,z_t-u\rangle=E\langle g_t,z_t-u\rangle$, $g_t\in\partial f(y_t)$."
)
STRONG = rf"{EXACT} Let moreover $f$ be $\sigma$-strongly convex there."


def _claim(
    name: str,
    statement: str,
    latex: str,
    lemmas: dict[str, str],
    checks: dict[str, Check],
    source: str = OURS,
) -> Claim:
    made = lemma_checks(lemmas) | checks
    return Claim(name, statement, source, Label.PROVED, made, latex)


def _any_base() -> Claim:
    return _claim(
        "any-base",
        "for any base whose regret inside GPA is R_T ≤ B, and convex f: c_t = 1/t gives"
        " f(x_T) − f(u) ≤ B/T; constant μ_x gives f(x̂) − f(u) ≤ (B + ρGD)/(T + ρ), x̂ as in"
        " weighted-bound, and mean f(x_t) − f(u) ≤ (B + ρ(GD + ε))/T if f(u) ≤ min f + ε;"
        " |z_1 − u| ≤ D and |g_t| ≤ G",
        f"{EXACT} Suppose that $R_T\\le B$. For $c_t=1/t$,\n"
        r"\[ f(x_T)-f(u)\le\frac BT \]"
        "\nand for constant $c_t=1-\\mu_x$ ($t\\ge2$), $\\rho=\\mu_x/(1-\\mu_x)$, if"
        " $|z_1-u|\\le D$ and $|g_t|\\le G$,\n"
        r"\[ f\Bigl(\tfrac{x_1+\dots+x_{T-1}+(1+\rho)x_T}{T+\rho}\Bigr)-f(u)\le"
        r"\frac{B+\rho GD}{T+\rho} \]"
        "\nand if moreover $f(u)\\le\\min f+\\varepsilon$,\n"
        r"\[ f\Bigl(\tfrac1T\sum_{t\le T}x_t\Bigr)-f(u)\le\tfrac1T\sum_{t\le T}f(x_t)-f(u)\le"
        r"\frac{B+\rho(GD+\varepsilon)}T \]",
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


def _any_weights() -> Claim:
    return _claim(
        "any-weights",
        "c_t = w_t/w_{1:t} with any weights w_t > 0 and any base: f(x_T) − f(u) ≤ Σ w_t r_t/w_{1:T}"
        " for convex f",
        f"{EXACT} If $c_t=w_t/w_{{1:t}}$ with any $w_t>0$,\n"
        r"\[ f(x_T)-f(u)\le\frac1{w_{1:T}}\sum_{t\le T}w_t r_t \]",
        {
            "schedule_free_weighted": "f (x T) - f u <= weighted_regret w g z u T / rsum w T",
        },
        {"random weights, exactly": arbitrary.check_weights},
        "defazio2024road, Theorem 2",
    )


def _in_expectation() -> list[Claim]:
    return [
        _claim(
            "weighted-theorem-in-expectation",
            "random gradients g̃_t with E⟨g̃_t − g_t, z_t − u⟩ = 0 and any base:"
            " Σ q_t E φ_t ≤ Σ p_t E⟨g̃_t, z_t − u⟩ for any weights p_t ≥ 0 and convex f, q_t as in"
            " weighted-theorem",
            f"{NOISY} For any $p_t\\ge0$, $\\rho_t=(1-c_t)/c_t$,"
            " $q_t=p_t(1+\\rho_t)-p_{t+1}\\rho_{t+1}$ and $q_T=p_T(1+\\rho_T)$,\n"
            r"\[ \sum_{t\le T}q_t\,E\bigl(f(x_t)-f(u)\bigr)\le"
            r"\sum_{t\le T}p_t\,E\langle\tilde g_t,z_t-u\rangle \]",
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
            " |z_1 − u| ≤ D; γ = (R/G)√(1−μ_x) gives E f(x_T) − f(u) ≤"
            " μ_x^{T−1} E(f(x_1) − f(u)) + RG√(1−μ_x), if |z_t − u| ≤ R for all t",
            f"{NOISY} Let $z_{{t+1}}=\\Pi(z_t-\\gamma\\tilde g_t)$ with $E|\\tilde g_t|^2\\le G^2$."
            " If $|z_1-u|\\le D$ and $\\gamma=D/(G\\sqrt T)$, then for $c_t=1/t$\n"
            r"\[ E f(x_T)-f(u)\le\frac{DG}{\sqrt T} \]"
            "\nand for constant $c_t=1-\\mu_x$ ($t\\ge2$), $\\rho=\\mu_x/(1-\\mu_x)$,\n"
            r"\[ E f\Bigl(\tfrac1T\sum_{t\le T}x_t\Bigr)-f(u)\le\frac{DG}{\sqrt T}"
            r"+\frac\rho T E\bigl(f(x_1)-f(x_T)\bigr) \]"
            "\nand if $|z_t-u|\\le R$ for all $t$ and $\\gamma=(R/G)\\sqrt{1-\\mu_x}$,\n"
            r"\[ E f(x_T)-f(u)\le\mu_x^{T-1}E\bigl(f(x_1)-f(u)\bigr)+RG\sqrt{1-\mu_x} \]",
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
            f"{STRONG} With $\\varphi_t=f(x_t)-f(u)$ and $\\rho_t=(1-c_t)/c_t$, for every"
            " $t\\le T$,\n"
            r"\[ \varphi_t+\rho_t\bigl(f(x_t)-f(x_{t-1})\bigr)\le r_t-\tfrac\sigma2"
            r"\bigl(1-(1-c_t)\mu_y^2\bigr)|z_t-u|^2 \]",
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
            f"{STRONG} Let $c_t=1-\\mu_x$ ($t\\ge2$), $0\\le\\mu_x<1$,"
            " $s=\\sigma(1-\\mu_x\\mu_y^2)$, $z_{t+1}=\\Pi(z_t-g_t/(st))$ and $|g_t|\\le G$."
            " With $\\rho=\\mu_x/(1-\\mu_x)$,\n"
            r"\[ f\Bigl(\tfrac1T\sum_{t\le T}x_t\Bigr)-f(u)\le\frac{G^2(1+\ln T)}{2sT}"
            r"+\frac\rho T\bigl(f(x_1)-f(x_T)\bigr) \]",
            {
                "strong_ogd_rate": "f (mean x T) - f u <= G ^ 2 * (1 + L) / (2 * (sigma *"
                " (1 - mu_x * mu_y ^ 2)) * INR T) + odds mu_x * (f (x 1%nat) - f (x T)) / INR T",
            },
            {"runs on a regression": strong.check_rate},
            f"{OURS}; hazan2007logarithmic (the step sizes)",
        ),
    ]


def claims() -> list[Claim]:
    """Return the claims in reading order."""
    return [_any_base(), _any_weights(), *_in_expectation(), *_strongly_convex()]
