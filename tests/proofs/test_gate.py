"""The gate of the proofs: nothing assumed, statements frozen, axioms pinned, manifest complete."""

import json
import re
from pathlib import Path

import pytest

from gpa_theory.core.labels import Label
from gpa_theory.report import proofs_page
from gpa_theory.report.proofs import certificates_of, lemmas_of
from gpa_theory.symbolic.theorems import PROOFS as CERTIFICATES
from gpa_theory.symbolic.theorems import bounds
from gpa_theory.verify.formal.lemmas import LEMMA, record
from gpa_theory.verify.registry import claims
from tests.proofs import development
from tests.proofs.development import PROOFS, ROCQ, ROOT, escapes, imported

AXIOMS = {
    "ClassicalDedekindReals.sig_forall_dec",
    "ClassicalDedekindReals.sig_not_dec",
    "FunctionalExtensionality.functional_extensionality_dep",
}
MANIFEST = json.loads((PROOFS / "manifest.json").read_text(encoding="utf-8"))
AUDIT = (ROCQ / "Audit.v").read_text(encoding="utf-8")
SOURCES = proofs_page.sources(PROOFS)
MAX_LINES = 250


@pytest.mark.parametrize("name", [*SOURCES, "Audit.v"])
def test_nothing_is_assumed_or_left_out(name):
    """No file uses an escape hatch, and hypotheses stand inside sections only."""
    assert escapes((ROCQ / name).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "text",
    [
        "Lemma a : 1 = 2. Admitted.",
        "Axiom a : 1 = 2.",
        "Parameter a : nat.",
        "Section S.\nEnd S.\nHypothesis a : 1 = 2.",
        "From Coq Require Import Classical.",
        "Require Import GPA.Sums.",
        "Unset Guard Checking.",
        'Declare ML Module "x".',
        "(* (* nested *) *) Conjecture a : False.",
    ],
)
def test_an_escape_hatch_is_found(text):
    """Must fail: each way around a proof is named."""
    assert escapes(text)


def test_comments_may_say_anything():
    """Words in comments, nested ones too, and hypotheses of a section are no escape."""
    text = "(* Admitted (* Axiom *) Parameter *)\nSection S.\nHypothesis h : True.\nEnd S.\n"
    assert escapes(text) == []


@pytest.mark.parametrize("name", SOURCES)
def test_files_are_short_and_say_what_they_prove(name):
    """One idea per file: at most 250 lines, with a header that names the results."""
    text = SOURCES[name]
    header = text.split("*)\n", 1)[0]
    assert len(text.splitlines()) <= MAX_LINES
    assert text.startswith("(** * ")
    assert "Main result" in header or name == "foundations/Definitions.v"


def test_every_file_is_compiled_and_imported_by_the_audit():
    """No source stands outside the build, none outside the audit."""
    assert {p.relative_to(ROCQ).as_posix() for p in ROCQ.rglob("*.v")} == {*SOURCES, "Audit.v"}
    assert imported(AUDIT) == {Path(name).stem for name in SOURCES}


def test_printed_theorems_are_the_ones_whose_axioms_are_asked():
    """The audit checks and asks for the axioms of the same list."""
    asked = re.findall(r"@(\w+)", AUDIT.split("Definition audited")[1])
    assert asked == proofs_page.audited(PROOFS)
    assert len(asked) == len(set(asked)) >= 100


def test_every_lemma_of_the_manifest_is_audited():
    """Claims, certificates and further lemmas name audited theorems, in the file that is said."""
    named = [MANIFEST["main"], *MANIFEST["certificates"].values(), *MANIFEST["further"]]
    for entry in MANIFEST["claims"].values():
        named += [entry["lemma"], *entry["also"]]
        assert proofs_page.place_of(entry["lemma"], SOURCES) == entry["file"]
    assert set(named) <= set(proofs_page.audited(PROOFS))


def test_claims_and_certificates_of_the_manifest_exist():
    """The manifest names no claim that the registry lacks, and no unknown certificate."""
    assert set(MANIFEST["claims"]) <= {claim.id for claim in claims()}
    assert set(MANIFEST["certificates"]) <= {*CERTIFICATES, *bounds()}


@pytest.mark.parametrize(
    "claim", [c for c in claims() if c.label is Label.PROVED], ids=lambda c: c.id
)
def test_every_proved_claim_says_what_proves_it(claim):
    """A proved claim has a lemma or a certificate; its certificates' lemmas are among its own."""
    lemmas = {found.name for found in lemmas_of(claim)}
    assert lemmas or certificates_of(claim)
    checked = {check.removeprefix(LEMMA) for check in claim.checks if check.startswith(LEMMA)}
    assert checked <= lemmas
    known = MANIFEST["certificates"]
    assert {known[name] for name in certificates_of(claim) if name in known} <= lemmas


def test_tests_of_the_manifest_exist():
    """Every conformance test that the page names is there."""
    for entry in MANIFEST["claims"].values():
        file, name = entry["test"].split("::")
        text = (ROOT / proofs_page.CONFORMANCE / file).read_text(encoding="utf-8")
        assert f"\ndef {name}(" in text


def test_the_shipped_record_and_the_page_are_current():
    """`python -m gpa_theory.report.proofs_page` would change nothing."""
    assert record() == proofs_page.gathered(PROOFS)
    page = (PROOFS / proofs_page.PAGE).read_text(encoding="utf-8")
    assert page == proofs_page.page(claims(), SOURCES)


def test_the_record_pins_the_axioms():
    """Three axioms, those of the standard library's real numbers."""
    assert set(record()["axioms"]) == AXIOMS


def test_a_name_proved_twice_or_never_is_refused():
    """The place of a lemma is one file."""
    with pytest.raises(ValueError, match="must be proved in one file"):
        proofs_page.place_of("fermat", SOURCES)


def test_the_page_can_be_written_elsewhere(tmp_path, monkeypatch):
    """The command writes record and page, from the folder it is given."""
    import shutil

    shutil.copytree(
        PROOFS, tmp_path / "proofs", ignore=shutil.ignore_patterns("*.vo*", "README.md")
    )
    monkeypatch.setattr(proofs_page, "RECORD", tmp_path / proofs_page.DATA)
    proofs_page.main(str(tmp_path / "proofs"))
    assert (tmp_path / "proofs/README.md").read_text() == (PROOFS / "README.md").read_text()
    assert json.loads((tmp_path / proofs_page.DATA).read_text()) == record()


@pytest.mark.parametrize(("required", "outcome"), [("0", pytest.skip), ("1", pytest.fail)])
def test_without_coqc_the_proofs_are_skipped_or_required(required, outcome, monkeypatch):
    """A missing checker is a skip with a reason, and a failure where GPA_REQUIRE_PROOFS=1."""
    monkeypatch.setenv("GPA_REQUIRE_PROOFS", required)
    monkeypatch.setattr(development.shutil, "which", lambda name: None)
    with pytest.raises(outcome.Exception, match="coqc is not installed"):
        development.needed()
