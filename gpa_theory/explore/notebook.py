"""The explorer inside a notebook: the same self-contained page in a frame."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from gpa_theory.core.validation import check_count, check_range
from gpa_theory.core.writing import check_target, write_whole
from gpa_theory.explore.about import about
from gpa_theory.explore.assemble import assemble
from gpa_theory.explore.observation import observe
from gpa_theory.explore.running import DivergedError
from gpa_theory.explore.setting import Setting

TALLEST = 20_000  # pixels of a frame


@dataclass(frozen=True, slots=True, repr=False)
class Embedded:
    """A page that a notebook shows; `save` writes it to a file.

    Where no HTML is shown, in a terminal say, it is a line of text about the run.
    """

    html: str
    height: int
    setting: Setting

    def __repr__(self) -> str:
        kilobytes = len(self.html.encode()) / 1000
        return (
            f"<GPA explorer at {self.setting.python()}: {_said(self.setting)}."
            f" A notebook shows the page; .save('page.html') writes it ({kilobytes:.0f} kB)>"
        )

    def _repr_html_(self) -> str:
        # Scripts run, in an origin of their own: the page cannot reach the notebook around it.
        return (
            f'<iframe title="GPA explorer" width="100%" height="{self.height}"'
            ' sandbox="allow-scripts allow-downloads" style="border:0"'
            f' srcdoc="{escape(self.html)}"></iframe>'
        )

    def save(self, path: str | Path) -> None:
        """Write the page as one file that works offline; an older one is whole until it is."""
        write_whole(check_target(f"save({str(path)!r})", "path", path), self.html)


def show(*, height: int = 900, **setting: Any) -> Embedded:
    """Return the explorer for a notebook, opened at a `Setting` given by its fields.

    >>> show(mu_x=0.9, mu_y=0.9, steps=200)._repr_html_()[:30]
    '<iframe title="GPA explorer" w'
    >>> repr(show(steps=200))[:80]
    '<GPA explorer at Setting(steps=200): f(x_T) − f* = 0.0982 (measured); |g_t| ≤ G '
    >>> show(mu_x=2)
    Traceback (most recent call last):
    ValueError: `Setting(mu_x=2)`: mu_x must lie in [0.0, 0.9999]
    """
    check_range(f"show(height={str(height)[:20]})", "height", height, 200, TALLEST)
    height = check_count(f"show(height={height})", "height", height, 200)
    chosen = Setting(**setting)
    page = assemble(about(f"gpa_theory.explore.show({chosen.python()[8:-1]})"), chosen)
    return Embedded(page.html, height, chosen)


def _said(setting: Setting) -> str:
    """Return what the top of the page says about the run of a setting."""
    try:
        seen = observe(setting, (1, setting.steps), bounds=False)
    except DivergedError as error:
        return error.verdict
    return f"f(x_T) − f* = {seen.curves['gap'][-1]:.3g} (measured); {seen.verdict}"
