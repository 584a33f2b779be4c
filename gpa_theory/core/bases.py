r"""The base optimizers that have a theorem: one row each, for everyone who names or describes them.

A row holds words and LaTeX only.  What runs a base is in `numeric.learners`, what proves its regret
in `symbolic.bases`; both are tables keyed by the `name` of the row, and `tests/laws/test_bases.py`
holds every row to both.
"""

from __future__ import annotations

from dataclasses import dataclass

from gpa_theory.core.validation import refuse


@dataclass(frozen=True, slots=True)
class Base:
    r"""A base optimizer: its name, its update and its regret bound, in words and in LaTeX.

    γ is the step size, or its scale where the step varies; Π projects onto a closed convex set.

    >>> OGD.name, OGD.update
    ('ogd', 'z_{t+1} = Π(z_t − γ g_t)')
    >>> ADAGRAD_DIAGONAL.domain
    'a box or the whole space'
    """

    name: str
    words: str
    update: str
    latex: str
    regret: str  # the claim about its regret, in one sentence
    notation: str = ""  # LaTeX of what only this update needs explained
    coordinatewise: bool = False  # the proof needs a projection that acts on every coordinate alone
    bounded_steps: bool = False  # |z_{t+1} − z_t| ≤ γ|g_t| at every step
    linearized: bool = True  # the claim bounds Σ⟨g_t, z_t − u⟩, the regret that GPA transfers

    @property
    def domain(self) -> str:
        """Return, in words, the domains on which the base is defined."""
        return "a box or the whole space" if self.coordinatewise else "any closed convex set"


OGD = Base(
    name="ogd",
    words="projected online gradient descent",
    update="z_{t+1} = Π(z_t − γ g_t)",
    latex=r"z_{t+1}=\Pi(z_t-\gamma g_t)",
    bounded_steps=True,
    regret="R_T ≤ D²/(2γ) + (γ/2)Σ|g_t|² for projected OGD and any vectors g_t; if |g_t| ≤ G,"
    " γ = D/(G√T) gives DG√T",
)
DUAL_AVERAGING = Base(
    name="dual-averaging",
    words="dual averaging",
    update="z_{t+1} = Π(z_1 − γ (g_1 + … + g_t)/√(t+1))",
    latex=r"z_{t+1}=\Pi\bigl(z_1-\tfrac{\gamma}{\sqrt{t+1}}(g_1+\dots+g_t)\bigr)",
    regret="R_T ≤ (D²/(2γ) + γG²)√T for dual averaging with γ_t = γ/√t, if |g_t| ≤ G",
)
ADAGRAD_NORM = Base(
    name="adagrad-norm",
    words="AdaGrad-norm",
    update="z_{t+1} = Π(z_t − γ g_t/√(|g_1|² + … + |g_t|²))",
    latex=r"z_{t+1}=\Pi\bigl(z_t-\gamma g_t/\sqrt{|g_1|^2+\dots+|g_t|^2}\bigr)",
    regret="R_T ≤ (R²/(2γ) + γ)√(Σ|g_t|²) for AdaGrad-norm, if |z_t − u| ≤ R for all t",
)
ADAGRAD_DIAGONAL = Base(
    name="adagrad-diagonal",
    words="diagonal AdaGrad",
    update="z_{t+1,i} = Π(z_{t,i} − γ g_{t,i}/√(g_{1,i}² + … + g_{t,i}²))",
    latex=r"z_{t+1,i}=\Pi_i\bigl(z_{t,i}-\gamma g_{t,i}/|g_{1:t,i}|\bigr)",
    regret="R_T ≤ (R_∞²/(2γ) + γ) Σ_i|g_{1:T,i}| for diagonal AdaGrad on a box or the whole space,"
    " projected coordinatewise, if |z_{t,i} − u_i| ≤ R_∞ for all t and i; on a disc it can fail",
    notation=r"$|g_{1:t,i}|=(g_{1,i}^2+\dots+g_{t,i}^2)^{1/2}$",
    coordinatewise=True,
)
OGD_ANYTIME = Base(
    name="ogd-anytime",
    words="projected online gradient descent with decreasing steps",
    update="z_{t+1} = Π(z_t − γ g_t/√t)",
    latex=r"z_{t+1}=\Pi\bigl(z_t-\tfrac{\gamma}{\sqrt t}g_t\bigr)",
    bounded_steps=True,
    regret="R_T ≤ (R²/(2γ) + γG²)√T for projected OGD with γ_t = γ/√t, if |z_t − u| ≤ R for all t"
    " and |g_t| ≤ G",
)

BASES = {
    base.name: base for base in (OGD, DUAL_AVERAGING, ADAGRAD_NORM, ADAGRAD_DIAGONAL, OGD_ANYTIME)
}

# No row of the table: nothing can run it.  What holds of it holds of every base.
ANY = Base(
    name="any",
    words="any base optimizer whose linear regret is as stated",
    update="z_{t+1} is whatever the base makes of g_1, …, g_t",
    latex=r"z_{t+1}=\text{whatever the base makes of }g_1,\dots,g_t",
    regret="R_T is at most what is stated",
)


def base_named(call: str, name: str) -> Base:
    """Return the row of the base optimizer called `name`, or refuse a name that is none.

    >>> base_named("learner", "sgd")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: `learner(base='sgd')`: base must be one of ogd, dual-averaging, ...
    """
    if name not in BASES:
        raise refuse(f"{call}(base={name!r})", "base", f"must be one of {', '.join(BASES)}")
    return BASES[name]
