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
    ("recursion/StepIdentity.v", "- odds (mu_y t) * breg f g (x t)", "- rho c t * breg f g (x t)"),
    ("recursion/StepIdentity.v", "mu_y t * rho c t / k t *", "rho c t * rho c t / k t *"),
    ("foundations/Definitions.v", "p (S t) * rho c (S t)", "p t * rho c (S t)"),
    ("foundations/Definitions.v", "loss_convex : convex_on C f;", "loss_convex : convex_set C;"),
    ("foundations/Definitions.v", "0 < c t <= 1;", "0 <= c t <= 1;"),
    ("conversions/Rows.v", "= rsum w T * phi T.", "= w T * phi T."),
    (
        "conversions/Conversions.v",
        "<= regret g z u T + odds mu_x *",
        "<= regret g z u T - odds mu_x *",
    ),
    ("conversions/Conversions.v", "<= mu_x ^ (T - 1) * (f", "<= mu_x ^ T * (f"),
    ("conversions/Conversions.v", "/ (INR T + odds mu_x).", "/ (INR T + mu_x)."),
    (
        "bases/GradientDescent.v",
        "gamma / 2 * rsum (fun t => sqnorm (g t)) T.",
        "gamma / 4 * rsum (fun t => sqnorm (g t)) T.",
    ),
    (
        "bases/BoundedIterates.v",
        "gamma * G ^ 2 / (2 * (1 - mu)).",
        "gamma * G ^ 2 / (4 * (1 - mu)).",
    ),
    ("rates/Rates.v", "diameter * G * sqrt (1 - mu_x).", "diameter * G * (1 - mu_x)."),
    ("recursion/TwoBuffer.v", "(1 - mu_y * (1 - c (S t))) *v Delta.", "c (S t) *v Delta."),
    ("recursion/Momentum.v", "y t -v ((1 - mu_x) * gamma) *v g t.", "y t -v gamma *v g t."),
    (
        "bases/AdaGrad.v",
        "<= (diameter ^ 2 / (2 * gamma) + gamma) * sqrt",
        "<= (diameter ^ 2 / (2 * gamma) + 1) * sqrt",
    ),
    ("bases/DualAveraging.v", "+ gamma * G ^ 2) * sqrt (INR T).", "+ G ^ 2) * sqrt (INR T)."),
    ("bases/DecreasingSteps.v", "+ gamma * G ^ 2) * sqrt (INR T).", "+ G ^ 2) * sqrt (INR T)."),
    (
        "rates/StrongConvexity.v",
        "(1 - (1 - c t) * mu_y t ^ 2) * sqnorm (z t -v u).",
        "(1 - (1 - c t) * mu_y t ^ 3) * sqnorm (z t -v u).",
    ),
    ("quadratics/Stability.v", "/ (1 + mu_x - 2 * mu_x * mu_y).", "/ (1 + mu_x - mu_x * mu_y)."),
    ("quadratics/Variance.v", "* (1 + dt) / ((1 - dt) *", "* (1 - dt) / ((1 - dt) *"),
    ("rates/Witness.v", "> regret g z u 2.", "> regret g z u 1."),
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
    shutil.copytree(compiled, tmp_path, dirs_exist_ok=True)
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
    shutil.copytree(compiled, tmp_path, dirs_exist_ok=True)
    assert coqc(tmp_path, "conversions/Weighted.v").returncode == 0
