"""Mathematics in plain letters: whatever the project prints has a spelling that can be read."""

import ast
import re
from pathlib import Path

import pytest

from gpa_theory.cli.spelling import HANDLER, spelled

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("constant μ_x in [0, 1)", "constant mu_x in [0, 1)"),
        ("DG/√T + ρGD/T", "DG/sqrt(T) + rho GD/T"),
        ("√(Σ|g_t|²) ≤ γ", "sqrt(Sigma|g_t|^2) <= gamma"),
        ("νB(x_t, y_t) − ρ_t", "nu B(x_t, y_t) - rho_t"),
        ("D²/(2γ) + γG²", "D^2/(2gamma) + gamma G^2"),
        ("x₁, 10⁻¹², ½, x̂, é", "x_1, 10^-12, 1/2, x_hat, e"),
        ("Dγ, √√T, √", "D gamma, sqrt sqrt(T), sqrt"),
        ("√ν", "sqrt nu"),
        ("中", "\\u4e2d"),
        ("\udc80", "\\udc80"),
    ],
)
def test_a_formula_can_be_read_in_ascii(text, plain):
    """Greek by its name, signs as they are typed; what has no spelling is its code."""
    assert spelled(text) == plain


def test_everything_the_project_prints_has_a_spelling():
    """No string of the package or the experiments is written as codes."""
    wrong = {}
    for path in [*ROOT.glob("gpa_theory/**/*.py"), *ROOT.glob("experiments/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            said = node.value if isinstance(node, ast.Constant) else None
            foreign = re.sub(r"[\x00-\x7f]", "", said) if isinstance(said, str) else ""
            if re.search(r"\\[uUx]", spelled(foreign)):
                wrong[path.name] = said
    assert wrong == {}


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "cp437", "shift_jis", "utf-7"])
def test_an_encoding_keeps_the_letters_it_has(encoding):
    """Only what is missing is spelled; every encoding that has ASCII takes the result."""
    text = "μ ≤ ½, γG²√T ± √(x) ⟨g, z⟩ ✓"
    written = text.encode(encoding, HANDLER).decode(encoding)
    for letter in set(text):
        try:
            letter.encode(encoding)
        except UnicodeEncodeError:
            assert letter not in written
        else:
            assert letter in written


def test_only_writing_is_spelled():
    """Must fail: bytes that cannot be read are an error still."""
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", HANDLER)
