r"""Is this bound what its proof ends in?  The whole claim is compared, and what its names mean.

A bound says metric ≤ formula for GPA of one averaging around one base.  Its proof must end in

.. math:: \text{formula} - \text{metric} \ge 0

where the metric is the linear form of `readings`; f must be asked where that averaging puts x and
y, z must move as one of `bases.methods`, and every shared name must mean what it does in
`engine.vocabulary`.  A proof of something else, however true, is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sympy as sp

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import ANY
from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.gram import Point, basis, constant
from gpa_theory.symbolic.bases.methods import ANYHOW, METHODS, moves_as
from gpa_theory.symbolic.engine.convexity import AT_MEAN, JensenOverRun
from gpa_theory.symbolic.engine.fields import is_exact, is_positive
from gpa_theory.symbolic.engine.forms import Change, alike, changed, within
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.engine.scope import Proved
from gpa_theory.symbolic.engine.stated import StatedRegret, own_constants
from gpa_theory.symbolic.engine.symbols import WORDS, Expr, T, gamma, mu_x, rho, shortened
from gpa_theory.symbolic.engine.vocabulary import VOCABULARY, M, check_names
from gpa_theory.symbolic.readings import READINGS, Reading
from gpa_theory.symbolic.rows import in_power

Choices = Mapping[Any, Expr]
OWN = "own"  # of a base that is in no table: the law is in its proof
_PRESENT, _ROOT = (sp.Dummy(name, positive=True) for name in ("c", "tau"))  # no user's constants


def check_statement(
    metric: str,
    formula: Expr,
    assumptions: frozenset[Assumption],
    proofs: tuple[Proof, ...],
    choices: Choices,
    least_steps: int,
    own: bool = False,
) -> None:
    """Raise `CertificateError` unless the last proof re-checks and proves exactly this."""
    call = f"Bound({metric})"
    plain = type(metric) is str and type(assumptions) is frozenset and type(least_steps) is int
    if not plain or not is_exact(sp.sympify(formula)):
        raise CertificateError(f"{call}: a bound is plain data with an exact formula")
    check_choices(call, choices)
    if type(proofs) is not tuple or not proofs or any(type(p) is not Proof for p in proofs):
        raise CertificateError(f"{call}: nothing proves it: proofs must be a tuple of proofs")
    *_, proved = (proof.proved() for proof in proofs)
    known = frozenset(WORDS.values()) - set(choices) | _stated_constants(proofs[-1])
    if unknown := sp.sympify(formula).free_symbols - known:
        raise CertificateError(f"{call}: {unknown} in the formula is no constant that one can give")
    if not any(
        metric == name and _is_about(reading, formula, proved, choices, own)
        for (name, _), reading in READINGS.items()
    ):
        raise CertificateError(f"{call}: the proof ends in another bound: {proved.claim.terms}")
    if proved.assumptions != assumptions:
        found = sorted(a.name for a in proved.assumptions)
        raise CertificateError(f"{call}: the proof rests on other assumptions: {found}")
    if least_steps < proved.least_steps:
        raise CertificateError(f"{call}: it is proved for T ≥ {proved.least_steps} only")


def check_choices(call: str, choices: Choices) -> None:
    """Raise unless what is chosen is γ, and proved > 0, or both γ and μ_x by a rule in a proof."""
    if set(choices) - {gamma, mu_x}:
        raise CertificateError(f"{call}: only γ and μ_x can be chosen, not {set(choices)}")
    if set(choices) == {gamma} and not is_positive(_comparable(choices[gamma])):
        raise CertificateError(f"{call}: γ = {choices[gamma]} is not proved > 0")


def _is_about(reading: Reading, formula: Expr, proved: Proved, choices: Choices, own: bool) -> bool:
    """Return whether this is formula − metric ≥ 0, for the row's averaging and a known base."""
    call, rule = "Bound", _rule(choices)
    left = _in_power(reading.left())
    target = basis(AT_MEAN) if reading.at_mean else left
    if not _equal(constant(formula) - target, proved.claim, choices):
        return False
    means = {("end", AT_MEAN): JensenOverRun(left)} if reading.at_mean else {}
    wanted = within_all({**reading.row.meanings(), **means}, rule)
    if not all(key in proved.scope and alike(proved.scope[key], m) for key, m in wanted.items()):
        return False
    check_names(call, proved.scope, target.terms, within_all(VOCABULARY, rule))
    about = _motion(proved.scope, rule)
    return about is not None and (about == OWN) == own


def base_of(proof: Proof, choices: Choices) -> str | None:
    """Return whose motion a bound's proof is about: a base's, "any", or "own"; None if nobody's."""
    return _motion(proof.proved().scope, _rule(choices))


def _motion(scope: Mapping[Any, Any], change: Change) -> str | None:
    methods = {**METHODS, ANY.name: ANYHOW}
    for name, method in methods.items():
        if moves_as(scope, within_all(method, change)):
            return name
    return OWN if any(key[0] == "law" for key in scope) else None


def stated_regrets(proof: Proof) -> tuple[StatedRegret, ...]:
    """Return the regret bounds that a proof takes from its user."""
    used = (p.axiom for _, part in proof.certificates() for p in part.premises)
    return tuple(dict.fromkeys(axiom for axiom in used if type(axiom) is StatedRegret))


def _stated_constants(proof: Proof) -> frozenset[sp.Symbol]:
    return frozenset(s for known in stated_regrets(proof) for s in own_constants(known.bound))


def _rule(choices: Choices) -> Change:
    """Return what a proof has put for ρ and γ, if a rule chooses μ_x."""
    if mu_x not in choices:
        return {}
    return {rho: choices[mu_x] / (1 - choices[mu_x]), gamma: choices.get(gamma, gamma)}


def within_all(meanings: Mapping[Any, Any], change: Change) -> dict[Any, Any]:
    """Return the meanings with the change made in each."""
    return {key: within(meaning, change) for key, meaning in meanings.items()}


def _in_power(form: Point) -> Point:
    """Return the form with M for μ_x^{T−1} and μ_x = ρ/(1+ρ)."""
    return Point({name: in_power(c) for name, c in form.terms.items()})


def _equal(stated: Point, claim: Point, choices: Choices) -> bool:
    """Return whether a form in μ_x is the claim, with the chosen constants put into the claim."""
    chosen = changed(claim, {gamma: choices[gamma]} if gamma in choices else {})
    names = {*stated.terms, *chosen.terms}
    return all(_same(stated.coefficient(n), chosen.coefficient(n)) for n in names)


def _same(one: Any, other: Any) -> bool:
    return shortened(_comparable(one) - _comparable(other)) == 0


def _comparable(value: Any) -> Expr:
    """Return the expression in c = √(1−μ_x), √T and M = μ_x^{T−1}: roots become plain symbols."""
    c, root = _PRESENT, _ROOT
    powered = sp.sympify(value).subs(mu_x ** (T - 1), M)
    return powered.subs({rho: (1 - c**2) / c**2, mu_x: 1 - c**2}).subs(T, root**2)
