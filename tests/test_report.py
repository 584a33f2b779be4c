"""Reports: provenance without paths, tables that pick what decides, README marks."""

import subprocess

import pytest

from gpa_theory.report import manifest
from gpa_theory.report.readme import END, START, refreshed
from gpa_theory.report.tables import complaints_text, outcomes_text
from gpa_theory.report.unicode import as_latex
from gpa_theory.verify.claims import Outcome
from gpa_theory.verify.registry import claims
from gpa_theory.verify.verdict import compare, exactly


def test_manifest_has_no_paths(tmp_path):
    """Arguments that are paths are cut to their last part."""
    found = manifest.collect(["gpa", "verify", "--json", str(tmp_path / "x.json")], 3)
    assert found["command"] == "gpa verify --json x.json"
    assert found["seed"] == 3
    assert len(found["hashes"]["source"]) == 64
    assert found["versions"]["numpy"]


def test_a_missing_package_or_checkout_is_none(monkeypatch):
    """Outside git there is no commit; a package that is not there has no version."""

    def fail(*arguments, **options):
        raise subprocess.CalledProcessError(128, "git")

    assert manifest._version("no-such-package") is None
    monkeypatch.setattr(subprocess, "run", fail)
    assert manifest.commit() is None


@pytest.mark.parametrize(("status", "end"), [("", "abc"), (" M x.py", "abc+dirty")])
def test_an_edited_checkout_says_so(status, end, monkeypatch):
    """The commit is marked when the package differs from it."""
    answers = {"rev-parse": "abc", "status": status}
    monkeypatch.setattr(manifest, "_git", lambda verb, *rest: answers[verb])
    assert manifest.commit() == end


def test_tables_show_what_decides():
    """The worst verdict is shown first, and exact 0 ≤ 0 only if there is nothing else."""
    claim = claims()[0]
    good, trivial, bad = exactly("good", 1, 3), exactly("trivial", 0, 0), compare("bad", 2, 1, 0.1)
    shown = outcomes_text([Outcome(claim, (trivial, good), 0.1)])
    assert "good: 1 ≤ 3" in shown
    assert "trivial" in outcomes_text([Outcome(claim, (trivial,), 0.1)])
    assert "bad: 2 ≤ 1" in outcomes_text([Outcome(claim, (good, bad), 0.1)])
    assert complaints_text([Outcome(claim, (good,), 0.1)]) == ""
    assert "violated: affine-relations: bad" in complaints_text([Outcome(claim, (bad,), 0.1)])


@pytest.mark.parametrize(("text", "what"), [("a ∮ b", "∮"), ("{x_1", "braces")])
def test_text_without_a_latex_form_is_refused(text, what):
    """A sign that is not in the table, or an open brace, is named."""
    with pytest.raises(ValueError, match=f"has no LaTeX form: {what}"):
        as_latex(text)


def test_readme_marks_must_be_there():
    """A README without both marks is refused, not overwritten."""
    assert refreshed(f"{START}old{END}", "new") == f"{START}\nnew\n{END}"
    with pytest.raises(ValueError, match="must hold each mark of the claims table once"):
        refreshed("no marks", "new")
