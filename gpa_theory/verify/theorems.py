"""Claims that are proofs: every certificate is re-checked, and weakened copies must be refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from gpa_theory.core.certificate import Certificate, CertificateError
from gpa_theory.core.gram import constant
from gpa_theory.symbolic.bound import Bound
from gpa_theory.symbolic.engine.fields import RATIONAL_FUNCTIONS
from gpa_theory.symbolic.engine.proof import Proof
from gpa_theory.symbolic.theorems import PROOFS, bounds
from gpa_theory.verify.claims import Check
from gpa_theory.verify.verdict import Result, exactly


def _defects(proof: Proof | Bound) -> int:
    """Return 0 if it checks, 1 if it is refused."""
    try:
        proof.check()
    except CertificateError:
        return 1
    return 0


def weakened(certificate: Certificate) -> Iterable[Certificate]:
    """Yield copies that must be refused: a premise dropped, a sign flipped, more claimed."""
    premises = certificate.premises
    for index, premise in enumerate(premises):
        before, behind = premises[:index], premises[index + 1 :]
        yield replace(certificate, premises=(*before, *behind))
        turned = replace(premise, gap=-premise.gap)
        yield replace(certificate, premises=(*before, turned, *behind))
    yield replace(certificate, claim=certificate.claim + constant(1))


def _survivors(proof: Proof) -> tuple[int, int]:
    """Return how many weakened certificates there are, and how many still pass: none may."""
    copies = [copy for _, part in proof.certificates() for copy in weakened(part)]
    return len(copies), sum(not copy.residual(RATIONAL_FUNCTIONS) for copy in copies)


def _results(proof: Proof, checked: Proof | Bound) -> Iterable[Result]:
    certificates = len(list(proof.certificates()))
    axioms = ", ".join(proof.axioms()) or "none"
    name = f"refused: {certificates} certificates, residuals, signs, citations"
    yield replace(exactly(name, _defects(checked), 0), note=f"axioms: {axioms}")
    copies, alive = _survivors(proof)
    yield exactly(f"{copies} weakened certificates, still passing", alive, 0)


def check_proof(name: str, seed: int) -> Iterable[Result]:
    """Re-check the theorem called `name` and its must-fail twins; deterministic."""
    proof = PROOFS[name]()
    return _results(proof, proof)


def check_bound(name: str, seed: int) -> Iterable[Result]:
    """Re-check everything the composed bound called `name` rests on, down to the axioms."""
    bound = bounds()[name]
    return _results(bound.proofs[-1], bound)


def proof(name: str) -> Check:
    """Return the check of one theorem."""
    return partial(check_proof, name)


def composition(name: str) -> Check:
    """Return the check of one composed bound."""
    return partial(check_bound, name)
