"""Rows whose bound is somebody else's: each with its source, and why it is not proved here.

`numeric.atlas` plays every method of these against adversaries.  "Number recalled" marks a theorem
number or a constant that was not compared with the text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gpa_theory.core.atlas.derived import ANY_SPACE, FREE, STAYS
from gpa_theory.core.atlas.row import DISCOUNTED, Row

RECALLED = "(number recalled)"
SPECTRAL = "the proof needs powers of matrices, and the engine knows inner products of vectors"
ENTROPY = "the proof needs the divergence of the entropy, which is no inner product; not done here"


def _row(name: str, method: str, regret: str, constants: Mapping[str, str], **more: Any) -> Row:
    return Row(name=name, method=method, regret=regret, constants=constants, **more)


EXPERTS = (
    _row(
        "hedge",
        "Hedge: z_{t+1,i} ∝ exp(−γ Σ_s g_{s,i}/span), from the uniform point",
        "span*(log(N)/gamma + gamma*T/8)",
        {"N": "the number of experts", "span": "max_i g_i − min_i g_i ≤ span, at every step"},
        domain="the simplex",
        anytime=False,
        dimension="√ln N",
        source=f"Cesa-Bianchi and Lugosi 2006, Theorem 2.2 {RECALLED}",
        why=ENTROPY,
    ),
    _row(
        "hedge-anytime",
        "Hedge with rates √(8 ln N/t)",
        "span*(sqrt(2*T*log(N)) + sqrt(log(N)/8))",
        {"N": "the number of experts", "span": "max_i g_i − min_i g_i ≤ span, at every step"},
        domain="the simplex",
        anytime=True,
        dimension="√ln N",
        source=f"Cesa-Bianchi and Lugosi 2006, Theorem 2.3 {RECALLED}",
        why=ENTROPY,
    ),
    _row(
        "mirror-descent",
        "mirror descent with a mirror map that is κ-strongly convex in a norm",
        "bregman/gamma + gamma*G_dual**2*T/(2*kappa)",
        {
            "bregman": "B_ψ(u, z_1) ≤ bregman; ln N for exponentiated gradient on the simplex",
            "G_dual": "|g_t| ≤ G_dual in the dual norm",
            "kappa": "κ",
        },
        domain="where the divergence from z_1 is finite",
        anytime=False,
        dimension="that of the norm: √ln N on the simplex",
        source=f"Orabona 2019, Theorem 6.10 {RECALLED}",
        why="a mirror map is no inner product; the engine's forms are quadratic. Not done here",
    ),
)
FREE_OF_D = (
    _row(
        "kt",
        "coin betting by Krichevsky and Trofimov: z_{t+1} = z_1 − (S_t/G)/(t+1) · (wealth so far)",
        "G*(D*sqrt(T*log(1 + 24*T**2*D**2/wealth**2)) + wealth)",
        {"wealth": "the wealth ε that the bettor starts with, a length"},
        domain=ANY_SPACE,
        anytime=True,
        dimension=FREE,
        source=f"Orabona and Pál 2016, Corollary 5 {RECALLED}",
        why="the proof rests on an inequality between Gamma functions, which is not algebra",
    ),
    _row(
        "solo",
        "scale-free FTRL (SOLO): z_{t+1} = z_1 − S_t/√Q_t",
        "(D**2/2 + 2.75)*G*sqrt(T) + 3.5*sqrt(T - 1)*G",
        {},
        domain=ANY_SPACE,
        anytime=True,
        dimension=FREE,
        source="Orabona and Pál 2018, read in notes on it",
        why="the constants come from a case distinction over t that the engine cannot state",
    ),
    _row(
        "dog",
        "distance over gradients: step r̄_t/√Q_t, r̄_t the farthest from z_1 so far",
        "far*(2*R + far)*G*sqrt(T)",
        {"far": "r̄_T, which a run shows"},
        domain=ANY_SPACE + STAYS,
        anytime=True,
        dimension=FREE,
        kind="weighted",
        unusable="it weighs step t by r̄_t, which grows along the run; the mean bound of GPA needs"
        " equal weights",
        source=f"Ivgi, Hinder and Carmon 2023, Proposition 1 {RECALLED}",
        why="derivable by Abel summation with weights that depend on the run; not done here",
    ),
)
MATRICES = (
    _row(
        "adagrad-full",
        "AdaGrad with the full matrix: z_{t+1} = z_t − γ(Σ g_s g_sᵀ)^{−1/2} g_t",
        "(R**2/(2*gamma) + gamma)*G*sqrt(d*T)",
        {},
        domain=ANY_SPACE + STAYS,
        anytime=True,
        dimension="√d at most: tr(Σ g gᵀ)^{1/2} in place of G√(dT)",
        source=f"Duchi, Hazan and Singer 2011, Theorem 7 {RECALLED}",
        why=SPECTRAL,
    ),
    _row(
        "shampoo",
        "Shampoo: W_{t+1} = W_t − γ L_t^{−1/4} G_t R_t^{−1/4}, L_1 and R_1 with a ridge",
        "(R**2/(2*gamma) + gamma*rank)*(rows*columns)**(3/4)"
        "*((rows*ridge + G**2*T)*(columns*ridge + G**2*T))**(1/4)",
        {
            "rank": "the largest rank of a gradient matrix",
            "rows": "its rows",
            "columns": "its columns",
            "ridge": "ε of L_0 = εI, R_0 = εI",
        },
        domain=ANY_SPACE + STAYS,
        anytime=True,
        dimension="(mn)^{3/4} at most: tr L^{1/4} tr R^{1/4} in general",
        source="Gupta, Koren and Singer 2018, Theorem 7, read in lecture notes",
        why=SPECTRAL,
    ),
    _row(
        "one-sided-shampoo",
        "one-sided Shampoo: W_{t+1} = W_t − γ(Σ G_s G_sᵀ)^{−1/2} G_t",
        "(R_op**2/(2*gamma) + gamma)*G*sqrt(rows*T)",
        {"R_op": "|W_t − u| ≤ R_op for all t, in the operator norm", "rows": "rows of a gradient"},
        domain=f"{ANY_SPACE}; the iterates must stay within R_op of u",
        anytime=True,
        dimension="√m at most",
        source="Xie et al. 2025; An et al. 2025 (the rate; constants by hand here, unproved)",
        why=SPECTRAL,
    ),
    _row(
        "online-newton",
        "online Newton step on a ball, for α-exp-concave losses",
        "5*(1/alpha + G*R)*d*log(T)",
        {"alpha": "the losses are α-exp-concave"},
        domain="a ball of diameter R",
        anytime=True,
        dimension="d",
        against="every u of the domain; T ≥ 2",
        kind="curved",
        linearized=False,
        unusable="it bounds Σ f_t(z_t) − f_t(u) and uses the curvature of f_t at z_t; GPA takes its"
        " gradients at y_t",
        source=f"Hazan, Agarwal and Kale 2007, Theorem 2 {RECALLED}",
        why=f"{SPECTRAL} (a determinant)",
    ),
)
ADAM = (
    _row(
        "amsgrad",
        "AMSGrad with constant β1 and steps γ/√t, projected coordinate by coordinate",
        "R_inf**2*sqrt(T)*d*G_inf/(2*gamma*(1 - beta1))"
        " + gamma*sqrt(1 + log(T))*d*G_inf*sqrt(T)/sqrt((1 - beta2)*(1 - beta1**2/beta2))",
        {"G_inf": "|g_{t,i}| ≤ G_inf", "beta1": "β1", "beta2": "β2 > β1²"},
        domain="a box, of width R_inf",
        anytime=True,
        dimension="d",
        source=f"Alacaoglu et al. 2020 {RECALLED}; the proof of Reddi et al. 2018, Theorem 4, is"
        " flawed (Tran and Phong 2019)",
        why="the proof sums geometric series of momenta coordinate by coordinate; not done here",
    ),
    _row(
        "clipped-adam",
        "core of Adam: clipped, scale-free FTRL of gradients that age by μ_x = β1, β2 = β1²,"
        " z_2 = z_1",
        "4*D*G/sqrt(1 - mu_x**2)",
        {},
        domain="the ball of radius D around z_1",
        anytime=True,
        dimension=FREE,
        kind=DISCOUNTED,
        against="every u within D of z_1",
        source="Ahn and Cutkosky 2024; Ahn et al. 2024 (constant recalled). For β1 ≠ √β2 only an"
        " abstract was available: arXiv 2510.03478",
        why="scale-free FTRL needs the case distinction of solo",
    ),
)
GAPS = (
    _row(
        "last-iterate-constant-step",
        "subgradient descent at z_t with constant step D/(2G√(T(1 + ln(T−1)/4)))",
        "D*G*sqrt(1 + log(T - 1)/4)/sqrt(T)",
        {},
        domain=ANY_SPACE,
        anytime=False,
        dimension=FREE,
        kind="last iterate",
        linearized=False,
        against="a minimizer; T ≥ 2",
        unusable="it bounds f(z_T) − f(u) of descent alone (μ_y = 0, μ_x = 0), not its regret",
        source="Zamani and Glineur 2023, arXiv 2307.11134, abstract: smaller than this for the best"
        " constant step, T = N + 1 iterates; the step is our reading",
        why="its proof is a performance estimation for every T. Here certified for T = 2, 3, 6; a"
        " weaker bound, with a harmonic sum for ln(T−1)/4, is proved (claim log-log)",
    ),
    _row(
        "online-to-nonconvex",
        "GPA-SGD with random μ_y ∈ [μ_x, 1]; output: a discounted mean of y at a random time",
        "5*(980*(G + noise)**2*drop*sqrt(penalty)/T)**(2/7)",
        {
            "noise": "the standard deviation of the gradients",
            "drop": "f(x_0) − inf f",
            "penalty": "λ: bounded is E|∇f(w)| + λE|w − x|² for a w around x",
        },
        domain=ANY_SPACE,
        anytime=False,
        dimension=FREE,
        kind="nonconvex",
        against="no u: f need not be convex",
        linearized=False,
        unusable="it bounds no gap of a convex f; its learner is the row drawn-back",
        source="Ahn, Magakyan and Cutkosky 2025, Corollary 5.1, solved for ε; T large enough",
        why="the best μ_x and step are in an appendix that was not available, so it is neither"
        " derived nor played here; its learner drawn-back is both",
    ),
)
ROWS = {row.name: row for row in (*EXPERTS, *FREE_OF_D, *MATRICES, *ADAM, *GAPS)}
