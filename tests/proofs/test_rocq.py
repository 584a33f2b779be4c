"""The proofs compile, say what is frozen, rest on three axioms; one wrong token is refused."""

import re
import shutil
from pathlib import Path

import pytest

from gpa_theory.report.proofs_page import axioms
from tests.proofs.development import PROOFS, ROCQ, coqc
from tests.proofs.test_gate import AXIOMS, SOURCES


def test_statements_definitions_and_axioms_are_the_frozen_ones(compiled):
    """What the checker prints is STATEMENTS.txt; `make -C proofs/rocq statements` renews it."""
    now = (compiled / "statements.now").read_text(encoding="utf-8")
    assert now == (PROOFS / "STATEMENTS.txt").read_text(encoding="utf-8")


def test_only_the_axioms_of_the_real_numbers_are_used(compiled):
    """Print Assumptions over all audited theorems lists exactly three axioms."""
    now = (compiled / "statements.now").read_text(encoding="utf-8")
    assert set(axioms(now)) == AXIOMS
    listed = now.split("\nAxioms:\n")[1]
    assert len(re.findall(r"^\S+(?= :|\n  :)", listed, re.MULTILINE)) == len(AXIOMS)


# (file, right, wrong): one token each; the compiler must refuse the file, or one that uses it.
PLANTED = [
    ("StepIdentity.v", "- odds (mu_y t) * breg f g (x t)", "- rho c t * breg f g (x t)"),
    ("StepIdentity.v", "mu_y t * rho c t / k t *", "rho c t * rho c t / k t *"),
    ("Definitions.v", "p (S t) * rho c (S t)", "p t * rho c (S t)"),
    ("Definitions.v", "loss_convex : convex_on C f;", "loss_convex : convex_set C;"),
    ("Definitions.v", "0 < c t <= 1;", "0 <= c t <= 1;"),
    ("Rows.v", "= rsum w T * phi T.", "= w T * phi T."),
    ("Conversions.v", "<= regret g z u T + odds mu_x *", "<= regret g z u T - odds mu_x *"),
    ("Conversions.v", "<= mu_x ^ (T - 1) * (f", "<= mu_x ^ T * (f"),
    ("Conversions.v", "/ (INR T + odds mu_x).", "/ (INR T + mu_x)."),
    (
        "GradientDescent.v",
        "gamma / 2 * rsum (fun t => sqnorm (g t)) T.",
        "gamma / 4 * rsum (fun t => sqnorm (g t)) T.",
    ),
    ("BoundedIterates.v", "gamma * G ^ 2 / (2 * (1 - mu)).", "gamma * G ^ 2 / (4 * (1 - mu))."),
    ("Rates.v", "diameter * G * sqrt (1 - mu_x).", "diameter * G * (1 - mu_x)."),
    ("TwoBuffer.v", "(1 - mu_y * (1 - c (S t))) *v Delta.", "c (S t) *v Delta."),
    ("Momentum.v", "y t -v ((1 - mu_x) * gamma) *v g t.", "y t -v gamma *v g t."),
    (
        "AdaGrad.v",
        "<= (diameter ^ 2 / (2 * gamma) + gamma) * sqrt",
        "<= (diameter ^ 2 / (2 * gamma) + 1) * sqrt",
    ),
    ("DualAveraging.v", "+ gamma * G ^ 2) * sqrt (INR T).", "+ G ^ 2) * sqrt (INR T)."),
    (
        "StrongConvexity.v",
        "(1 - (1 - c t) * mu_y t ^ 2) * sqnorm (z t -v u).",
        "(1 - (1 - c t) * mu_y t ^ 3) * sqnorm (z t -v u).",
    ),
    ("Stability.v", "/ (1 + mu_x - 2 * mu_x * mu_y).", "/ (1 + mu_x - mu_x * mu_y)."),
    ("Variance.v", "* (1 + dt) / ((1 - dt) *", "* (1 - dt) / ((1 - dt) *"),
    ("Witness.v", "> regret g z u 2.", "> regret g z u 1."),
]


def refused_by(folder: Path, start: str) -> str:
    """Return what the compiler says of the first refused file, from `start` on; "" if none is."""
    order = list(SOURCES)
    for name in order[order.index(start) :]:
        done = coqc(folder, name)
        if done.returncode:
            return done.stderr
    return ""


IDS = [f"{index}-{planted[0]}" for index, planted in enumerate(PLANTED, start=1)]


@pytest.mark.parametrize(("name", "right", "wrong"), PLANTED, ids=IDS)
def test_one_wrong_token_is_refused(name, right, wrong, compiled, tmp_path):
    """A planted error is no theorem: the proof breaks, and not by bad syntax."""
    for path in compiled.glob("*.v*"):
        shutil.copy2(path, tmp_path)
    text = (ROCQ / name).read_text(encoding="utf-8")
    assert right in text
    (tmp_path / name).write_text(text.replace(right, wrong, 1), encoding="utf-8")
    said = refused_by(tmp_path, name)
    assert said
    assert "Syntax error" not in said
    assert "was not found" not in said
    assert "inconsistent" not in said


def test_an_unplanted_copy_is_accepted(compiled, tmp_path):
    """Must pass: without a planted error the same procedure refuses nothing."""
    for path in compiled.glob("*.v*"):
        shutil.copy2(path, tmp_path)
    assert coqc(tmp_path, "Weighted.v").returncode == 0
