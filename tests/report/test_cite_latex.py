"""Claims as LaTeX: the environment and what it needs, the note, the references, plain ASCII."""

import re
from dataclasses import replace

import pytest

from gpa_theory.core.labels import Label
from gpa_theory.report.cite import (
    ENVIRONMENT,
    NEW,
    PACKAGES,
    PAPER,
    attribution,
    bibtex,
    latex,
    theorem,
)
from gpa_theory.verify.registry import claims, find

EVERY = pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.id)
STANDARD = {"align*"}


def faults(text):
    """Return what would keep a text from compiling as printed, as far as its form shows."""
    found = [] if text.isascii() else ["not ASCII"]
    bare = re.sub(r"\\.", "", text)
    found += [] if bare.count("{") == bare.count("}") else ["braces"]
    found += [] if bare.count("$") % 2 == 0 else ["dollars"]
    displays = [len(re.findall(rf"(?<!\\)\\\{sign}", text)) for sign in "[]"]
    found += [] if displays[0] == displays[1] else ["displays"]
    open_, used = [], set()
    for verb, name in re.findall(r"\\(begin|end)\{([^}]*)\}", text):
        if verb == "begin":
            open_.append(name)
            used.add(name)
        elif not open_ or open_.pop() != name:
            found.append(f"end of {name}")
    found += [f"{name} stays open" for name in open_]
    declared = set(re.findall(r"^% needs .*", text)[0].split(r"\newtheorem{")[1:])
    declared = {part.split("}")[0] for part in declared}
    found += [f"{name} is undeclared" for name in used - STANDARD - declared]
    for line in text.splitlines():
        if re.search(r"(?<!\\)%", line) and not line.startswith("% needs"):
            found.append("a comment inside")
    return found


@EVERY
def test_every_claim_is_cited_in_a_form_that_compiles(claim):
    """ASCII, balanced, every environment standard or declared in the first line."""
    assert faults(latex([claim])) == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("Let", "Lét"), "not ASCII"),
        (("Let", "{Let"), "braces"),
        (("Let", "$Let"), "dollars"),
        (("Let", r"\[ Let"), "displays"),
        (("Let", r"\begin{array}{c}Let"), "end of theorem"),
        (("Let", "50 % of Let"), "a comment inside"),
        ((r"\newtheorem{theorem}", r"\newtheorem{lemma}"), "theorem is undeclared"),
    ],
)
def test_a_form_that_does_not_compile_is_noticed(change, fault):
    """Must fail: each fault planted in a good text is found."""
    text = latex([find("any-base")])
    assert fault in " ".join(faults(text.replace(*change, 1)))


@EVERY
def test_the_environment_is_that_of_the_label(claim):
    """Proved claims are theorems, certified ones propositions, others remarks; the note says so."""
    kind = {"proved": "theorem", "certified": "proposition"}.get(claim.label.value, "remark")
    assert theorem(claim).startswith(rf"\begin{{{kind}}}[{claim.label.value}; ")
    assert theorem(claim).endswith(rf"\end{{{kind}}}")
    assert rf"\label{{gpa:{claim.id}}}" in theorem(claim)


def test_every_label_has_an_environment():
    """A label that is added needs one."""
    assert set(ENVIRONMENT) == set(Label)


@EVERY
def test_every_reference_has_its_entry(claim):
    r"""Each \cite of the text is in the BibTeX of the same claim."""
    cited = set(re.findall(r"\\cite\{([^}]*)\}", theorem(claim)))
    assert cited <= set(re.findall(r"^@\w+\{([^,]+),", bibtex(claim), re.MULTILINE))


@EVERY
def test_nothing_is_attributed_to_the_theorem_of_the_paper(claim):
    """Its text was not available: nothing cites it, and novelty is claimed for proofs alone."""
    assert rf"\cite{{{PAPER}}}" not in theorem(claim)
    assert NEW not in theorem(claim) or (claim.label, claim.source) == (
        Label.PROVED,
        "this project",
    )


def test_the_first_line_says_what_is_needed_and_the_next_declare_it():
    """Several claims share one line and one declaration a kind, used only where there is none."""
    chosen = [find(name) for name in ("any-base", "smooth-worst-case", "any-weights")]
    lines = latex(chosen).splitlines()
    assert lines[0] == (
        rf"% needs {PACKAGES} and \newtheorem{{theorem}}{{Theorem}}"
        r" and \newtheorem{proposition}{Proposition}"
    )
    assert lines[1] == r"\ifdefined\theorem\else\newtheorem{theorem}{Theorem}\fi"
    assert lines[2] == r"\ifdefined\proposition\else\newtheorem{proposition}{Proposition}\fi"
    assert sum(line.startswith(r"\begin{theorem}") for line in lines) == 2
    assert faults(latex(chosen)) == []


def test_a_source_with_signs_that_tex_reads_is_escaped():
    """Percent signs and mathematics in a source become LaTeX; its keys become references."""
    claim = replace(find("any-base"), source="polyak1964some, 50 % of x_1; this project & others")
    assert attribution(claim) == r"\cite{polyak1964some}, 50 \% of $x_1$; ours \& others"
