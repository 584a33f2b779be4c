"""With TeX at hand: every claim compiles as printed, and BibTeX takes every entry silently."""

import os
import re
import shutil
import subprocess

import pytest

from gpa_theory.report.cite import PACKAGES, bibtex, latex, references
from gpa_theory.verify.registry import claims

MISSING = "pdflatex or bibtex is not installed (Debian: apt install texlive-latex-base)"
WIDE = 15  # points by which a line may stick out in the narrow column of `article`


@pytest.fixture
def tex():
    """Skip without TeX; fail instead where GPA_REQUIRE_TEX=1 says that it is required."""
    if shutil.which("pdflatex") and shutil.which("bibtex"):
        return
    if os.environ.get("GPA_REQUIRE_TEX") == "1":
        pytest.fail(f"{MISSING}, and GPA_REQUIRE_TEX=1")
    pytest.skip(f"{MISSING}; GPA_REQUIRE_TEX=1 makes this a failure")


def document(body):
    """Return a document of class `article` with the packages that the first line asks for."""
    return f"\\documentclass{{article}}\n{PACKAGES}\n\\begin{{document}}\n{body}\n\\end{{document}}"


def ran(folder, *command):
    """Return exit code and output of a TeX program in a folder; no shell, no questions."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout


def compiled(folder, text):
    """Return exit code and log of pdflatex on a document; it draws no page."""
    (folder / "a.tex").write_text(text, encoding="ascii")
    options = ("-draftmode", "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape")
    return ran(folder, "pdflatex", *options, "a.tex")


def test_every_claim_compiles_as_printed(tex, tmp_path):
    """All in one document; that each declares what it uses is tested without TeX."""
    body = "\n\n".join(latex([claim]) for claim in claims())
    code, log = compiled(tmp_path, document(body))
    assert code == 0, log[-2000:]
    wide = [float(points) for points in re.findall(r"Overfull \\hbox \((\S+?)pt too wide", log)]
    assert max(wide, default=0) < WIDE


@pytest.mark.parametrize("label", ["proved", "certified", "measured"])
def test_one_claim_of_each_kind_compiles_alone(label, tex, tmp_path):
    """In a document that declares nothing, and in one that has declared the environment."""
    claim = next(claim for claim in claims() if claim.label.value == label)
    text = latex([claim])
    (declared,) = re.findall(r"\\newtheorem\S+", text.splitlines()[0])
    for before in ("", f"{declared}\n"):
        whole = document(text).replace(r"\begin{document}", before + r"\begin{document}")
        code, log = compiled(tmp_path, whole)
        assert code == 0, log[-2000:]


def test_a_text_that_does_not_compile_is_noticed(tex, tmp_path):
    """Must fail: an environment that nobody declares."""
    code, _ = compiled(tmp_path, document("\\begin{claim}\nx\n\\end{claim}"))
    assert code != 0


def warned(folder, entries):
    """Return the warnings and errors of BibTeX, in the plain style, on all of the entries."""
    (folder / "a.bib").write_text(entries, encoding="ascii")
    (folder / "a.aux").write_text("\\citation{*}\n\\bibstyle{plain}\n\\bibdata{a}\n")
    _, out = ran(folder, "bibtex", "a")
    return re.findall(r"^(?:Warning--|\(There w).*|^.*error message.*", out, re.MULTILINE)


def test_bibtex_takes_every_entry_without_a_warning(tex, tmp_path):
    """The whole bibliography, and the default output of `gpa cite`, in the plain style."""
    assert warned(tmp_path, "\n\n".join(references().values())) == []
    assert warned(tmp_path, bibtex()) == []


def test_a_warning_is_noticed(tex, tmp_path):
    """Must fail: an article without its journal."""
    assert warned(tmp_path, bibtex().replace("@misc", "@article", 1)) != []
