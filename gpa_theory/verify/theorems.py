"""Claims that are proofs: every certificate is re-checked, and weakened copies must be refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from gpa_theory.core.certificate import Certificate, CertificateError
from gpa_theory.symbolic.fields import RATIONAL_FUNCTIONS
from gpa_theory.symbolic.proof import Proof
from gpa_theory.symbolic.theorems import PROOFS, bounds
from gpa_theory.verify.claims import Check
from gpa_theory.verify.verdict import Result, exactly


def _defects(proof: Proof) -> int:
    """Return 0 if the proof checks, 1 if it is refused."""
    try:
        proof.check()
    except CertificateError:
        return 1
    return 0


def weakened(certificate: Certificate) -> Iterable[Certificate]:
    """Yield the certificate with each premise dropped in turn."""
    for index in range(len(certificate.premises)):
        rest = certificate.premises[:index] + certificate.premises[index + 1 :]
        yield replace(certificate, premises=rest)


def _survivors(proof: Proof) -> int:
    """Return how many weakened certificates still check: a sound checker leaves none."""
    copies = (copy for _, part in proof.parts for copy in weakened(part))
    return sum(not copy.residual(RATIONAL_FUNCTIONS) for copy in copies)


def _results(proof: Proof) -> Iterable[Result]:
    parts = len(proof.parts)
    yield exactly(f"refused proofs ({parts} certificates, residual and signs)", _defects(proof), 0)
    yield exactly("weakened certificates that still pass", _survivors(proof), 0)


def check_proof(name: str, seed: int) -> Iterable[Result]:
    """Re-check the theorem called `name` and its must-fail twins; deterministic."""
    return _results(PROOFS[name]())


def check_bound(name: str, seed: int) -> Iterable[Result]:
    """Re-check everything the composed bound called `name` rests on."""
    bound = bounds()[name]
    for proof in bound.proofs:
        yield exactly(f"refused proofs: {proof.statement}", _defects(proof), 0)
    yield exactly("weakened compositions that still pass", _survivors(bound.proofs[-1]), 0)


def proof(name: str) -> Check:
    """Return the check of one theorem."""
    return partial(check_proof, name)


def composition(name: str) -> Check:
    """Return the check of one composed bound."""
    return partial(check_bound, name)
