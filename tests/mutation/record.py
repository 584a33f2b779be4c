"""Make the record of the mutation run: what was planted, what was noticed, what survives and why.

`python -m tests.mutation.record FOLDER [--session FOLDER]` writes README.md and data.json from the
results that `tests.mutation.run` has kept; it plants nothing.  A file that changed since its faults
were planted counts as not run.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from gpa_theory.report.manifest import collect
from tests.mutation.faults import targets
from tests.mutation.run import KILLED, SESSION, SURVIVED, results, session
from tests.mutation.survivors import explained

COMMAND = ["python", "-m", "tests.mutation.record", "FOLDER"]
NOT_YET = "not killed yet"
LEFT_OUT = """
Left out: strings, annotations, decorators, signatures but for defaults, what a `raise` says, and
±1 in a number of roundings θ(n + 8), which moves a bound by a few percent of an allowance that is
rounded up anyway; `tests/mutants.txt` plants these halved, dropped and a hundredfold.  Tests run
with 25 examples, derandomized; the first that fails is enough.
""".strip()


def row(folder: Path, target: Any) -> dict[str, Any]:
    """Return the counts of one file and its survivors, each with its reason."""
    found = results(session(folder, target), target)
    outcomes = [r.test_outcome if r else None for _, r in found]
    survivors = []
    for item, result in found:
        if result and result.test_outcome == SURVIVED:
            before, after = (result.diff or "\n").split("\n")
            why = explained(target.file, f"{before}\n{after}") or NOT_YET
            line = item.mutations[0].start_pos[0]
            survivors.append({"line": line, "before": before, "after": after, "why": why})
    return {
        "file": target.file,
        "tests": list(target.tests),
        "faults": len(found),
        "killed": outcomes.count(KILLED),
        "survived": len(survivors),
        "not_run": outcomes.count(None),
        "survivors": survivors,
    }


def share(killed: int, survived: int) -> str:
    """Return the share killed of those that were planted, in percent."""
    return f"{100 * killed / (killed + survived):.1f} %" if killed + survived else "none planted"


def totals(rows: list[dict[str, Any]]) -> dict[str, int]:
    """Return the counts over all files, and of the survivors those that have a reason."""
    counts = {key: sum(r[key] for r in rows) for key in ("faults", "killed", "survived", "not_run")}
    reasons = [s["why"] for r in rows for s in r["survivors"]]
    return {**counts, "explained": sum(not why.startswith(NOT_YET) for why in reasons)}


def readme(data: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the record's page."""
    t, rows = data["totals"], data["files"]
    planted = t["killed"] + t["survived"]
    yield "# Faults planted by machine"
    yield ""
    yield (
        f"Says: of {t['faults']:,} one-place faults, {planted:,} were planted and tests noticed "
        f"{share(t['killed'], t['survived'])}; of {t['survived']} survivors {t['explained']} have "
        f"a reason why no test can see them, {t['survived'] - t['explained']} are not killed yet; "
        f"{t['not_run']:,} faults are not run yet (*measured*, deterministic)"
    )
    yield ""
    yield f"Made by `{data['manifest']['command']}` from the results of `{data['run']}`, with"
    yield f"Cosmic Ray {data['tool']['version']}, at commit `{data['manifest']['commit']}`."
    yield ""
    yield LEFT_OUT
    yield ""
    yield "| file | faults | killed | survived | not run | killed of those planted |"
    yield "|---|---|---|---|---|---|"
    for r in rows:
        counts = f"{r['faults']} | {r['killed']} | {r['survived']} | {r['not_run']}"
        yield f"| `{r['file']}` | {counts} | {share(r['killed'], r['survived'])} |"
    for r in rows:
        if r["survivors"]:
            yield from ("", f"## `{r['file']}`", "")
            for s in r["survivors"]:
                yield f"* line {s['line']}: `{s['before']}` → `{s['after']}`: {s['why']}"


def main() -> None:
    """Write the record."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--session", type=Path, default=SESSION)
    options = parser.parse_args()
    rows = [row(options.session, target) for target in targets()]
    data = {
        "tool": {"name": "cosmic-ray", "version": version("cosmic-ray")},
        "run": "python -m tests.mutation.run",
        "totals": totals(rows),
        "files": rows,
        "manifest": collect(COMMAND, None),
    }
    options.folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(data, indent=1, ensure_ascii=False) + "\n"
    (options.folder / "data.json").write_text(text, encoding="utf-8")
    page = "\n".join(readme(data)) + "\n"
    (options.folder / "README.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
