"""One row of the atlas: a method, its regret bound as a formula, and all that the bound needs.

A formula is text in T and named constants; `symbolic.expressions` reads it.  Here only its names
are looked at, so that the catalogue can be printed without any library.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from gpa_theory.core.labels import Label
from gpa_theory.core.validation import refuse

PLAIN, DISCOUNTED = "plain", "discounted"
KINDS = {  # what is bounded
    PLAIN: "Σ_{t≤T} ⟨g_t, z_t − u⟩",
    DISCOUNTED: "Σ_{2≤t≤T} μ_x^{T−t} ⟨g_t, z_t − u⟩",
    "curved": "Σ_{t≤T} ⟨g_t, z_t − u⟩ less what the curvature of f pays",
    "weighted": "Σ_{t≤T} w_t ⟨g_t, z_t − u⟩ with weights w_t of the method",
    "last iterate": "f(z_T) − f(u)",
    "nonconvex": "a measure of how far a point is from stationary",
}
DERIVED, REPORTED = "derived", "reported"
LABELS = {DERIVED: Label.PROVED, REPORTED: Label.REPORTED}
COMMON = {
    "D": "|z_1 − u| ≤ D",
    "G": "|g_t| ≤ G",
    "R": "|z_t − u| ≤ R for all t",
    "R_inf": "|z_{t,i} − u_i| ≤ R_inf for all t and i",
    "d": "the dimension",
    "gamma": "the step size, or its scale where the step varies",
    "mu_x": "the discount, μ_x of GPA",
}
FUNCTIONS = frozenset({"sqrt", "log"})


def names(formula: str) -> frozenset[str]:
    """Return the constants of a formula: its names but T and functions.

    >>> sorted(names("D*G*sqrt(T)"))
    ['D', 'G']
    >>> names("D*G*")
    Traceback (most recent call last):
    ValueError: `names('D*G*')`: formula must be arithmetic
    """
    try:
        tree = ast.parse(formula, mode="eval")
    except SyntaxError:
        raise refuse(f"names({formula!r})", "formula", "must be arithmetic") from None
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return frozenset(found - FUNCTIONS - {"T"})


@dataclass(frozen=True, slots=True)
class Row:
    """A method with a regret bound: what holds, on which domain, for which u, and who says so.

    `constants` are the meanings of the names of the formula that `COMMON` does not have.
    `dimension` says in which way the bound grows with it.  `unusable` says why the bound feeds no
    theorem about GPA, and is empty exactly if it does.  A derived row says where its proof is, a
    reported one why the algebra of this project does not reach it.

    Raises:
        ValueError: if a word is missing, or a constant has no meaning.
    """

    name: str
    method: str
    regret: str
    domain: str
    anytime: bool
    dimension: str
    source: str
    constants: Mapping[str, str] = field(default_factory=dict)
    against: str = "every u of the domain"
    kind: str = PLAIN
    linearized: bool = True
    unusable: str = ""
    label: str = REPORTED
    proof: str = ""
    why: str = ""

    def __post_init__(self) -> None:
        call = f"Row({self.name!r})"
        for word in ("name", "method", "regret", "domain", "dimension", "source", "against"):
            if not getattr(self, word):
                raise refuse(call, word, "must not be empty")
        for word, known in (("kind", KINDS), ("label", LABELS)):
            if getattr(self, word) not in known:
                raise refuse(call, word, f"must be one of {', '.join(known)}")
        if bool(self.proof) != (self.label == DERIVED):
            raise refuse(call, "proof", "must be said of derived rows and of no others")
        if bool(self.why) != (self.label == REPORTED):
            raise refuse(call, "why", "must be said of reported rows and of no others")
        feeds = self.linearized and self.kind in (PLAIN, DISCOUNTED)
        if bool(self.unusable) == feeds:
            rule = "must be said of what is not linearized, or bounds another sum; of nothing else"
            raise refuse(call, "unusable", rule)
        found = names(self.regret)
        if found - {*COMMON, *self.constants} or {*self.constants} - found:
            raise refuse(call, "constants", "must say what each name of the formula means")

    @property
    def usable(self) -> bool:
        """Return whether it bounds the regret that the mean and average bounds of GPA charge."""
        return not self.unusable and self.kind == PLAIN

    @property
    def meanings(self) -> dict[str, str]:
        """Return the constants of the formula with their meanings, sorted by name."""
        return {name: ({**COMMON, **self.constants})[name] for name in sorted(names(self.regret))}
