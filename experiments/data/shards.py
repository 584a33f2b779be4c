"""Token shards: flat binary files with a manifest, read through memory maps as one long row."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from experiments.reading import read_regular
from gpa_theory.core.validation import refuse
from gpa_theory.core.writing import write_whole

MANIFEST = "manifest.json"
SPLITS = ("train", "validation")
DTYPES = ("uint16", "uint32")


class Shards:
    """One split of a prepared folder; indexing with an array of positions gives the tokens."""

    def __init__(self, folder: Path, split: str, vocabulary: int) -> None:
        call = f"Shards(folder={folder.name!r}, split={split!r})"
        if not (folder / MANIFEST).exists():
            rule = f"must hold {MANIFEST}: make it with python -m experiments prepare"
            raise refuse(call, "folder", rule)
        self.about = _manifest(call, folder / MANIFEST)
        if self.about["vocabulary"] > vocabulary:
            rule = f"must have a vocabulary of at most {vocabulary}, not {self.about['vocabulary']}"
            raise refuse(call, "folder", rule)
        found = [shard for shard in self.about["shards"] if shard["split"] == split]
        if not found:
            raise refuse(call, "folder", f"must have shards of {split}: prepare more tokens")
        self._maps = [_mapped(call, folder, shard, self.about["dtype"]) for shard in found]
        self._ends = np.cumsum([0, *(len(m) for m in self._maps)])

    def __len__(self) -> int:
        return int(self._ends[-1])

    def __getitem__(self, index: np.ndarray) -> np.ndarray:
        """Return the tokens at an array of positions, which may cross shards."""
        which = np.searchsorted(self._ends, index, side="right") - 1
        found = np.empty(index.shape, dtype=self.about["dtype"])
        for i in np.unique(which):
            here = which == i
            found[here] = self._maps[i][index[here] - self._ends[i]]
        return found


def _manifest(call: str, path: Path) -> dict[str, Any]:
    """Return what a manifest says, or raise if it is not one."""
    found: dict[str, Any] = {}
    try:
        found = json.loads(read_regular(path).decode())
        whole = found["dtype"] in DTYPES and type(found["vocabulary"]) is int
        kinds = {"file": str, "split": str, "tokens": int}
        for shard in found["shards"]:
            whole = whole and all(type(shard[key]) is kind for key, kind in kinds.items())
            whole = whole and shard["tokens"] > 0
    except (ValueError, KeyError, TypeError, RecursionError, OSError):
        whole = False
    if not whole:
        raise refuse(call, MANIFEST, "is damaged, or is no manifest of shards: prepare anew")
    return found


def _mapped(call: str, folder: Path, shard: dict[str, Any], dtype: str) -> np.ndarray:
    path = folder / shard["file"]
    if not path.is_file():
        raise refuse(call, shard["file"], "is missing: prepare anew")
    if path.stat().st_size != shard["tokens"] * np.dtype(dtype).itemsize:
        raise refuse(call, shard["file"], f"must hold {shard['tokens']} tokens: prepare anew")
    return np.memmap(path, dtype=dtype, mode="r")


def folder_for(workload: str, given: str) -> str:
    """Return the folder of a workload's data: what is given, or GPA_DATA/<workload>."""
    if given:
        return given
    base = os.environ.get("GPA_DATA")
    if not base:
        rule = (
            "is needed: prepare the data (python -m experiments prepare --help), then name its"
            " folder, data = FOLDER in the preset's [overrides], or set GPA_DATA"
        )
        raise refuse(f"load({workload!r})", "data", rule)
    return str(Path(base) / workload)


def check_space(folder: Path, tokens: int, width: int) -> None:
    """Raise before anything is downloaded if the disk is too small."""
    folder.mkdir(parents=True, exist_ok=True)
    free, need = shutil.disk_usage(folder).free, tokens * width
    if free < 1.05 * need:
        rule = f"needs {need / 1e9:.1f} GB, the disk has {free / 1e9:.1f}: free some, or take fewer"
        raise refuse(f"prepare(tokens={tokens})", "out", rule)


def write(
    folder: Path,
    documents: Iterable[list[int]],
    *,
    tokens: int,
    vocabulary: int,
    source: dict[str, Any],
    per_shard: int = 10**8,
    validation_every: int = 200,
) -> dict[str, Any]:
    """Write `tokens` tokens of whole documents; every `validation_every`-th goes to validation.

    An interrupted folder is continued: whole shards stay, and the documents in them are skipped.
    """
    dtype = DTYPES[vocabulary > 2**16]
    check_space(folder, tokens, np.dtype(dtype).itemsize)
    part = folder / "progress.json"
    about = _begun(part)
    rows: dict[str, list[int]] = {split: [] for split in SPLITS}
    done = sum(shard["tokens"] for shard in about["shards"])
    seen = about["documents"]
    for place, document in enumerate(_skip(documents, seen), start=seen):
        rows[SPLITS[place % validation_every == 0]] += document
        held = sum(map(len, rows.values()))
        if held >= per_shard or done + held >= tokens:
            about["shards"] += list(_flush(folder, rows, dtype, len(about["shards"])))
            done += held
            about["documents"] = place + 1
            _put(part, about)
            if done >= tokens:
                break
    if sum(map(len, rows.values())):
        about["shards"] += list(_flush(folder, rows, dtype, len(about["shards"])))
    manifest = {**source, **about, "vocabulary": vocabulary, "dtype": dtype}
    _put(folder / MANIFEST, manifest)
    part.unlink(missing_ok=True)
    return manifest


def _begun(path: Path) -> dict[str, Any]:
    """Return how far an interrupted preparation came."""
    for part in path.parent.glob(".*.bin.*.part"):  # a kill in the middle of a shard
        part.unlink()
    found: dict[str, Any] = {"documents": 0, "shards": []}
    if not path.exists():
        return found
    try:
        found = json.loads(read_regular(path).decode())
        whole = found["documents"] >= 0 and all(s["tokens"] > 0 for s in found["shards"])
    except (ValueError, KeyError, TypeError, RecursionError, OSError):
        whole = False
    if not whole:
        raise refuse("prepare", str(path), "is damaged: delete it, and the preparation begins anew")
    return found


def _put(path: Path, content: dict[str, Any]) -> None:
    write_whole(path, json.dumps(content, indent=1))


def _skip(documents: Iterable[list[int]], count: int) -> Iterator[list[int]]:
    own = iter(documents)
    for _ in range(count):
        next(own, None)
    return own


def _flush(folder: Path, rows: dict[str, list[int]], dtype: str, first: int) -> Iterator[dict]:
    for offset, (split, tokens) in enumerate(rows.items()):
        if tokens:
            name = f"{split}-{first + offset:05d}.bin"
            content = np.array(tokens, dtype=dtype).tobytes()
            write_whole(folder / name, content)
            digest = hashlib.sha256(content).hexdigest()
            yield {"file": name, "split": split, "tokens": len(tokens), "sha256": digest}
            rows[split] = []
