r"""A regret bound that a user states: the one hypothesis of a theorem about any base optimizer.

.. math:: R_T(u) = \sum_{t \le T} \langle g_t, z_t - u\rangle \le \text{what is stated}

How z moves is left open, so what follows holds for every base of which the statement is true.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.gram import Point, basis, constant
from gpa_theory.symbolic.engine.axiom import Axiom, Meanings
from gpa_theory.symbolic.engine.fields import is_exact
from gpa_theory.symbolic.engine.run import Z
from gpa_theory.symbolic.engine.symbols import CONSTANTS, Q_1, WORDS, Expr, Q, in_rho, mu_x, rho
from gpa_theory.symbolic.engine.vocabulary import DISCOUNTED, REGRET, VOCABULARY

KINDS = {"plain": REGRET, "discounted": DISCOUNTED}
NOT_GIVEN = "the u of the bound"
# What a user's constant may not be called: it would be taken for something else.
RESERVED = frozenset(
    {*WORDS, *(s.name for s in WORDS.values()), "e", "mu_y", "n", "nu", "rho", "log", "sqrt"}
)
# What the parts of a proof call their numbers: q = √Q_T, S and M.
OF_PROOFS = frozenset(name for _, name in VOCABULARY if isinstance(name, sp.Symbol))


@dataclass(frozen=True, slots=True)
class AnyBase:
    """How z moves, where nothing is known of it: by whatever the base makes of g_1, …, g_t."""


@dataclass(frozen=True, slots=True)
class StatedRegret(Axiom):
    """R_T ≤ bound, or A_T ≤ bound if `kind` is "discounted", for every base that keeps to it.

    `against` says for which u it holds, `domain` on which domains: words, printed as given.
    """

    name: ClassVar[str] = "stated regret"
    words: ClassVar[str] = "R_T(u) ≤ what is stated of the base"
    assumes: ClassVar[Assumption | None] = Assumption.REGRET

    bound: Any
    kind: str = "plain"
    against: str = NOT_GIVEN
    domain: str = ""

    def gap(self) -> Point:
        """Return bound − R_T, or bound − A_T."""
        return constant(in_rho(self.bound)) - basis(KINDS[self.kind].name)

    def meanings(self) -> Meanings:
        """Return that z moves anyhow, what the sum is, and that the constants are constants."""
        total = KINDS[self.kind]
        own = {("constant", symbol): None for symbol in own_constants(self.bound)}
        return {("law", Z): AnyBase(), ("end", total.name): total, **own}

    def check(self) -> None:
        """Raise unless the bound is exact, in T, known constants and new ones."""
        if type(self.kind) is not str or self.kind not in KINDS or not is_exact(self.bound):
            raise CertificateError(f"{self.bound!r} is no exact bound of a {self.kind!r} regret")
        if not all(type(words) is str for words in (self.against, self.domain)):
            raise CertificateError("what is known of a stated regret is said in words")
        if self.kind == "plain" and sp.sympify(self.bound).has(mu_x, rho):
            raise CertificateError("a plain regret is that of the base: it knows no μ_x")
        if sp.sympify(self.bound).has(Q, Q_1):
            raise CertificateError("a stated regret is a bound in T and constants, not in Σ|g_t|²")
        parts = sp.preorder_traversal(sp.sympify(self.bound))
        if any(part.is_extended_real is False for part in parts):
            raise CertificateError("a bound of a regret is a real number")
        for symbol in own_constants(self.bound):
            if symbol.name in RESERVED or symbol in OF_PROOFS:
                raise CertificateError(f"{symbol} means something already: name it otherwise")

    def said(self) -> str:
        """Return the hypothesis in one sentence, as a reader must accept it."""
        left = {
            "plain": "Σ_{t≤T} ⟨g_t, z_t − u⟩",
            "discounted": "Σ_{2≤t≤T} μ_x^{T−t}⟨g_t, z_t − u⟩",
        }
        where = f", on {self.domain}" if self.domain else ""
        return f"{left[self.kind]} ≤ {self.bound} for {self.against}{where} (stated, not proved)"


def own_constants(bound: Expr) -> frozenset[sp.Symbol]:
    """Return the constants that are the user's own.

    >>> C = sp.Symbol("C", positive=True)
    >>> own_constants(C * sp.sqrt(sp.Symbol("T", positive=True)))
    frozenset({C})
    """
    return frozenset(sp.sympify(bound).free_symbols - CONSTANTS)
