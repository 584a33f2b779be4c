"""The Python standard library's own sources as bytes: a corpus on every machine, split by file.

Tests and vendored wheels are left out: they repeat themselves, and not every system ships them.
"""

from __future__ import annotations

import hashlib
import sys
import sysconfig
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

LEFT_OUT = {
    "test",
    "tests",
    "idlelib",
    "site-packages",
    "dist-packages",
    "__pycache__",
    "ensurepip",
}
VALIDATION = 20  # one file in so many, by a hash of its name


@dataclass(frozen=True)
class Corpus:
    """Two byte strings as uint8 tensors, and what they are made of."""

    train: Tensor
    validation: Tensor
    about: dict[str, Any]


def files(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield (relative name, path) of every source file, in sorted order."""
    for path in sorted(root.rglob("*.py")):
        name = path.relative_to(root)
        if not LEFT_OUT.intersection(name.parts):
            yield name.as_posix(), path


def is_validation(name: str) -> bool:
    """Return whether a file belongs to the validation split; its content has no say.

    >>> is_validation("abc.py"), is_validation("abc.py")
    (False, False)
    """
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % VALIDATION == 0


def split(root: Path) -> Corpus:
    """Return the corpus of a folder; files are ordered by a hash of their names, not by topic."""
    parts: dict[bool, list[bytes]] = {True: [], False: []}
    named = sorted(files(root), key=lambda item: hashlib.sha256(item[0].encode()).digest())
    for name, path in named:
        parts[is_validation(name)].append(path.read_bytes() + b"\n")
    if not parts[True] or not parts[False]:
        raise FileNotFoundError(
            "the standard library's sources are not here as files: install a Python with its"
            " library (Debian: apt-get install libpython3-stdlib), or use the workload vit-digits"
        )
    joined = {which: b"".join(texts) for which, texts in parts.items()}
    about = {
        "python": sys.version.split()[0],
        "files": {"train": len(parts[False]), "validation": len(parts[True])},
        "bytes": {"train": len(joined[False]), "validation": len(joined[True])},
        "sha256": {
            "train": hashlib.sha256(joined[False]).hexdigest(),
            "validation": hashlib.sha256(joined[True]).hexdigest(),
        },
    }
    return Corpus(_tensor(joined[False]), _tensor(joined[True]), about)


@cache
def corpus() -> Corpus:
    """Return the corpus of this Python."""
    return split(Path(sysconfig.get_paths()["stdlib"]))


def _tensor(text: bytes) -> Tensor:
    return torch.frombuffer(bytearray(text), dtype=torch.uint8)
