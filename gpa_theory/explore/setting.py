"""What the page shows, as names and numbers, and the words by which a link spells them."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import parse_qsl, urlencode

from gpa_theory.core.bases import BASES
from gpa_theory.core.validation import check_count, check_range, refuse

PROBLEMS = ("valley", "canyon", "bowl", "corner")
NOT_SHOWN: dict[str, str] = {}  # bases without a mirror in the page's JavaScript: why
SHOWN = tuple(base for base in BASES if base not in NOT_SHOWN)
LIMITS = {  # of the page's controls; `steps` and `mu_x` also bound what a server computes
    "mu_x": (0.0, 0.9999),
    "mu_y": (0.0, 1.0),
    "gamma": (0.001, 100.0),
    "steps": (2, 5000),
    "noise": (0.0, 10.0),
    "seed": (0, 999_999),
}
WORDS = {  # the word a link uses, for every field
    "mux": "mu_x",
    "muy": "mu_y",
    "gamma": "gamma",
    "T": "steps",
    "problem": "problem",
    "base": "base",
    "noise": "noise",
    "seed": "seed",
}
VERSION = "1"  # of the link
LONGEST = 2000  # characters of a link that are read at all
VIEW_WORDS = ("color", "t", "pin")  # of a link, that change what is drawn but no number
MOST_WORDS = 40  # of a link
WHOLE = ("T", "seed")
DIGITS = 30  # characters of a number in a link, as in the page
# How a link spells an integer, and how any number: in ASCII, as JavaScript reads them.
SPELLING = {True: r"[-+]?[0-9]+", False: r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?"}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of the page.  `noise` is |ξ| of the noise added to every gradient.

    >>> Setting(mu_x=0.9).link()
    'v=1&mux=0.9&muy=0.7&gamma=0.5&T=1000&problem=valley&base=ogd&noise=0&seed=1'
    >>> Setting(mu_x=1.2)
    Traceback (most recent call last):
    ValueError: `Setting(mu_x=1.2)`: mu_x must lie in [0.0, 0.9999]
    """

    mu_x: float = 0.9967
    mu_y: float = 0.7
    gamma: float = 0.5
    steps: int = 1000
    problem: str = "valley"
    base: str = "ogd"
    noise: float = 0.0
    seed: int = 1

    def __post_init__(self) -> None:
        for name in ("mu_x", "mu_y", "gamma", "noise"):
            value = getattr(self, name)
            check_range(_call(name, value), name, value, *LIMITS[name])
            object.__setattr__(self, name, float(value) + 0.0)  # a zero has no sign here
        for name in ("steps", "seed"):
            value = getattr(self, name)
            count = check_count(_call(name, value), name, value, int(LIMITS[name][0]))
            check_range(_call(name, value), name, count, *LIMITS[name])
            object.__setattr__(self, name, count)
        for name, known in (("problem", PROBLEMS), ("base", SHOWN)):
            value = getattr(self, name)
            if value not in known:
                rule = f"must be one of {', '.join(known)}"
                raise refuse(f"Setting({name}={str(value)[:40]!r})", name, rule)

    def link(self) -> str:
        """Return the setting as the fragment of a link: every digit is kept."""
        found = {word: _spelled(getattr(self, name)) for word, name in WORDS.items()}
        return urlencode({"v": VERSION, **found})

    def python(self) -> str:
        """Return the constructor call, without what is the default."""
        plain = Setting()
        given = (
            f"{f.name}={getattr(self, f.name)!r}"
            for f in fields(self)
            if getattr(self, f.name) != getattr(plain, f.name)
        )
        return f"Setting({', '.join(given)})"


def _call(name: str, value: Any) -> str:
    try:
        words = str(value)
    except ValueError:  # an integer of more digits than Python writes
        words = "…"
    return f"Setting({name}={words if len(words) <= 40 else words[:40] + '…'})"


def _spelled(value: Any) -> str:
    """Return the shortest text that reads back as the same number, as JavaScript writes it.

    >>> _spelled(1.0), _spelled(1.5e-5), _spelled(1.5e-7), _spelled("ogd")
    ('1', '0.000015', '1.5e-7', 'ogd')
    """
    if not isinstance(value, float):
        return str(value)
    if value == int(value):
        return str(int(value))
    text = repr(value)
    if "e-" not in text:
        return text
    digits, _, power = text.partition("e-")
    if int(power) > 6:
        return f"{digits}e-{int(power)}"
    # Formatting to as many decimals would round the binary value anew, and ties differently.
    return "0." + "0" * (int(power) - 1) + digits.replace(".", "")


def from_link(text: str) -> Setting:
    """Return the setting a link spells; an unknown word or a value out of range is refused.

    Words that only change the view (`color`, `t`, `pin`) are allowed and ignored.

    >>> from_link("#v=1&mux=0.9&T=50").steps
    50
    >>> from_link("mux=<script>")
    Traceback (most recent call last):
    ValueError: `link(mux='<script>')`: mux must be a number
    """
    if len(text) > LONGEST:
        raise refuse("link(…)", "the link", f"must have at most {LONGEST} characters")
    given: dict[str, Any] = {}
    for word, value in _words(text.lstrip("#?")):
        if word == "v":
            if value != VERSION:
                raise refuse(f"link(v={value[:40]!r})", "v", f"must be {VERSION}")
        elif word in VIEW_WORDS:
            continue
        elif word not in WORDS:
            rule = f"must be one of {', '.join((*WORDS, *VIEW_WORDS))}"
            raise refuse("link(…)", f"the word {word[:40]!r}", rule)
        elif WORDS[word] in given:
            raise refuse(f"link({word}={value[:40]!r})", word, "must be given once")
        else:
            given[WORDS[word]] = _read(word, value)
    return Setting(**given)


def _words(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_WORDS)
    except ValueError:
        raise refuse("link(…)", "the link", f"must have at most {MOST_WORDS} words") from None


def _read(word: str, value: str) -> Any:
    if word in ("problem", "base"):
        return value
    is_whole = word in WHOLE
    if len(value) > DIGITS:
        rule = f"must have at most {DIGITS} characters"
        raise refuse(f"link({word}={value[:40]}…)", word, rule)
    if not re.fullmatch(SPELLING[is_whole], value):
        kind = "an integer" if is_whole else "a number"
        raise refuse(f"link({word}={value[:40]!r})", word, f"must be {kind}")
    return int(value) if is_whole else float(value)
