"""The record of the minimax region: the map, the losses beyond it, the figure and the README.

`python -m experiments.minimax.record FOLDER` makes what is missing in FOLDER and writes the rest
anew: half an hour on one core from nothing, seconds where the rows are there.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from experiments.minimax import beyond, line, region, words
from experiments.minimax.figure import draw
from experiments.placing import placed
from gpa_theory.core.writing import write_whole
from gpa_theory.report.manifest import collect

PARTS = (region, beyond, line)
FIGURE = "figure.png"


def read(folder: Path) -> tuple[words.Rows, words.Rows, words.Rows]:
    """Return the rows of the map, of the worst cases, and of the lower ends."""
    parts = [json.loads((folder / part.NAME).read_text(encoding="utf-8")) for part in PARTS]
    return parts[0]["rows"], parts[1]["rows"], parts[2]["rows"]


def readme(folder: Path, data: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of the README."""
    ends, losses, least = read(folder)
    yield "# Where does a window cost nothing, and what does it cost beyond?"
    yield ""
    yield f"Says: {data['says']}"
    yield ""
    yield (
        "Asked: GPA with constant μ_x and μ_y around subgradient steps with matched decay"
        " γ_t = a(1 − t/T)/(1 − μ_x^(T−t)), a = D/(G√T), last iterate, all convex f with |g| ≤ G"
        " and |z_1 − x*| ≤ D. *Free* means that the minimax certificate holds, so that the worst"
        " case V is the minimax value DG/√T. For which windows is it free, and what is V√T/(DG) − 1"
        " beyond? (Wherever the certificate fails V is larger, by `minimax-necessary`, in dimension"
        " T or more; the losses below are certified one by one.)"
    )
    yield ""
    yield f"![(a) the end of the free region; (b) the loss beyond it]({FIGURE})"
    yield ""
    yield from _ends(ends)
    yield ""
    yield from _losses(losses, least)
    yield ""
    yield (
        f"Made by `{data['manifest']['command']}`, which runs `region`, `beyond` and `line` of"
        " `experiments.minimax` where rows are missing. Each file has its own manifest, that of its"
        " last row."
    )


def _ends(ends: words.Rows) -> Iterator[str]:
    T, low, high = words.compared(ends)
    held, of = words.at_zero(ends)
    width = max(row["high"] - row["low"] for row in ends)
    yield (
        f"**Where it ends** (`{region.NAME}`, {len(ends)} pairs). Each row holds two μ_x, free at"
        " the first and not at the second, both verdicts certain (*certified*: signs of exact or"
        f" enclosed multipliers); they are at most {width:.1e} apart. That no smaller μ_x fails is"
        " seen on a grid of 400. Larger μ_x may be free again: at T = 3 and 4 there are such"
        " islands. Entries are rounded down."
    )
    yield ""
    yield from words.ends_table(ends)
    yield ""
    yield (
        f"For μ_y > 0 the end tends to 1/(1+μ_y) − 2/((1+μ_y)²T) + O(T⁻²) (argued on paper): at"
        f" T = {T:,} and μ_y ≥ {float(words.LEAST):g} the difference times T² lies between"
        f" {words.down(low, 2)} and {words.up(high, 2)} (*certified*). At μ_y = 0 it is"
        f" T^(−1/(T−1)), which lies between the two μ_x in {held} of {of} rows. The dashed lines of"
        " the figure are these two forms; the first is drawn where μ_y T > 4 ln T."
    )


def _losses(losses: words.Rows, least: words.Rows) -> Iterator[str]:
    slopes = list(beyond.slopes(losses))
    yield (
        f"**What is lost beyond** (`{beyond.NAME}`): V√T/(DG) − 1 in percent at fixed"
        " c = (1−μ_x)T, *certified* intervals, rounded outward. Not every T was run at every c."
    )
    yield ""
    yield from words.loss_table(losses)
    yield ""
    yield "**How far does it grow?**"
    yield ""
    yield words.certified(losses, slopes)
    yield words.from_below(least)
    yield words.proved(least)
    yield words.OPEN
    yield ""
    yield "Exponents p (*certified*), where both losses are certainly above 0:"
    yield ""
    yield from words.slope_table(slopes)
    yield ""
    yield (
        f"Lower ends of V√T/(DG) (`{line.NAME}`, *certified*, rounded down; a dot: not above 1,"
        " so it says nothing, since no method is below 1):"
    )
    yield ""
    yield from words.line_table(least)


def main(folder: str) -> None:
    """Make the record in `folder`."""
    names = [part.NAME for part in PARTS]
    target = placed("minimax.record", folder, (*names, "data.json", FIGURE, "README.md"))
    for part in PARTS:
        part.main(folder)
    ends, losses, least = read(target)
    data = {
        "says": words.says(ends, losses, list(beyond.slopes(losses)), least),
        "manifest": collect(["python", "-m", "experiments.minimax.record", folder], None),
    }
    print(data["says"])
    draw(ends, losses, least, target / FIGURE)
    write_whole(target / "data.json", json.dumps(data, indent=1) + "\n")
    write_whole(target / "README.md", "\n".join(readme(target, data)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
