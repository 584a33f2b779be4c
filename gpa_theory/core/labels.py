"""What stands behind a number or a statement: the four labels every claim carries."""

from __future__ import annotations

from enum import StrEnum


class Label(StrEnum):
    """How a statement is known, strongest first.

    >>> Label("proved").words
    'an exact certificate or a machine-checked proof'
    """

    PROVED = "proved"
    CERTIFIED = "certified"
    MEASURED = "measured"
    REPORTED = "reported"

    @property
    def words(self) -> str:
        """Return what the label promises."""
        return {
            Label.PROVED: "an exact certificate or a machine-checked proof",
            Label.CERTIFIED: "a dual value or a rigorous error bound",
            Label.MEASURED: "an observation, with sample size and interval",
            Label.REPORTED: "someone else's number, with its source",
        }[self]
