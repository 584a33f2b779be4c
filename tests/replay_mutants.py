"""Replay the one-token faults of mutants.txt, each in a copy of the repository: all must die.

`python tests/replay_mutants.py [--jobs N] [--only TEXT]`; exit 1 if any survives.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = Path(__file__).with_name("mutants.txt")
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")
TIMEOUT_S = 300


@dataclass(frozen=True)
class Mutant:
    """One fault: in `file`, `old` becomes `new`; `tests` must notice."""

    file: str
    old: str
    new: str
    tests: str

    def occurrences(self, root: Path = ROOT) -> int:
        """Return how often `old` stands in the file; it must be once."""
        return (root / self.file).read_text(encoding="utf-8").count(self.old)


def mutants() -> list[Mutant]:
    """Return the faults of mutants.txt."""
    lines = LIST.read_text(encoding="utf-8").splitlines()
    return [
        Mutant(*(part.strip() for part in line.split(" | ")))
        for line in lines
        if line and not line.startswith("#")
    ]


def killed(mutant: Mutant) -> bool:
    """Apply the fault to a copy and return whether its tests fail."""
    if mutant.occurrences() != 1:
        raise SystemExit(f"{mutant.file}: {mutant.old!r} must occur exactly once")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "repository"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT, symlinks=True)
        target = copy / mutant.file
        text = target.read_text(encoding="utf-8")
        target.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider"]
        environment = {**os.environ, "PYTHONPATH": str(copy), "OMP_NUM_THREADS": "1"}
        done = subprocess.run(
            [*command, mutant.tests],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
        )
    if done.returncode not in (0, 1, 2):  # 2: the fault already breaks the import
        raise SystemExit(f"{mutant.file}: pytest ended with {done.returncode}: {done.stdout}")
    return done.returncode != 0


def main() -> int:
    """Replay all faults and print killed or SURVIVED for each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", default="", help="faults whose file contains this text")
    options = parser.parse_args()
    chosen = [m for m in mutants() if options.only in m.file]
    if not chosen:
        parser.error(f"--only {options.only}: no fault is in such a file")
    survivors = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for mutant, dead in zip(chosen, pool.map(killed, chosen), strict=True):
            survivors += not dead
            verdict = "killed  " if dead else "SURVIVED"
            print(f"{verdict} {mutant.file}: {mutant.old} -> {mutant.new}", flush=True)
    print(f"{len(chosen) - survivors} of {len(chosen)} killed")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
