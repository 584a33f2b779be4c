"""What an audit found, for its reader: a verdict, a text, a figure.

A report is made of plain records, so it can be had from a file without the run.
"""

from __future__ import annotations

import os

from gpa_theory.optim.audit.columns import AuditColumns
from gpa_theory.optim.audit.plot import draw
from gpa_theory.optim.audit.record import read
from gpa_theory.optim.audit.summary import summary_of
from gpa_theory.optim.audit.verdict import TransferVerdict, verdict_of


class AuditReport(AuditColumns):
    """What an audit recorded: `summary()`, `verdict()`, `plot(path)`, `windows()`, `cost`.

    `AuditReport.load(path)` reads a file that an audit wrote.  Steps whose loss was not finite are
    left out, and counted in `left_out`.
    """

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> AuditReport:
        """Return the report of the run that a file describes."""
        return cls(*read(path))

    def verdict(self, windows: int = 8) -> TransferVerdict:
        """Return the verdict: does the convex theory transfer to this run?"""
        return verdict_of(self, windows)

    def summary(self, windows: int = 8) -> str:
        """Return the audit as text: instrument check, terms, sign map, verdict, cost."""
        return summary_of(self, windows)

    def plot(self, path: str | os.PathLike[str]) -> None:
        """Write the figure of all terms over the run to `path`; the ending says which format."""
        draw(self, path)
