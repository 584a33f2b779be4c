"""A checkpoint carries the SHA-256 of its content, and what does not have it is not loaded.

A checkpoint of one file is torch's zip archive with the digest as the archive's comment, at its
end, where zip and torch read over it.  A checkpoint of many files has a table of digests per
process.  Archives without a comment, which earlier versions wrote, are held to the CRC-32 that zip
keeps of each of their parts.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import torch

from experiments.reading import open_regular, read_regular
from gpa_theory.core.validation import refuse
from gpa_theory.core.writing import write_whole, written_aside

SEAL = b"gpa-theory sha256:"
LENGTH = len(SEAL) + 64
NO_COMMENT = b"\x00\x00"  # the length of the comment: the last two bytes that torch writes
BLOCK = 1 << 20


class _Hashed:
    """A file to write into that knows the digest of what was written, and why it could not be."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, hashlib.sha256()
        self.error: OSError | None = None

    def write(self, data: Any) -> int:
        self.digest.update(data)
        try:
            return self._file.write(data)
        except OSError as error:  # torch would tell of a position, not of a full disk
            self.error = error
            raise

    def flush(self) -> None:
        self._file.flush()


def save(path: Path, content: Any) -> None:
    """Write what `torch.save` writes, sealed, whole or not at all; an `OSError` says why not."""
    with written_aside(path) as file:
        hashed = _Hashed(file)
        try:
            torch.save(content, hashed)  # type: ignore[arg-type]
        except RuntimeError:
            if hashed.error is not None:
                raise hashed.error from None
            raise
        file.seek(-len(NO_COMMENT), os.SEEK_END)
        file.write(_end(hashed.digest))


def _end(digest: Any) -> bytes:
    return LENGTH.to_bytes(2, "little") + SEAL + digest.hexdigest().encode()


def load(path: Path, device: str, what_to_do: str) -> dict[str, Any]:
    """Return the content of a checkpoint of one file, or raise a `ValueError` that names it."""
    with _refusing(path, what_to_do):
        _check_archive(path)
        found = torch.load(path, map_location=device, weights_only=True)
        if not isinstance(found, dict):
            raise ValueError("it holds something else")
        return found


def _check_archive(path: Path) -> None:
    with open_regular(path) as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - LENGTH - len(NO_COMMENT)))
        end = file.read()
        if not end[len(NO_COMMENT) :].startswith(SEAL):
            with zipfile.ZipFile(file) as archive:
                wrong = archive.testzip()
            if wrong is not None or archive.comment:
                raise ValueError("its content is not what was written")
            return
        file.seek(0)
        digest = _digest(file, size - len(end))
    digest.update(NO_COMMENT)
    if end != _end(digest):
        raise ValueError("its content is not what was written")


def _digest(file: BinaryIO, size: int) -> Any:
    digest = hashlib.sha256()
    while size > 0:
        block = file.read(min(BLOCK, size))
        if not block:
            break
        digest.update(block)
        size -= len(block)
    return digest


def seal(folder: Path, rank: int, ranks: int) -> None:
    """Write the digests of this process's share of the files, which are all there."""
    files = _files(folder)[rank::ranks]
    found = {path.name: _of(path) for path in files}
    write_whole(folder / f"sha256-{rank}.json", json.dumps(found, indent=1))


def check(folder: Path, rank: int, ranks: int, what_to_do: str) -> bool:
    """Raise a `ValueError` that names the folder unless this process's share is as it was.

    Return whether it has digests at all: earlier versions kept none.
    """
    with _refusing(folder, what_to_do):
        known: dict[str, str] = {}
        for table in sorted(folder.glob("sha256-*.json")):
            known |= json.loads(read_regular(table).decode())
        if not known:
            return False
        if sorted(known) != [path.name for path in _files(folder)]:
            raise ValueError("it has not the files that were written")
        for path in _files(folder)[rank::ranks]:
            if _of(path) != known[path.name]:
                raise ValueError(f"the content of {path.name} is not what was written")
        return True


def _files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.iterdir() if "sha256-" not in p.name)


def _of(path: Path) -> str:
    with open_regular(path) as file:
        return _digest(file, path.stat().st_size).hexdigest()


@contextlib.contextmanager
def _refusing(path: Path, what_to_do: str) -> Iterator[None]:
    """Turn whatever a damaged file leads to into one refusal."""
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError):
        raise
    except Exception as error:  # torch and zip raise a dozen kinds on what is no archive of theirs
        known = error if isinstance(error, ValueError | OSError) else ""
        reason = str(getattr(known, "strerror", None) or known)
        rule = f"is damaged or no checkpoint{': ' if reason else ''}{reason}; {what_to_do}"
        raise refuse(f"train(folder={path.parent.name!r})", str(path), rule) from None
