"""One-pass CPU kernels, compiled at first use by the machine's own C++ compiler; or none.

Only the compiler's standard library is needed, so that building takes a fraction of a second and
nothing has to be kept between runs.  `CXX` names the compiler; set but empty, it means none.
Without a compiler everything still works, through torch's own kernels: `missing` says why.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import Parameter

SOURCE = Path(__file__).with_name("kernels.cpp")
C_NAMES = {torch.float32: "float", torch.float64: "double"}
WORTHWHILE = 2**17  # elements; below, compiling costs more than thousands of steps could save
LARGE = 2**14  # elements of one tensor; below, torch's kernels find their operands in the cache
_PLAIN = (Tensor, Parameter)  # a subclass may keep its elements anywhere
_SECONDS = 120  # a compiler that takes longer hangs
_GRAIN = 2**15  # elements per thread, as in torch
_COMMON = ("-std=c++17", "-O3", "-fPIC", "-fno-math-errno")
# Tried in order.  OpenMP's runtime is not linked: torch has loaded its own, and two would compete.
_OPTIONS = (("-march=native", "-fopenmp"), ("-march=native",), ())


@cache
def library() -> ctypes.CDLL | str:
    """Return the compiled kernels, or the reason why there are none."""
    named = os.environ.get("CXX")
    if named == "":
        return "CXX is empty"
    calls = [shlex.split(named)] if named else [["c++"], ["g++"], ["clang++"]]
    compiler = next((call for call in calls if shutil.which(call[0])), None)
    if compiler is None:
        return "no C++ compiler was found"
    for options in _OPTIONS:
        built = _built(compiler, [*_COMMON, *options])
        if built is not None:
            return built
    return "the C++ compiler did not build the kernels"


def _built(compiler: list[str], options: list[str]) -> ctypes.CDLL | None:
    with tempfile.TemporaryDirectory() as folder:
        unlinked, linked = Path(folder, "kernels.o"), Path(folder, "kernels.so")
        calls = ([*options, "-c", str(SOURCE), "-o"], ["-shared", str(unlinked), "-o"])
        try:
            for call, made in zip(calls, (unlinked, linked), strict=True):
                full = [*compiler, *call, str(made)]
                subprocess.run(full, check=True, capture_output=True, timeout=_SECONDS)
            return ctypes.CDLL(str(linked))
        except (OSError, subprocess.SubprocessError):
            return None


def missing() -> str | None:
    """Return why there are no compiled kernels, or None."""
    found = library()
    return found if isinstance(found, str) else None


def call(name: str, columns: Sequence[Sequence[Tensor]], *constants: Any) -> None:
    """Run a kernel over the rows of these columns; only where nothing is `missing`.

    The first column says the type and the sizes, which all walked columns share.
    """
    first = columns[0]
    counts = list(map(Tensor.numel, first))
    table = np.array([counts, *(list(map(Tensor.data_ptr, c)) for c in columns)], dtype=np.int64)
    kernel = getattr(library(), f"{name}_{C_NAMES[first[0].dtype]}")
    threads = ctypes.c_int(worth(sum(counts)))
    kernel(ctypes.c_int64(len(first)), ctypes.c_void_p(table.ctypes.data), *constants, threads)


def worth(elements: int) -> int:
    """Return how many threads so many elements are worth."""
    return max(1, min(torch.get_num_threads(), elements // _GRAIN))


def can_walk(first: Tensor, *others: Tensor) -> bool:
    """Return whether all are plain CPU tensors, of one type and shape, in the same order in memory.

    A gradient whose minus sign autograd has not applied yet is refused.
    """
    dtype, shape, contiguous = first.dtype, first.shape, True
    if dtype not in C_NAMES:
        return False
    for t in (first, *others):
        if type(t) not in _PLAIN or t.dtype != dtype or not t.is_cpu or t.layout != torch.strided:
            return False
        if t.shape != shape or t.is_neg():
            return False
        contiguous = contiguous and t.is_contiguous()
    stride = first.stride()
    return contiguous or (
        torch.empty_like(first).stride() == stride and all(t.stride() == stride for t in others)
    )
