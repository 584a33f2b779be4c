"""Packaged worst-case certificates as theorems: coqc accepts each, and refuses a changed digit."""

import re
from fractions import Fraction

import pytest

from gpa_theory.verify.shipped import near
from gpa_theory.worst_case.rational.stored import load, packaged
from gpa_theory.worst_case.rational.theorem import theorem
from tests.proofs.development import coqc, escapes
from tests.proofs.test_gate import AXIOMS

GOOD = next(path for path in packaged() if path.stem == "last_T05_tuned")


def written(folder, texts):
    """Compile theorems as modules of one file: loading the real numbers takes most of the time."""
    heads = {text[: text.index("Open Scope Z_scope.")] for text in texts.values()}
    (head,) = heads
    parts = [
        f"Module M{k}.\n{text.removeprefix(head)}End M{k}.\n"
        for k, text in enumerate(texts.values())
    ]
    (folder / "Packaged.v").write_text(head + "\n".join(parts), encoding="utf-8")
    return coqc(folder, "Packaged.v")


def test_every_packaged_certificate_is_a_theorem(compiled):
    """All compile, use no escape hatch and rest on axioms of the real numbers alone."""
    texts = {path.stem: theorem(load(path), path.stem) for path in packaged()}
    assert [found for text in texts.values() for found in escapes(text)] == []
    made = written(compiled, texts)
    assert made.returncode == 0, made.stderr[-2000:]
    assert made.stdout.count("Axioms:") == len(texts) == 12
    named = re.findall(r"^([A-Z][\w.]*\.\w+)(?= :|\n  :)", made.stdout, re.MULTILINE)
    assert set(named) <= AXIOMS


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("bound_num := 31032432059", "bound_num := 31032432058"),
        ("<= (31032432059 / 68719476736).", "<= (31032432058 / 68719476736)."),
        ("subgradient_run (exponential (7 / 10))", "subgradient_run (exponential (8 / 10))"),
        ("lipschitz_class 1 f", "lipschitz_class 2 f"),
        ("sqnorm (z 1%nat -v u) <= 1 ^ 2", "sqnorm (z 1%nat -v u) <= 2 ^ 2"),
        ("common := 5000000", "common := 5000001"),
        ("(0%nat, 11139559618)", "(0%nat, 11139559619)"),
        ("norms := [15508778315;", "norms := [15508778316;"),
        ("(AtX 5), 5%nat)]", "(AtX 5), 4%nat)]"),
        ("factor := [\n  [1337", "factor := [\n  [1437"),
    ],
)
def test_a_changed_digit_is_refused(compiled, right, wrong):
    """Must fail: one digit of the statement, of the question or of the evidence."""
    text = theorem(load(GOOD))
    assert text.count(right) == 1
    (compiled / "Changed.v").write_text(text.replace(right, wrong), encoding="utf-8")
    assert coqc(compiled, "Changed.v").returncode != 0


def test_near_minimax_constants_are_those_of_four_theorems():
    """The bounds that the claim compares with κ DG/√T are the ones that the theorems state."""
    texts = [theorem(load(path)) for path in packaged()]
    found = list(near())
    assert len(found) == 4
    for factor, statement in found:
        bound = Fraction(statement.bound)
        end = f"f (x {statement.steps}%nat) - f u <= ({bound.numerator} / {bound.denominator})."
        assert sum(end in text for text in texts) == 1
        assert bound**2 * statement.steps <= factor**2
