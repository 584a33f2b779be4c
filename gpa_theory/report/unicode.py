"""Plain text with Unicode mathematics as LaTeX: for claims that have no formula of their own."""

from __future__ import annotations

import re

from gpa_theory.core.validation import refuse

TABLE = {
    "μ": r"\mu ",
    "φ": r"\varphi ",
    "ρ": r"\rho ",
    "ν": r"\nu ",
    "γ": r"\gamma ",
    "δ": r"\delta ",
    "Δ": r"\Delta ",
    "ε": r"\varepsilon ",
    "σ": r"\sigma ",
    "Σ": r"\sum ",
    "√": r"\surd ",
    "∞": r"\infty ",
    "∂": r"\partial ",
    "⟨": r"\langle ",
    "⟩": r"\rangle ",
    "≤": r"\le ",
    "≥": r"\ge ",
    "−": "-",
    "·": r"\cdot ",
    "×": r"\times ",
    "…": r"\dots ",
    "²": "^2",
    "ℝ": r"\mathbb{R}",
    "\u0302": "",  # a hat, moved in front of its letter before the table is read
    "*": "^*",
    "max_": r"\max_",
    "mean": r"\operatorname{mean}",
}
ESCAPED = str.maketrans({c: rf"\{c}" for c in "%&#$"})
MATHS = re.compile(r"[_^=|*<>+]|[^\x00-\x7f]")  # a word with any of these is mathematics


def as_latex(text: str) -> str:
    r"""Return `text` in ASCII, runs of mathematical words between dollars.

    >>> print(as_latex("φ_t attains DG/√T to 1 % for every μ_x tried"))
    $\varphi _t$ attains $DG/\sqrt{T}$ to 1 \% for every $\mu _x$ tried
    """
    pieces: list[tuple[bool, list[str]]] = []
    for word in text.split():
        is_maths = bool(MATHS.search(word))
        if pieces and pieces[-1][0] == is_maths:
            pieces[-1][1].append(word)
        else:
            pieces.append((is_maths, [word]))
    found = " ".join(
        _maths(" ".join(words)) if is_maths else " ".join(words).translate(ESCAPED)
        for is_maths, words in pieces
    )
    stray = [c for c in found if not c.isascii()]
    if stray or found.count("{") != found.count("}"):
        raise refuse("as_latex()", "text", f"has no LaTeX form: {''.join(stray) or 'braces'}")
    return found


def _maths(run: str) -> str:
    body = run.rstrip(".,;:")
    after = run[len(body) :]
    body = re.sub(r"√(\w|\([^()]*\))", r"\\sqrt{\1}", body)
    body = re.sub("(\\w)\u0302", r"\\hat{\1}", body)
    for sign, latex in TABLE.items():
        body = body.replace(sign, latex)
    return f"${body.translate(ESCAPED)}${after}"
