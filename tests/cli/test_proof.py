"""`gpa proof`: statement, lemma, file, axioms, re-check; honest where no lemma is."""

import json
from dataclasses import replace

import pytest

from gpa_theory.__main__ import main
from gpa_theory.cli import exits
from gpa_theory.core.labels import Label
from gpa_theory.report.proofs import NOT_CHECKED, as_text, cell, lemmas_of
from gpa_theory.report.tables import claims_markdown
from gpa_theory.verify import registry
from gpa_theory.verify.registry import claims, find


def call(line, capsys):
    code = main(line.split())
    out, err = capsys.readouterr()
    return code, out, err


def test_a_proof_is_printed_whole(capsys):
    """Words, lemma with file, the statement as Rocq prints it, limits, axioms and re-check."""
    code, out, _ = call("proof weighted-theorem", capsys)
    assert code == exits.OK
    for part in (
        "lemma weighted_theorem, proofs/rocq/conversions/Weighted.v",
        "    gpa c mu_y z x y T ->",
        "    rsum (fun t : nat => p t * step_regret g z u t) T",
        "limits\n    real numbers, not floats",
        "axioms\n    ClassicalDedekindReals",
        "make proofs",
        "gpa verify --only weighted-theorem",
    ):
        assert part in out


def test_json_has_the_same_facts(capsys):
    """`--json` names lemma, file, statement, axioms and certificates."""
    _, out, _ = call("proof last-bound --json", capsys)
    found = json.loads(out)
    assert found["lemma"] == "ogd_last_rate_from_start"
    assert found["file"] == "proofs/rocq/rates/Rates.v"
    assert "sqrt (1 - mu_x)" in found["statement"]
    assert len(found["axioms"]) == 3
    assert "last-ogd" in found["certificates"]


def test_without_a_claim_all_are_listed(capsys):
    """`gpa proof` is one line per claim; with --json, one object per claim."""
    _, out, _ = call("proof", capsys)
    assert len(out.splitlines()) == len(claims())
    _, out, _ = call("proof --json", capsys)
    assert [entry["claim"] for entry in json.loads(out)] == [claim.id for claim in claims()]


def test_a_measured_claim_claims_no_proof(capsys):
    """A claim that is not proved has no lemma, and the output says so."""
    _, out, _ = call("proof telescoped-bound-is-tight", capsys)
    assert "no proof is claimed" in out
    _, out, _ = call("proof telescoped-bound-is-tight --json", capsys)
    assert json.loads(out)["lemma"] is None


def test_an_unknown_claim_is_refused(capsys):
    """One line on stderr, exit code 2."""
    code, out, err = call("proof fermat", capsys)
    assert (code, out) == (exits.USAGE, "")
    assert "claim must be one of affine-relations" in err


def test_a_proved_claim_without_a_lemma_says_so():
    """A claim that only a Python certificate proves is labelled "not machine-checked"."""
    claim = replace(find("step-identity"), id="new", checks={"proof of new": lambda seed: []})
    assert cell(claim) == NOT_CHECKED
    assert as_text(claim).splitlines()[-1].startswith(f"{NOT_CHECKED}; Python certificates: new")
    assert f"| {NOT_CHECKED} |" in claims_markdown([claim])


def test_a_new_claim_inherits_the_lemmas_of_its_certificates():
    """The manifest knows certificates too, so a claim need not be named in it."""
    claim = replace(find("step-identity"), id="new")
    assert [found.name for found in lemmas_of(claim)] == ["step_identity"]
    assert "covers" not in as_text(claim)


@pytest.mark.parametrize("claim", registry.claims(), ids=lambda c: c.id)
def test_the_claims_table_says_lemma_or_not_machine_checked(claim, capsys):
    """Every proved claim carries its lemma or the words; the others carry a dash."""
    said = cell(claim)
    if claim.label is Label.PROVED:
        assert said == NOT_CHECKED or said.strip("`") == lemmas_of(claim)[0].name
    else:
        assert said == "-"


def test_claims_prints_the_lemma(capsys):
    """`gpa claims` has a line for it."""
    _, out, _ = call("claims", capsys)
    assert "    lemma: weighted_theorem\n" in out
