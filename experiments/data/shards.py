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

from gpa_theory.core.validation import refuse

MANIFEST = "manifest.json"
SPLITS = ("train", "validation")


class Shards:
    """One split of a prepared folder; indexing with an array of positions gives the tokens."""

    def __init__(self, folder: Path, split: str, vocabulary: int) -> None:
        call = f"Shards(folder={folder.name!r}, split={split!r})"
        if not (folder / MANIFEST).exists():
            rule = f"must hold {MANIFEST}: make it with python -m experiments prepare"
            raise refuse(call, "folder", rule)
        self.about = json.loads((folder / MANIFEST).read_text())
        if self.about["vocabulary"] > vocabulary:
            rule = f"must have a vocabulary of at most {vocabulary}, not {self.about['vocabulary']}"
            raise refuse(call, "folder", rule)
        found = [shard for shard in self.about["shards"] if shard["split"] == split]
        for shard in found:
            if not (folder / shard["file"]).exists():
                raise refuse(call, shard["file"], "is missing: prepare anew")
        if not found:
            raise refuse(call, "folder", f"must have shards of {split}: prepare more tokens")
        self._maps = [
            np.memmap(folder / s["file"], dtype=self.about["dtype"], mode="r") for s in found
        ]
        for shard, held in zip(found, self._maps, strict=True):
            if len(held) != shard["tokens"]:
                raise refuse(
                    call, shard["file"], f"must hold {shard['tokens']} tokens: prepare anew"
                )
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
    dtype = "uint16" if vocabulary <= 2**16 else "uint32"
    check_space(folder, tokens, np.dtype(dtype).itemsize)
    part = folder / "progress.json"
    about = json.loads(part.read_text()) if part.exists() else {"documents": 0, "shards": []}
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


def _put(path: Path, content: dict[str, Any]) -> None:
    """Write the file whole or not at all: after a kill it is the old one or the new one."""
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content, indent=1))
    part.replace(path)


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
            (folder / f"{name}.part").write_bytes(content)
            (folder / f"{name}.part").replace(folder / name)
            digest = hashlib.sha256(content).hexdigest()
            yield {"file": name, "split": split, "tokens": len(tokens), "sha256": digest}
            rows[split] = []
