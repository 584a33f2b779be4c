"""Data sets that ship with scikit-learn, as the arrays that the problems use.

A data set is a reader and a row of `_READERS`; a labeled one is named in `LABELED` too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np


@dataclass(frozen=True, slots=True)
class Dataset:
    """Features with an intercept column of ones, shape (n, d), and targets, shape (n,)."""

    features: np.ndarray
    targets: np.ndarray
    is_labeled: bool  # targets are ±1


def _standardized(columns: np.ndarray) -> np.ndarray:
    """Return the columns with mean 0 and variance 1, up to rounding; none of them is constant."""
    return (columns - columns.mean(axis=0)) / columns.std(axis=0)


def _signs(condition: np.ndarray) -> np.ndarray:
    return np.where(condition, 1.0, -1.0)


def _breast_cancer(raw: Any) -> Dataset:
    """Tell benign (+1) from malignant (−1): n = 569, d = 31."""
    return Dataset(_standardized(raw.data), _signs(raw.target == 1), True)


def _wine(raw: Any) -> Dataset:
    """Tell the first cultivar (+1) from the other two (−1): n = 178, d = 14."""
    return Dataset(_standardized(raw.data), _signs(raw.target == 0), True)


def _digits(raw: Any) -> Dataset:
    """Tell odd digits (+1) from even ones (−1): n = 1797, d = 65; gray levels 0..16 over 16."""
    return Dataset(raw.data / 16, _signs(raw.target % 2 == 1), True)


def _diabetes(raw: Any) -> Dataset:
    """Predict the standardized disease progression: n = 442, d = 11."""
    return Dataset(_standardized(raw.data), _standardized(raw.target), False)


_READERS: dict[str, Callable[[Any], Dataset]] = {
    "breast_cancer": _breast_cancer,
    "wine": _wine,
    "digits": _digits,
    "diabetes": _diabetes,
}
LABELED = ("breast_cancer", "wine", "digits")
DATASETS = tuple(_READERS)


@cache
def read(name: str) -> Dataset:
    """Return the data set called `name`, one of `DATASETS`; scikit-learn is imported here.

    >>> read("wine").features.shape
    (178, 14)
    """
    from sklearn import datasets

    raw = getattr(datasets, f"load_{name}")()
    bare = _READERS[name](raw)
    features = np.column_stack([bare.features, np.ones(len(bare.targets))])
    features.setflags(write=False)
    bare.targets.setflags(write=False)
    return Dataset(features, bare.targets, bare.is_labeled)
