"""How long the explorer takes from an input event to the painted frame, in the browser.

`python -m experiments.benchmarks.explorer [FOLDER]` prints its results and writes data and manifest
into FOLDER.  In headless Chromium a real mouse drags every slider there and back, in three runs.
Printed per slider: the median and the 95th percentile, each as its median over the runs.  Also
printed: the time from navigation until the page answers, the size of the exported file, and the
load of the machine.

A sample lasts from the time stamp of the input event to the first task after the frame that shows
it, so it includes script, style, layout and paint.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from experiments.placing import placed
from gpa_theory.core.writing import write_whole
from gpa_theory.report.manifest import collect

SLIDERS = ("mux", "muy", "gamma", "T", "noise", "t")
MOVES, RUNS = 60, 3
FRAME_MS = 16  # one move per frame, as a hand makes them
MEDIAN_MS, LATE_MS, READY_MS, LARGEST_KB = 20, 50, 1000, 200  # the promises


def summary(runs: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return the median over runs of the median, and of the 95th percentile.

    >>> summary([[1.0] * 20, [3.0] * 20, [2.0] * 20])
    (2.0, 2.0)
    """
    return median(median(run) for run in runs), median(quantiles(run, n=20)[18] for run in runs)


def drag(page: Any, word: str, moves: int) -> list[float]:
    """Drag one slider there and back; return milliseconds from input to the painted frame."""
    slider = page.locator(f"#slide-{word}")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, middle)
    page.mouse.down()
    page.evaluate("gpaExplorer.samples.length = 0")  # the press itself is not a drag
    for k in range(moves):
        page.mouse.move(box["x"] + box["width"] * (0.1 + 0.8 * abs(1 - 2 * k / moves)), middle)
        page.wait_for_timeout(FRAME_MS)
    page.mouse.up()
    page.wait_for_timeout(20 * FRAME_MS)
    return page.evaluate("[...gpaExplorer.samples]")


def opened(page: Any, url: str) -> float:
    """Open the page anew; return the milliseconds until it answered."""
    page.goto("about:blank")
    page.goto(url)
    while not page.evaluate("Boolean(window.gpaExplorer)"):
        page.wait_for_timeout(FRAME_MS)
    page.wait_for_timeout(50 * FRAME_MS)  # the colored map is refined when nothing moves
    return page.evaluate("gpaExplorer.ready")


def measure(
    page: Any, url: str, sliders: Sequence[str] = SLIDERS, moves: int = MOVES, runs: int = RUNS
) -> dict[str, Any]:
    """Return the milliseconds until ready, and all samples of every slider, run by run."""
    ready: list[float] = []
    samples: dict[str, list[list[float]]] = {word: [] for word in sliders}
    for _ in range(runs):  # in turns, so that a change of load affects all alike
        for word in sliders:
            ready.append(opened(page, url))
            samples[word].append(drag(page, word, moves))
    return {"ready": ready, "samples": samples}


def report(found: dict[str, Any], size_kb: float) -> list[str]:
    """Return the lines to print; a line whose promise was missed says so."""
    lines = [_line("page ready", median(found["ready"]), READY_MS, "ms")]
    lines.append(_line("exported file", size_kb, LARGEST_KB, "kB"))
    for word, runs in found["samples"].items():
        middle, late = summary(runs)
        count = sum(map(len, runs))
        lines.append(_line(f"{word:6} median", middle, MEDIAN_MS, f"ms (n = {count})"))
        lines.append(_line(f"{word:6} p95   ", late, LATE_MS, "ms"))
    return lines


def _line(name: str, value: float, promise: float, unit: str) -> str:
    verdict = "" if value <= promise else f"  MISSED: at most {promise}"
    return f"{name} {value:6.1f} {unit}{verdict}"


def write(folder: Path, found: dict[str, Any], lines: Sequence[str], command: list[str]) -> None:
    """Write data.json: what was printed, every sample, and the manifest."""
    data = {"printed": list(lines), "milliseconds": found, "manifest": collect(command, None)}
    write_whole(folder / "data.json", json.dumps(data, indent=1) + "\n")


def main() -> None:
    """Measure and print."""
    from playwright.sync_api import sync_playwright

    from gpa_theory.explore.about import about
    from gpa_theory.explore.assemble import assemble

    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", help="write data.json there")
    parser.add_argument("--moves", type=int, default=MOVES, help="moves of a drag")
    parser.add_argument("--runs", type=int, default=RUNS, help="drags of every slider")
    options = parser.parse_args()
    if options.folder:
        placed("benchmarks.explorer", options.folder, ("data.json",))
    before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        target = Path(folder) / "page.html"
        write_whole(target, assemble(about("benchmark")).html)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1360, "height": 900})
        found = measure(page, target.as_uri(), moves=options.moves, runs=options.runs)
        lines = report(found, target.stat().st_size / 1000)
        lines.append(
            f"Chromium {browser.version}, {os.cpu_count()} cores, load {before:.1f} before and"
            f" {os.getloadavg()[0]:.1f} after; {options.runs} runs, median of runs"
        )
        print("\n".join(lines))
        browser.close()
    if options.folder:
        command = ["python", "-m", "experiments.benchmarks.explorer", options.folder]
        for name, usual in (("moves", MOVES), ("runs", RUNS)):
            given = getattr(options, name)
            command += [f"--{name}", str(given)] if given != usual else []
        write(Path(options.folder), found, lines, command)


if __name__ == "__main__":
    main()
