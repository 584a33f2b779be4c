"""Matrices of worst cases in Fractions, and an exact test of semidefiniteness."""

from fractions import Fraction

import numpy as np

from gpa_theory.core.gram import basis
from gpa_theory.worst_case.model.sampling import sample


def exact_slack_matrix(of, flow, norms):
    """Return S(λ, ν) in Fractions, from positions played in Fractions."""
    names = [str(k) for k in range(of.size)]
    seen = sample(of.method, of.steps, of.metric, lambda k: basis(names[k]), of.curvature)
    rows = [[Fraction(p.coefficient(name)) for name in names] for p in seen.positions]
    h = np.array([*rows, [Fraction(0)] * of.size])
    found = np.array([[Fraction(0)] * of.size] * of.size) + np.diag([Fraction(v) for v in norms])
    for i, j in np.argwhere(flow > 0).tolist():
        value, e = Fraction(flow[i, j]), np.array([Fraction(0)] * of.size)
        if j != of.count - 1:
            e[j + 1] = Fraction(1)
        found = found + value / 2 * (np.outer(e, h[i] - h[j]) + np.outer(h[i] - h[j], e))
        if of.smooth:
            if i != of.count - 1:
                e[i + 1] = Fraction(-1)
            found = found + value / 2 * np.outer(e, e)
    for weight, row in zip(seen.weights, h, strict=False):
        found = found - weight * of.curvature / 2 * np.outer(row, row)
    return found


def completed(of, flow):
    """Return the multipliers in Fractions with the missing arcs from and to x* added."""
    whole = np.array([[Fraction(v) for v in row] for row in flow])
    weights = np.array([Fraction(w) for w in of.samples.weights])
    missing = weights - (whole.sum(0) - whole.sum(1))[:-1]
    for k, value in enumerate(missing):
        whole[(-1, k) if value > 0 else (k, -1)] += abs(value)
    return whole


def is_semidefinite(matrix):
    """Return whether a symmetric matrix of Fractions is, by elimination."""
    left = matrix.copy()
    for k in range(len(left)):
        pivot, row = left[k, k], left[k, k + 1 :]
        if pivot < 0 or (pivot == 0 and any(row)):
            return False
        if pivot:
            left[k + 1 :, k + 1 :] = left[k + 1 :, k + 1 :] - np.outer(row, row) / pivot
    return True


def exactly(array):
    """Return an array of Fractions."""
    return np.vectorize(Fraction, otypes=[object])(array)


def exact_of_floats(of, flow, norms):
    """Return S(λ, ν) of the float positions, in Fractions."""
    h, lam = exactly(of.positions), exactly(flow)
    found = exactly(np.diag(norms))
    for i, j in np.argwhere(flow).tolist():
        e = exactly(np.zeros(of.size))
        if j < of.count - 1:
            e[j + 1] = Fraction(1)
        found = found + lam[i, j] / 2 * (np.outer(e, h[i] - h[j]) + np.outer(h[i] - h[j], e))
        if of.smooth:
            if i < of.count - 1:
                e[i + 1] = Fraction(-1)
            found = found + lam[i, j] / 2 * np.outer(e, e)
    return found


def magnitude(of, flow, norms):
    """Return what is added up in each entry of S, in size."""
    size = np.abs(of.positions)
    rows = np.zeros((of.size, of.size))
    rows[1:] = (flow.T @ size + flow.sum(0)[:, None] * size)[:-1]
    found = rows + rows.T + np.diag(norms)
    if of.smooth:
        both = np.diag(flow.sum(0) + flow.sum(1))
        found[1:, 1:] += (both + flow + flow.T)[:-1, :-1]
    return found
