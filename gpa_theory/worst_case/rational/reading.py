"""Reading a file that claims to be a certificate: what does not look exactly like one is refused.

A certificate may come from anyone.  So a name may occur once, no name may be unknown, every number
is an integer or a fraction p/q of at most `DIGITS` digits, and a file has at most `BYTES` bytes;
then reading takes bounded time and memory, and a reader of the file sees what the checker sees.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from gpa_theory.core.certificate import CertificateError

BYTES = 8_000_000
DIGITS = 1_000  # of a numerator or denominator; those of our own files have some 25
LONGEST = 128  # steps: more would take days to check
SHOWN = 60  # characters of what a file says, in a message

_INTEGER = re.compile(r"-?[0-9]{1,40}")
_FRACTION = re.compile(r"-?[0-9]+(/[0-9]+)?")


def shown(value: Any) -> str:
    """Return what a file says as one short line of printable ASCII."""
    text = ascii(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def read_json(path: Path) -> dict[str, Any]:
    """Return the JSON object in a regular file of sane size, in which no name occurs twice."""
    try:
        if not path.is_file():  # a pipe would keep us waiting, a device might do anything
            raise CertificateError("not a regular file")
        with os.fdopen(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise CertificateError("not a regular file")
            data = file.read(BYTES + 1)
    except OSError as error:
        raise CertificateError(f"not readable: {error.strerror}") from None
    if len(data) > BYTES:
        raise CertificateError(f"larger than {BYTES // 10**6} MB")
    try:
        found = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_once_each,
            parse_int=_small,
            parse_float=_no_float,
            parse_constant=_no_float,
        )
    except UnicodeDecodeError:
        raise CertificateError("not a certificate: not UTF-8") from None
    except json.JSONDecodeError as error:
        raise CertificateError(f"not a certificate: not JSON: {error}") from None
    except RecursionError:
        raise CertificateError("not a certificate: nested too deeply") from None
    if not isinstance(found, dict):
        raise CertificateError("not a certificate: not a JSON object")
    return found


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))
        raise CertificateError(f"not a certificate: {shown(twice)} occurs twice")
    return found


def _small(text: str) -> int:
    if len(text) > 9:
        raise CertificateError(f"not a certificate: the number {shown(text)} is too large")
    return int(text)


def _no_float(text: str) -> Any:
    raise CertificateError(f"not a certificate: {shown(text)} is no integer, and no fraction")


def number(value: Any) -> Fraction:
    """Return a number that is written as an integer or a fraction in a string.

    >>> number("-3/4")
    Fraction(-3, 4)
    >>> number("1e4")
    Traceback (most recent call last):
    gpa_theory.core.certificate.CertificateError: not a certificate: '1e4' is no fraction p/q
    """
    if not isinstance(value, str) or not _FRACTION.fullmatch(value):
        raise CertificateError(f"not a certificate: {shown(value)} is no fraction p/q")
    above, _, below = value.partition("/")
    if max(len(above), len(below)) > DIGITS:
        raise CertificateError(f"not a certificate: {shown(value)} has more than {DIGITS} digits")
    if below and not below.strip("0"):
        raise CertificateError(f"not a certificate: {shown(value)} divides by zero")
    return Fraction(int(above), int(below or "1"))


def exactly(
    found: Any, of: str, kinds: dict[str, Callable[[Any], Any]], either: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Return an object with its entries read; all of `kinds` and one of `either` must be there."""
    if not isinstance(found, dict):
        raise CertificateError(f"not a certificate: {of} is {shown(found)}, not an object")
    wanted = {name for name in kinds if name not in either}
    wanted |= {name for name in either if name in found}
    unknown, missing = [n for n in found if n not in wanted], [n for n in wanted if n not in found]
    if unknown or missing or (either and len(wanted) != len(kinds) - len(either) + 1):
        what = f"has the unknown entry {shown(unknown[0])}" if unknown else None
        what = what or f"must have {', '.join(sorted(missing)) or f'one of {shown(either)}'}"
        raise CertificateError(f"not a certificate: {of} {what}")
    return {name: kinds[name](found[name]) for name in found}


def text(value: Any) -> str:
    """Return a string."""
    if not isinstance(value, str):
        raise CertificateError(f"not a certificate: {shown(value)} is no string")
    return value


def count(value: Any) -> int:
    """Return a positive integer that is no more than `LONGEST`."""
    if type(value) is not int or not 0 < value <= LONGEST:
        raise CertificateError(
            f"not a certificate: {shown(value)} is no number of steps in 1 … {LONGEST}"
        )
    return value


def numbers(value: Any) -> dict[str, Fraction]:
    """Return an object of numbers."""
    if not isinstance(value, dict):
        raise CertificateError(f"not a certificate: {shown(value)} is no object of numbers")
    return {name: number(part) for name, part in value.items()}


def multipliers(value: Any) -> dict[tuple[str, str], Fraction]:
    """Return the multipliers of pairs, a list of [sample, sample, number], each pair once."""
    if not isinstance(value, list):
        raise CertificateError("not a certificate: multipliers is no list")
    found: dict[tuple[str, str], Fraction] = {}
    for row in value:
        if not isinstance(row, list) or len(row) != 3:
            raise CertificateError(f"not a certificate: {shown(row)} is not [sample, sample, p/q]")
        pair = text(row[0]), text(row[1])
        if pair in found:
            raise CertificateError(f"not a certificate: the pair {shown(pair)} occurs twice")
        found[pair] = number(row[2])
    return found


def columns(value: Any) -> list[list[int]]:
    """Return the columns of a factor, a list of strings of integers with a space between.

    >>> columns(["4 -1", "3"])
    [[4, -1], [3]]
    """
    if not isinstance(value, list) or len(value) > 2 * LONGEST:
        raise CertificateError(f"not a certificate: {shown(value)} is no list of columns")
    return [[_entry(part) for part in text(column).split(" ")] for column in value]


def _entry(part: str) -> int:
    if not _INTEGER.fullmatch(part):
        raise CertificateError(f"not a certificate: {shown(part)} is no integer of a factor")
    return int(part)
