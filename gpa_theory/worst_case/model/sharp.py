r"""Positions rounded once: the method played in Fractions, coordinate by coordinate.

Error bounds that are carried along a run only grow, while the coordinates of a contracting run
shrink: on f̃ + (σ/2)|x|² every step multiplies z by 1 − γσ and its radius by 1 + γσ.  A worst case
that has shrunk as far would drown in them, so for strongly convex f the coordinates are computed
exactly and rounded once.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from gpa_theory.core.gram import Point, basis
from gpa_theory.worst_case.model.ball_vector import GROW, TINY, Array, BallVector, theta, upward
from gpa_theory.worst_case.model.program import Program
from gpa_theory.worst_case.model.sampling import played, readout


def sharpened(of: Program) -> Program:
    """Return the program with each position the nearest float of the exact one.

    >>> from gpa_theory.worst_case.model.classes import FunctionClass
    >>> from gpa_theory.worst_case.model.methods import gpa
    >>> from gpa_theory.worst_case.model.program import program
    >>> rough = program(gpa(0.5, 0.25, 1.3), 9, "last", FunctionClass(None, 1, 0.9))
    >>> sharp = sharpened(rough)
    >>> bool((sharp.radius <= 2.0**-53 * abs(sharp.positions)).all())
    True
    >>> bool((abs(sharp.positions - rough.positions) <= rough.radius + sharp.radius).all())
    True
    """
    names = [str(k) for k in range(of.size)]
    trace = played(of.method, of.steps, basis(names[0]), lambda t, y: basis(names[t]), of.curvature)
    exact: dict[str, Point] = {f"y{t}": y for t, y in enumerate(trace.y, 1)}
    for name, position, _ in readout(of.method, of.steps, of.metric, trace):
        exact.setdefault(name, position)
    positions, radius = np.zeros_like(of.positions), np.zeros_like(of.radius)
    for i, sample in enumerate(of.samples.names):
        for k, name in enumerate(names):
            value = Fraction(exact[sample].coefficient(name))
            positions[i, k] = float(value)
            radius[i, k] = upward(abs(value - Fraction(positions[i, k])))
    return replace(of, positions=positions, radius=radius)


def placed(of: Program, rows: Array) -> list[BallVector]:
    """Return the sampled points of the run from z_1 with gradients g_1, g_2, …: those are `rows`.

    >>> from gpa_theory.worst_case.model.classes import FunctionClass
    >>> from gpa_theory.worst_case.model.methods import sgd
    >>> from gpa_theory.worst_case.model.program import program
    >>> run = program(sgd(0.5), 3, "last", FunctionClass(lipschitz=1))
    >>> [vector.center.tolist() for vector in placed(run, np.array([[4.0], [2.0], [2.0], [0.0]]))]
    [[4.0], [3.0], [2.0]]
    """
    size, share = np.abs(rows), theta(of.size + 2)
    radius = ((of.radius + share * np.abs(of.positions)) @ size + TINY) * ((1 + share) * GROW)
    centers = (of.positions[:-1] @ rows).tolist()
    return [BallVector(*pair) for pair in zip(centers, radius[:-1].tolist(), strict=True)]
