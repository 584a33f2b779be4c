"""The explorer inside a notebook: the same self-contained page in a frame."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from gpa_theory.core.validation import check_count
from gpa_theory.explore.about import about
from gpa_theory.explore.assemble import assemble
from gpa_theory.explore.setting import Setting


@dataclass(frozen=True, slots=True)
class Embedded:
    """A page that a notebook shows; `save` writes it to a file."""

    html: str
    height: int

    def _repr_html_(self) -> str:
        # Scripts run, in an origin of their own: the page cannot reach the notebook around it.
        return (
            f'<iframe title="GPA explorer" width="100%" height="{self.height}"'
            ' sandbox="allow-scripts allow-downloads" style="border:0"'
            f' srcdoc="{escape(self.html)}"></iframe>'
        )

    def save(self, path: str | Path) -> None:
        """Write the page as one file that works offline."""
        Path(path).write_text(self.html, encoding="utf-8")


def show(*, height: int = 900, **setting: Any) -> Embedded:
    """Return the explorer for a notebook, opened at a `Setting` given by its fields.

    >>> show(mu_x=0.9, mu_y=0.9, steps=200)._repr_html_()[:30]
    '<iframe title="GPA explorer" w'
    >>> show(mu_x=2)
    Traceback (most recent call last):
    ValueError: `Setting(mu_x=2)`: mu_x must lie in [0.0, 0.9999]
    """
    height = check_count(f"show(height={height})", "height", height, 200)
    chosen = Setting(**setting)
    page = assemble(about(f"gpa_theory.explore.show({chosen.python()[8:-1]})"), chosen)
    return Embedded(page.html, height)
