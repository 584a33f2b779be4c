"""The stored record of the minimax region, as its tests read it."""

import json
from pathlib import Path

import experiments

(FOLDER,) = (Path(experiments.__file__).parent / "records").glob("*_minimax_region")


def rows(name):
    """Return the rows of one of its files."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))["rows"]
