"""One-pass CPU kernels, compiled at first use by the machine's own C++ compiler; or none.

Only the compiler's standard library is needed, so that building takes a fraction of a second and
nothing has to be kept between runs.  `CXX` names the compiler; set but blank, it means none.
Without a compiler, or with one that fails or hangs, everything still works, through torch's own
kernels: a warning says so once, and `missing` says why.
"""

from __future__ import annotations

import ctypes
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from contextlib import suppress
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
_SECONDS = 30  # for everything; a compiler that takes longer hangs
_GRAIN = 2**15  # elements per thread, as in torch
_COMMON = ("-std=c++17", "-O3", "-fPIC", "-fno-math-errno")
_ENTRIES = [f"{name}_{kind}" for name in ("uncover", "cover", "adamw") for kind in C_NAMES.values()]
_EMPTY = "CXX is empty"
_LOADS = "import ctypes, sys; ctypes.CDLL(sys.argv[1])"  # in a process that it may bring down
# Tried in order.  OpenMP's runtime is not linked: torch has loaded its own, and two would compete.
_OPTIONS = (("-march=native", "-fopenmp"), ("-march=native",), ())


@cache
def library() -> ctypes.CDLL | str:
    """Return the compiled kernels, or the reason why there are none, which is said once."""
    found = _library()
    if isinstance(found, str) and found != _EMPTY:
        said = f"GPA steps through torch's own kernels: {found} (CXX= asks for none and is silent)"
        with suppress(RuntimeWarning):  # where warnings are errors: a step must not fail for this
            warnings.warn(said, RuntimeWarning, stacklevel=2)
    return found


def _library() -> ctypes.CDLL | str:
    try:
        named = shlex.split(os.environ.get("CXX", "c++"))
    except ValueError as error:
        return f"CXX cannot be read: {error}"
    if not named:
        return _EMPTY
    calls = [named] if "CXX" in os.environ else [["c++"], ["g++"], ["clang++"]]
    compiler = next((call for call in calls if shutil.which(call[0])), None)
    if compiler is None:
        return "no C++ compiler was found"
    deadline = time.monotonic() + _SECONDS
    try:
        for options in _OPTIONS:
            built = _built(compiler, [*_COMMON, *options], deadline)
            if built is not None:
                return built
    except TimeoutError:
        return f"the C++ compiler took longer than {_SECONDS} seconds"
    except OSError as error:  # nowhere to write, no process to be had
        return f"nothing can be compiled here: {error}"
    return "the C++ compiler did not build the kernels"


def _built(compiler: list[str], options: list[str], deadline: float) -> ctypes.CDLL | None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        unlinked, linked = Path(folder, "kernels.o"), Path(folder, "kernels.so")
        calls = ([*options, "-c", str(SOURCE), "-o"], ["-shared", str(unlinked), "-o"])
        for call, made in zip(calls, (unlinked, linked), strict=True):
            if not _succeeds([*compiler, *call, str(made)], deadline):
                return None
        if not _succeeds([sys.executable, "-ISc", _LOADS, str(linked)], deadline):
            return None
        try:
            found = ctypes.CDLL(str(linked))
        except OSError:
            return None
    return found if all(hasattr(found, name) for name in _ENTRIES) else None


def _succeeds(command: list[str], deadline: float) -> bool:
    """Run a command without input or output, and end all that it has started if it hangs."""
    nothing = subprocess.DEVNULL  # a pipe could be kept open by a child that outlives it
    process = subprocess.Popen(
        command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True
    )
    try:
        return process.wait(max(0.0, deadline - time.monotonic())) == 0
    except subprocess.TimeoutExpired:
        raise TimeoutError from None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of a process and of its children."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    with suppress(subprocess.TimeoutExpired):
        process.wait(1)


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
