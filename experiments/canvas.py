"""Where figures come from: one way to begin one, one way to write it, one set of colors.

No figure needs a display, and a file holds nothing but its picture: equal data, equal bytes.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from gpa_theory.core.writing import write_whole

# The palette of Okabe and Ito, which the color-blind can tell apart.
BLACK, BLUE, RED, GREEN = "#000000", "#0072B2", "#D55E00", "#009E73"
PINK, ORANGE, SKY, GREY = "#CC79A7", "#E69F00", "#56B4E9", "#999999"

COLORS = {  # of the arms, the same in every figure; worst cases of a method have its arm's color
    "adamw": BLACK,
    "gpa": BLUE,
    "diloco": RED,
    "schedule-free": GREEN,
    "ema": PINK,
    "nesterov": ORANGE,
    "gpa-muon": SKY,
}


def new_figure(width: float, height: float) -> Any:
    """Return an empty figure of this size in inches; its parts make room for one another."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    return figure


def write(figure: Any, path: Path, dpi: int = 150) -> None:
    """Write the figure as a PNG that does not name the version of matplotlib."""
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=dpi, metadata={"Software": None})
    write_whole(path, picture.getvalue())
