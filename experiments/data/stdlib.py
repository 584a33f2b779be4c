"""The Python standard library's own sources as bytes: a corpus on every machine, split by file.

Tests and vendored wheels are left out: they repeat themselves, and not every system ships them.
Texts that a program wrote are left out too (`encodings` is one table, eighty times).  Equal files
count once, and a file drawn for validation moves to training if it repeats what training has.
"""

from __future__ import annotations

import hashlib
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from experiments.data.twins import twins

LEFT_OUT = {
    "test",
    "tests",
    "idlelib",
    "site-packages",
    "dist-packages",
    "__pycache__",
    "ensurepip",
    "encodings",
    "pydoc_data",
}
VALIDATION = 20  # one file in twenty is drawn, by a hash of its name


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
    """Return whether a file is drawn for validation; it stays there unless it is a twin.

    >>> is_validation("abc.py"), is_validation("abc.py")
    (False, False)
    """
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) % VALIDATION == 0


def split(root: Path) -> Corpus:
    """Return the corpus of a folder; files are ordered by a hash of their names, not by topic."""
    texts = distinct(files(root))
    held = {name: text for name, text in texts.items() if is_validation(name)}
    repeated, left = twins(held, (text for name, text in texts.items() if name not in held))
    sides = {name: name in held and name not in repeated for name in texts}
    if set(sides.values()) != {True, False}:
        raise FileNotFoundError(
            "the standard library's sources are not here as files: install a Python with its"
            " library (Debian: apt-get install libpython3-stdlib), or use the workload vit-digits"
        )
    joined = {
        part: b"".join(text + b"\n" for name, text in texts.items() if sides[name] is side)
        for part, side in (("train", False), ("validation", True))
    }
    counts = {"train": list(sides.values()).count(False), "validation": sum(sides.values())}
    about = {
        "python": sys.version.split()[0],
        "files": counts,
        "bytes": {part: len(text) for part, text in joined.items()},
        "sha256": {part: hashlib.sha256(text).hexdigest() for part, text in joined.items()},
        "moved to train": sorted(repeated),
        "validation windows in train": left,
    }
    return Corpus(_tensor(joined["train"]), _tensor(joined["validation"]), about)


def distinct(named: Iterable[tuple[str, Path]]) -> dict[str, bytes]:
    """Return the texts by name, in the order of a hash of the names; equal texts count once."""
    by_name = sorted(named, key=lambda item: hashlib.sha256(item[0].encode()).digest())
    first: dict[bytes, str] = {}
    for name, path in by_name:
        first.setdefault(path.read_bytes(), name)
    return {name: text for text, name in first.items()}


@cache
def corpus() -> Corpus:
    """Return the corpus of this Python."""
    return split(Path(sysconfig.get_paths()["stdlib"]))


def _tensor(text: bytes) -> Tensor:
    return torch.frombuffer(bytearray(text), dtype=torch.uint8)
