"""Mathematics in plain letters, for a terminal or a file whose encoding has no Greek.

A stream that cannot write μ_x, ≤ or √T writes mu_x, <= and sqrt(T): nothing fails, and nothing
that a reader needs is lost.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

HANDLER = "gpa_theory.spelled"  # the name under which streams ask for it

SIGNS = {
    "−": "-",
    "≤": "<=",
    "≥": ">=",
    "≈": "~=",
    "×": "x",
    "·": "*",
    "±": "+-",
    "…": "...",
    "∞": "inf",
    "∈": "in",
    "∂": "d",
    "∇": "grad ",
    "⟨": "<",
    "⟩": ">",
    "⌈": "ceil(",
    "⌉": ")",
    "′": "'",
    "″": "''",
    "\u2223": "|",
    "→": "->",
    "←": "<-",
    "∝": "~",
    "∫": "integral ",
    "⪰": ">=",
    "⟂": "_|_",
    "•": "*",
    "§": "section ",
    "\u2013": "-",
    "\u2014": "-",
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "✓": "+",
    "○": "o",
    "✗": "x",
    "\u0302": "_hat",
    "\u0303": "_tilde",
    "\u00a0": " ",
    "\u202f": " ",
}
GREEK = re.compile(r"GREEK (SMALL|CAPITAL) LETTER (FINAL |)(?P<name>\w+)")
ROOTED = re.compile(r"[0-9A-Za-z]")
MARKED = {"<super>": "^", "<sub>": "_"}


def spelled(text: str) -> str:
    """Return the text in ASCII; what has no spelling is written as its code.

    >>> spelled("μ_x ≤ γG²√T, |z_t − u| ≤ ½")
    'mu_x <= gamma G^2 sqrt(T), |z_t - u| <= 1/2'
    """
    return text.encode("ascii", HANDLER).decode("ascii")


def _handle(error: UnicodeError) -> tuple[str, int]:
    """Return what to write for the characters that cannot be encoded, and where to go on."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text, at, pieces = error.object, error.start, []
    while at < error.end:
        before = (pieces[-1] if pieces else text[at - 1 : at])[-1:]
        if text[at] == "√":
            follower = text[at + 1 : at + 2]
            taken = bool(ROOTED.fullmatch(follower))
            root = f"sqrt({follower})" if taken else "sqrt"
            pieces.append(f" {root}" if before.isalnum() else root)
            at += 1 + taken
            continue
        word = _one(text[at])
        if at > error.start and word[:1] == _one(text[at - 1])[:1] and word[:1] in ("^", "_"):
            word = word[1:]  # ⁻¹ is one exponent
        if word.isalpha() and len(word) > 1:  # letters of two names must not run together
            word = f" {word}" if before.isalpha() else word
            word = f"{word} " if text[at + 1 : at + 2].isalnum() else word
        pieces.append(word)
        at += 1
    return "".join(pieces), at


def _one(character: str) -> str:
    """Return one character in ASCII letters and signs."""
    if character.isascii():
        return character
    if character in SIGNS:
        return SIGNS[character]
    greek = GREEK.match(unicodedata.name(character, ""))
    if greek:
        name = {"LAMDA": "LAMBDA"}.get(greek["name"], greek["name"]).lower()
        return name.capitalize() if character.isupper() else name
    mark, *codes = unicodedata.decomposition(character).split() or [""]
    parts = codes if mark.startswith("<") else [mark, *codes] if mark else []
    if not parts:
        return "" if unicodedata.combining(character) else _coded(character)
    found = "".join("/" if code == "2044" else _one(chr(int(code, 16))) for code in parts)
    return MARKED.get(mark, "") + found


def _coded(character: str) -> str:
    return character.encode("ascii", "backslashreplace").decode("ascii")


codecs.register_error(HANDLER, _handle)
