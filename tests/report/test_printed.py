"""The record of the claims is the registry in words, and reading it loads no theory."""

import subprocess
import sys

import pytest

from gpa_theory.report import printed
from gpa_theory.verify import registry

HEAVY = ("numpy", "scipy", "sympy", "cvxpy", "torch", "matplotlib")
STATIC = (
    ("claims",),
    ("claims", "--json"),
    ("cite", "any-base"),
    ("cite", "--latex", "any-base", "matched-decay"),
    ("proof",),
    ("proof", "any-base", "--json"),
)


@pytest.fixture(scope="module")
def made():
    return tuple(map(printed.recorded, registry.claims()))


def test_the_record_is_the_registry(made):
    """Every id, word, source, label, check and LaTeX statement is as the registry has it.

    If this fails, run `make readme`.
    """
    assert printed.claims() == made


def test_the_record_reads_back(made, monkeypatch, tmp_path):
    """What is written is what is read, letter for letter."""
    (tmp_path / printed.DATA).write_text(printed.as_text(made), encoding="utf-8")
    monkeypatch.setattr(printed, "files", lambda package: tmp_path)
    printed.claims.cache_clear()
    try:
        assert printed.claims() == made
    finally:
        printed.claims.cache_clear()


def test_an_unknown_claim_is_refused_with_the_nearest():
    """Both ways of finding a claim refuse in the same words."""
    said = []
    for find in (printed.find, registry.find):
        with pytest.raises(ValueError, match="nearest: any-base") as refused:
            find("any-bass")
        said.append(str(refused.value))
    assert said[0] == said[1]


@pytest.mark.parametrize("words", STATIC, ids=" ".join)
def test_static_answers_load_no_theory(words):
    """`gpa claims`, `cite` and `proof` import no numerical library, whatever they print."""
    code = (
        "import sys; from gpa_theory.__main__ import main; status = main(sys.argv[1:]);"
        f"print([m for m in {HEAVY} if m in sys.modules], status, file=sys.stderr)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    )
    assert ran.stderr.split("\n")[-2] == "[] 0"
    assert ran.stdout
