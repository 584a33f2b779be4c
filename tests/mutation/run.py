"""Plant every fault of the plan, one at a time, and see whether its tests notice.

`python -m tests.mutation.run [--only TEXT] [--again] [--seconds N] [--session FOLDER]`; exit 1 if a
fault survives that `survivors.txt` does not name.  Results are kept as Cosmic Ray's sessions, one
per file and state of it: an interrupted run goes on where it stopped, and a changed file starts
anew.  `--again` plants the survivors once more, after tests were added.

Each fault is planted in a copy of the repository, and tested in a fork of this process, which has
the libraries loaded already: a second instead of five.  Tests that take ten times as long as they
do without the fault (and 30 s more) have noticed it.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import shutil
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import pytest
from cosmic_ray.commands import init
from cosmic_ray.work_db import WorkDB
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkItem, WorkResult
from hypothesis import Phase, settings

from tests.mutation.faults import Target, changed, mutated, plan, targets, wanted
from tests.mutation.survivors import explained
from tests.replay_mutants import LEFT_OUT, ROOT

SESSION = ROOT / "runs" / "mutation"
# Loaded beforehand, so what they assert is not rewritten: it is not read either.
OPTIONS = ["-x", "-q", "--tb=line", "-p", "no:cacheprovider"]
OPTIONS += ["-W", "ignore::pytest.PytestAssertRewriteWarning"]
SURVIVED, KILLED = TestOutcome.SURVIVED, TestOutcome.KILLED


def session(folder: Path, target: Target, root: Path = ROOT) -> WorkDB:
    """Return the results so far for the file as it stands now."""
    source = (root / target.file).read_bytes()
    state = hashlib.sha256(source).hexdigest()[:12]
    path = folder / f"{target.file.removesuffix('.py').replace('/', '.')}.{state}.sqlite"
    if path.exists():
        return WorkDB(path, WorkDB.Mode.open)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    found = WorkDB(unfinished, WorkDB.Mode.create)
    init([root / target.file], found, {})
    found.close()
    unfinished.rename(path)
    return WorkDB(path, WorkDB.Mode.open)


def outcome(
    copy: Path, tests: tuple[str, ...], limit: float, compiled: bool = False
) -> tuple[int, float]:
    """Return what pytest returns in a fork, −1 if it takes longer than `limit`, and the seconds.

    Only without a fault may the `compiled` files be kept.
    """
    start = time.monotonic()
    child = os.fork()
    if child == 0:
        sys.dont_write_bytecode = not compiled
        _test(copy, tests)
    while time.monotonic() - start < limit:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            code = os.waitstatus_to_exitcode(status)
            return (1 if code < 0 else code), time.monotonic() - start
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return -1, limit


def _test(copy: Path, tests: tuple[str, ...]) -> None:
    """Run the tests of the copy in this process, and end it."""
    code = 3
    try:
        os.setsid()
        sink = os.open(copy / "output.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(sink, stream)
        os.chdir(copy)
        os.environ["PYTHONPATH"] = str(copy)
        sys.path[:] = [str(copy), *(p for p in sys.path if p not in ("", str(ROOT)))]
        for name in [m for m in sys.modules if m.split(".")[0] in ("tests", "gpa_theory")]:
            del sys.modules[name]
        code = int(pytest.main([*OPTIONS, *tests]))
        package = sys.modules.get("gpa_theory")
        if package and not str(package.__file__).startswith(str(copy)):
            code = 3
    except BaseException:  # nothing may run on as if it were the parent
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def said(copy: Path) -> str:
    """Return the end of what the last tests said."""
    return (copy / "output.txt").read_text(encoding="utf-8")[-2000:]


def test(copy: Path, target: Target, item: WorkItem, limit: float) -> WorkResult:
    """Plant one fault, run the tests, and take it out again."""
    path = copy / target.file
    source = path.read_text(encoding="utf-8")
    before, after = changed(source, new := mutated(source, item.mutations[0]))
    path.write_text(new, encoding="utf-8")
    os.utime(path, (0, 0))  # no file compiled before is of that time
    try:
        code, _ = outcome(copy, target.tests, limit)
    finally:
        path.write_text(source, encoding="utf-8")
    if code not in (-1, 0, 1, 2):  # 2: the fault already breaks the import
        raise SystemExit(f"{target.file}: pytest ended with {code}: {said(copy)}")
    found = SURVIVED if code == 0 else KILLED
    return WorkResult(WorkerOutcome.NORMAL, f"exit {code}", found, f"{before}\n{after}")


def results(sessions: WorkDB, target: Target) -> list[tuple[WorkItem, WorkResult | None]]:
    """Return every fault of the plan in the order of the file, with its result if it has one."""
    known = {str(job): result for job, result in sessions.results}
    items = sorted(sessions.work_items, key=lambda item: item.mutations[0].start_pos)
    source = (ROOT / target.file).read_text(encoding="utf-8")
    keep = wanted([item.mutations[0] for item in items], source)
    return [(i, known.get(i.job_id)) for i, kept in zip(items, keep, strict=True) if kept]


def run(copy: Path, target: Target, folder: Path, again: bool, until: float) -> bool:
    """Test the faults of one file until that time; return whether all are done."""
    sessions = session(folder, target)
    if (copy / target.file).read_bytes() != (ROOT / target.file).read_bytes():
        print(f"{target.file} was changed while this runs: start it again", flush=True)
        return False
    repeated = (None, SURVIVED) if again else (None,)
    found = results(sessions, target)
    todo, seconds = [i for i, r in found if (r and r.test_outcome) in repeated], 0.0
    if todo:
        code, seconds = outcome(copy, target.tests, 600, compiled=True)
        if code != 0:
            raise SystemExit(f"{target.file}: tests fail without a fault: {said(copy)}")
        print(f"{target.file}: {len(todo)} faults, {seconds:.1f} s each at most", flush=True)
    for item in todo:
        if time.time() > until:
            return False
        result = test(copy, target, item, 10 * seconds + 30)
        sessions.set_result(item.job_id, result)
        if result.test_outcome == SURVIVED and not explained(target.file, result.diff or ""):
            where = item.mutations[0].start_pos[0]
            print(
                f"  SURVIVED {where}: {(result.diff or '').replace(chr(10), '  ->  ')}", flush=True
            )
    return True


def main() -> int:
    """Test what is not tested yet, and print what survives."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--only", default="", help="files whose path contains this text")
    parser.add_argument("--again", action="store_true", help="test survivors once more")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long")
    parser.add_argument("--session", type=Path, default=SESSION, help="folder of the results")
    options = parser.parse_args()
    chosen = [t for t in targets() if options.only in t.file]
    if not chosen:
        parser.error(f"--only {options.only}: the plan has no such file")
    for name in plan()["preload"]:
        importlib.import_module(name)
    quick = (Phase.explicit, Phase.generate)  # that a test fails is enough, by whichever example
    settings.register_profile(
        "mutation", max_examples=25, deadline=None, derandomize=True, database=None, phases=quick
    )
    os.environ["HYPOTHESIS_PROFILE"] = "mutation"
    until = time.time() + options.seconds
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder).resolve() / "repository"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT, symlinks=True)
        done = [run(copy, target, options.session, options.again, until) for target in chosen]
    open_ = [s for t in chosen for s in survivors(options.session, t) if not explained(t.file, s)]
    print(
        f"{len(open_)} faults survive without a reason; {'all' if all(done) else 'not all'} tested"
    )
    return 1 if open_ or not all(done) else 0


def survivors(folder: Path, target: Target) -> list[str]:
    """Return the faults of a file that no test noticed, each as its lines before and after."""
    found = (result for _, result in results(session(folder, target), target))
    return [r.diff or "" for r in found if r and r.test_outcome == SURVIVED]


if __name__ == "__main__":
    sys.exit(main())
