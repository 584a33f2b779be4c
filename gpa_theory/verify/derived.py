"""The claims that are theorems: derived by machine, re-checked here, and confronted with runs."""

from __future__ import annotations

from gpa_theory.core.labels import Label
from gpa_theory.symbolic.rates import REGRETS
from gpa_theory.symbolic.theorems import PROOFS, bounds
from gpa_theory.verify import bounds as measured_bounds
from gpa_theory.verify import identities, regrets
from gpa_theory.verify.claims import Check, Claim
from gpa_theory.verify.theorems import composition, proof

OURS = "this project"
IMMEDIATE = f"{OURS}; immediate from the definition of GPA"
METRIC_WORDS = {  # claim id: (prefix of the bounds it rests on, statement)
    "average-bound": (
        ("average", "mean"),
        "f(mean x_t) − f(u) ≤ mean f(x_t) − f(u) ≤ R_T/T + ρ(f(x_1) − f(x_T))/T for convex f,"
        " constant μ_x, any μ_y, any base and any u in the domain; with OGD and γ = D/(G√T),"
        " ≤ DG/√T + ρ(GD + ε)/T if |g_t| ≤ G, |z_1 − u| ≤ D and f(u) ≤ min f + ε, and O(1/√T)"
        " with each of the four other bases"
        " whose regret is claimed, tuned, for fixed μ_x",
    ),
    "weighted-bound": (
        ("weighted",),
        "f(x̂) − f(u) ≤ (R_T + ρ⟨g_1, z_1 − u⟩)/(T + ρ), x̂ = (x_1 + … + x_{T−1} + (1+ρ)x_T)/(T + ρ):"
        " no remainder, for convex f, constant μ_x, any μ_y, any base and any u in the domain",
    ),
    "schedule-free-bound": (
        ("schedule-free",),
        "f(x_T) − f(u) ≤ R_T/T for the last iterate with c_t = 1/t (Schedule-Free), for convex f,"
        " any μ_y, any base and any u in the domain",
    ),
    "last-bound": (
        ("last",),
        "f(x_T) − f(u) ≤ μ_x^{T−1} GD + RG√(1−μ_x) for convex f, constant μ_x, any μ_y and"
        " projected OGD with γ = (R/G)√(1−μ_x), if |g_t| ≤ G, |z_1 − u| ≤ D and |z_t − u| ≤ R for"
        " all t",
    ),
    "horizon-rule": (
        ("horizon",),
        "1 − μ_x = ln T/(2(T−1)), T ≥ 2, gives f(x_T) − f(u) ≤ GD/√T + RG√(ln T/(2(T−1))) under"
        " the assumptions and the γ of last-bound",
    ),
}

ROW_OF = {  # which rows of the weighted theorem stand behind which claim; the others are examples
    "average-bound": ("average",),
    "weighted-bound": ("no_remainder",),
    "schedule-free-bound": ("schedule_free",),
    "last-bound": ("last", "last_from_regret"),
}


def _theorem(
    name: str,
    statement: str,
    proofs: tuple[str, ...],
    source: str = OURS,
    measured: dict[str, Check] | None = None,
) -> Claim:
    checks = {f"proof of {p}": proof(p) for p in proofs} | (measured or {})
    return Claim(name, statement, source, Label.PROVED, checks)


def _other_rows() -> tuple[str, ...]:
    named = {f"row-{row}" for rows in ROW_OF.values() for row in rows}
    return tuple(p for p in PROOFS if p.startswith("row-") and p not in named)


def _identities() -> list[Claim]:
    return [
        _theorem(
            "affine-relations",
            "z_t − x_t = ρ_t(x_t − x_{t−1}) for t ≥ 2, z_t − y_t = ν(y_t − x_t) for μ_y < 1, and"
            " x_T = Σ w_t z_t / w_{1:T}, for any averaging and any base",
            ("affine-relations", "weighted-mean"),
            IMMEDIATE,
        ),
        _theorem(
            "two-buffer-forms",
            "(y, z) and (y, δ = x − z) follow the same iterates as (x, z) for any base step, weight"
            " decay included, and 0 ≤ μ_y ≤ 1; x and z are read off (y, δ), and x off (y, z) where"
            " μ_y > 0",
            ("two-buffer-forms",),
            IMMEDIATE,
        ),
        _theorem(
            "step-identity",
            "φ_t + ρ_t(f(x_t) − f(x_{t−1})) = r_t − B(u,y_t) − (1+ν)B(y_t,x_t) − νB(x_t,y_t)"
            " − ρ_t B(x_{t−1},x_t) for t ≥ 2, any f with any vectors for its slopes, any u, any"
            " averaging, any base and 0 ≤ μ_y < 1",
            ("step-identity",),
            f"{OURS}, for constant μ_x; defazio2024road, Theorem 5, for Schedule-Free weights",
            identities.checks("step"),
        ),
        _theorem(
            "second-identity",
            "the step identity with one slope, at y_t, and a Jensen gap, for t ≥ 2, any f, any u,"
            " any averaging, any base and 0 ≤ μ_y ≤ 1",
            ("second-identity",),
            measured=identities.checks("gradient_at_y"),
        ),
        _theorem(
            "weighted-theorem",
            "Σ q_t φ_t ≤ Σ p_t r_t for convex f, any weights p_t ≥ 0, any averaging, any base, any"
            " u in the domain and 0 ≤ μ_y ≤ 1, with equality if what the identity of a step loses"
            " is kept; Σ q_t = Σ p_t",
            ("weighted-theorem", "weighted-theorem-at-y", "equal-mass", *_other_rows()),
            f"{OURS}; defazio2024road, Theorem 2, for ρ_t = w_{{1:t−1}}/w_t",
        ),
    ]


def _regrets() -> list[Claim]:
    found = []
    for base, make in REGRETS.items():
        name, regret = f"regret-{base}", make()
        made = {f"proof of {name}": proof(name)} | regrets.checks(base)
        words = regret.base.regret
        found.append(Claim(name, words, regret.source, Label.PROVED, made))
    return [*found, _discounted()]


def _discounted() -> Claim:
    name = "discounted-regret-ogd"
    return Claim(
        name,
        "Σ_{t≥2} μ^{T−t} r_t ≤ R²/(2γ) + γG²/(2(1−μ)) for projected OGD, 0 ≤ μ < 1, if |g_t| ≤ G"
        " and |z_t − u| ≤ R for all t; with |z_1 − u| ≤ D alone and D for R it can fail",
        OURS,
        Label.PROVED,
        {f"proof of {name}": proof(name)} | regrets.discounted_checks(),
    )


def _sources(rests_on: tuple[str, ...]) -> str:
    """Return every source of the bounds, each once: the conversion, then the regret bounds."""
    conversions, regret_sources = [], []
    for name in rests_on:
        conversion, _, regret = bounds()[name].source.partition("; regret: ")
        conversions.append(conversion)
        regret_sources += regret.split("; ")
    whole = [*dict.fromkeys(conversions), "regret: " + "; ".join(dict.fromkeys(regret_sources))]
    return "; ".join(whole)


def _composed() -> list[Claim]:
    found = []
    for name, (prefixes, statement) in METRIC_WORDS.items():
        rests_on = tuple(b for p in prefixes for b in bounds() if b.startswith(f"{p}-"))
        checks = {f"proof of row-{row}": proof(f"row-{row}") for row in ROW_OF.get(name, ())}
        checks |= {f"proof of {b}": composition(b) for b in rests_on}
        checks |= measured_bounds.checks(name)
        label = bounds()[rests_on[0]].label
        source = _sources(rests_on)
        found.append(Claim(name, statement, source, label, checks))
    return found


def claims() -> list[Claim]:
    """Return the proved claims in reading order."""
    return [*_identities(), *_regrets(), *_composed()]
