"""Numbers on a command line: their size is limited before they are read.

1e400000000 as an exact fraction would fill the memory, and no count here has 31 digits.
"""

from __future__ import annotations

import argparse
from fractions import Fraction

CHARACTERS, EXPONENT = 300, 1000  # of a number; the largest exponent
DIGITS = 30  # of a count
SHOWN = 20  # characters of what was given, in a message


def count(text: str) -> int:
    """Return an integer as it is written.

    >>> count("12")
    12
    """
    if len(text.strip()) > DIGITS:
        raise argparse.ArgumentTypeError(f"{_shown(text)} has more than {DIGITS} characters")
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{_shown(text)} is no integer") from None


def exact(text: str) -> Fraction:
    """Return a decimal or a fraction as it is written.

    >>> exact(".83")
    Fraction(83, 100)
    """
    _, _, exponent = text.lower().partition("e")
    digits = exponent.strip().lstrip("+-").lstrip("0")
    try:
        size = int(f"0{digits}") if len(digits) <= len(str(EXPONENT)) else EXPONENT + 1
        if len(text) > CHARACTERS or size > EXPONENT:
            rule = f"at most {CHARACTERS} characters and an exponent of at most {EXPONENT}"
            raise argparse.ArgumentTypeError(f"{_shown(text)} is out of range: {rule}")
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"{_shown(text)} is not a number") from None


def _shown(text: str) -> str:
    return repr(text) if len(text) <= SHOWN else f"{text[:SHOWN]!r}…"
