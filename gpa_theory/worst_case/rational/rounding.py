"""From multipliers in floats to a proof in fractions.

Multipliers are rounded to multiples of 2^−bits.  What the flow then lacks is made up exactly, over
arcs from and to x*.  Norm multipliers are rounded up and raised by what the least eigenvalue lacks.
The result is checked, so a rounding that goes wrong is an error and never a certificate.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil

import numpy as np

from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.validation import refuse
from gpa_theory.worst_case.model.result import WorstCase
from gpa_theory.worst_case.rational.integral import factored, integral
from gpa_theory.worst_case.rational.statement import MINIMIZER, START, Statement
from gpa_theory.worst_case.rational.stored import Stored

Flow = dict[tuple[str, str], Fraction]


def prove(found: WorstCase, bits: int = 36) -> Stored:
    """Return an exact certificate of a bound just above `found.upper`; Lipschitz classes only.

    >>> from gpa_theory.worst_case.interval import worst_case
    >>> from gpa_theory.worst_case.model.methods import gpa
    >>> found = worst_case(gpa(0.5, 0.5, 0.5), steps=3)
    >>> 0 < prove(found).statement.bound - Fraction(found.upper) < Fraction(1, 10**6)
    True
    """
    if found.of.is_smooth:
        raise refuse("prove(of=smooth)", "class", "must be Lipschitz: norms absorb the rounding")
    names = [*found.program.samples.names, MINIMIZER]
    weights = dict(zip(names, found.program.samples.weights, strict=False))
    # Multipliers of f_i − f_j ≥ … are those of the normalized class; norms scale with D/G and G/D.
    flow = _rounded_flow(found.flow, names, weights, bits)
    scale = found.of.lipschitz / found.of.radius
    table = np.zeros_like(found.flow)
    for (i, j), value in flow.items():
        table[names.index(i), names.index(j)] = float(value)
    norms = np.maximum(found.norms, 0.0)
    lowest = float(np.linalg.eigvalsh(found.program.slack_matrix(table, norms))[0])
    step = Fraction(1, 2**bits)
    for extra in (1, 4, 16, 64):
        lift = max(0.0, -lowest) + extra * 2.0 ** (4 - bits)
        raised = [step * ceil((v + lift) / step) for v in norms.tolist()]
        exact = {START: raised[0] * scale}
        exact |= {f"g({n})": v / scale for n, v in zip(names, raised[1:], strict=False)}
        bound = sum(raised, Fraction(0)) * found.of.value_scale
        statement = Statement(found.method, found.steps, found.metric, found.of, bound)
        proof = Stored(statement, flow, exact)
        try:
            proof = _with_factor(proof)
            proof.check()
        except CertificateError:
            continue
        return proof
    raise CertificateError("the multipliers did not round to a proof")


def _with_factor(proof: Stored) -> Stored:
    """Return the proof with a factor; as it is, where units leave no rounded factor any room."""
    whole = integral(proof.statement, proof.flow, proof.norms)
    try:
        return replace(proof, factor=factored(whole.left_over(), whole.common * whole.unit))
    except CertificateError:
        return proof


def _rounded_flow(
    flow: np.ndarray, names: list[str], weights: dict[str, Fraction], bits: int
) -> Flow:
    """Return multipliers on the grid 2^−bits that carry the metric's weights exactly."""
    grid = 2**bits
    found = {
        (names[i], names[j]): Fraction(round(flow[i, j] * grid), grid)
        for i, j in np.argwhere(flow * grid >= 0.5).tolist()
    }
    lacking = dict.fromkeys(names[:-1], Fraction(0)) | weights
    for (i, j), value in found.items():
        if j != MINIMIZER:
            lacking[j] -= value
        if i != MINIMIZER:
            lacking[i] += value
    for name, value in lacking.items():
        arc = (MINIMIZER, name) if value > 0 else (name, MINIMIZER)
        if value:
            found[arc] = found.get(arc, Fraction(0)) + abs(value)
    return found
