"""Whether the compiled kernels can walk through many rows of tensors, asked column by column.

Looking at one tensor after another costs more than stepping a small one does.  Columns are looked
at by torch's own functions, mapped over them, at every step: nothing is remembered from one to the
next, so whatever was replaced, moved or reshaped in between is seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter

from gpa_theory.optim.step import native

Column = Sequence[Tensor]
_PLAIN = {Tensor, Parameter}  # a subclass may keep its elements anywhere
_dtype, _layout, _on_cpu, _shape = map(attrgetter, ("dtype", "layout", "is_cpu", "shape"))


def can_walk(columns: Sequence[Column]) -> bool:
    """Return whether a kernel can go through every row from its first element to its last.

    Then all tensors have one type, and those of a row have one shape, no gaps, and the same order
    in memory.  If not, `native.can_walk` has to be asked row by row.
    """
    dtype = columns[0][0].dtype
    return (
        dtype in native.C_NAMES
        and all(of_one_kind(column, dtype) for column in columns)
        and _equal(_shape, columns)
        and _in_one_order(columns)
    )


def of_one_kind(column: Column, dtype: torch.dtype) -> bool:
    """Return whether all are plain tensors of this type in the machine's own memory."""
    return (
        set(map(type, column)) <= _PLAIN
        and set(map(_dtype, column)) == {dtype}
        and all(map(_on_cpu, column))
    )


def as_they_are(column: Column) -> bool:
    """Return whether memory holds the values themselves.

    A gradient may be sparse, or autograd may not have applied its minus sign yet.
    """
    return set(map(_layout, column)) == {torch.strided} and not any(map(Tensor.is_neg, column))


def dense(p: Tensor) -> bool:
    """Return whether p has no gaps in memory, in whatever order its dimensions lie."""
    return p.is_contiguous() or torch.empty_like(p).stride() == p.stride()


def _in_one_order(columns: Sequence[Column]) -> bool:
    if all(all(map(Tensor.is_contiguous, column)) for column in columns):
        return True
    return _equal(Tensor.stride, columns) and all(map(dense, columns[0]))


def _equal(what: Callable[[Tensor], Any], columns: Sequence[Column]) -> bool:
    first = list(map(what, columns[0]))
    return all(list(map(what, column)) == first for column in columns[1:])
