"""Reports: provenance without paths, tables that pick what decides, README marks."""

import re
import subprocess
from pathlib import Path

import pytest

from gpa_theory.report import manifest
from gpa_theory.report.cite import PROJECT, bibtex, keys_of, references, theorem
from gpa_theory.report.readme import END, START, refreshed
from gpa_theory.report.tables import complaints_text, outcomes_text
from gpa_theory.report.unicode import as_latex
from gpa_theory.verify.claims import Outcome
from gpa_theory.verify.registry import claims, find
from gpa_theory.verify.verdict import compare, exactly

BIB = Path(__file__).resolve().parent.parent / "REFERENCES.bib"


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


def test_citations_name_the_sources():
    """A claim's entries include its sources, each once."""
    claim = find("schedule-free-bound")
    assert "defazio2024road" in keys_of(claim)
    assert bibtex(claim).count("@misc{defazio2025smoothing") == 1


FIELD = r"^  {} += [{{](.*?)[}}],$"


def field(name, entry):
    """Return a field of a BibTeX entry on one line, or "" if it is not there."""
    found = re.search(FIELD.format(name), entry, re.MULTILINE | re.DOTALL)
    return " ".join(found[1].split()) if found else ""


@pytest.mark.parametrize("key", [key for key in references() if key != PROJECT])
def test_every_source_can_be_looked_up(key):
    """Title, authors and year; a DOI or an arXiv id, each well formed; and an address."""
    entry = references()[key]
    assert all(field(name, entry) for name in ("title", "author", "year"))
    doi, arxiv = field("doi", entry), field("eprint", entry)
    assert doi or arxiv
    assert not doi or re.fullmatch(r"10\.\d{4,5}/\S+", doi)
    assert not arxiv or re.fullmatch(r"\d{4}\.\d{4,5}(v\d+)?", arxiv)
    assert bool(arxiv) == (field("archiveprefix", entry) == "arXiv")
    address = field("url", entry)
    assert re.fullmatch(r"https://[a-z.]+/\S+", address)
    if "doi.org" in address:
        assert address == f"https://doi.org/{doi}"
    if "arxiv.org" in address:
        assert address == f"https://arxiv.org/abs/{arxiv}"


def test_the_bibliography_is_in_one_form():
    """Every entry has a key of its own and fits the width of the project."""
    text = "\n\n".join(references().values()) + "\n"
    assert max(map(len, text.splitlines())) <= 100
    assert "".join(text.split()) == "".join(BIB.read_text(encoding="utf-8").split())


def test_constants_are_attributed_to_works_that_state_them():
    """Zinkevich's Theorem 1 is for steps t^(−1/2) and a diameter: our rows are only after it."""
    for claim in claims():
        for part in claim.source.split("; "):
            assert "zinkevich2003online" not in part or part.removeprefix("regret: ").startswith(
                "after "
            )
    assert "orabona2019modern" in keys_of(find("regret-ogd"))


def test_claims_without_a_formula_are_cited_in_words():
    """A measured or certified claim becomes a `claim` environment made of its statement."""
    found = theorem(find("certified-minima"))
    assert found.startswith(r"\begin{claim}[certified;")
    assert r"$f^*$ of every real problem is enclosed by a dual bound" in found


def test_a_proved_bound_is_cited_with_its_hypotheses():
    """Assumptions, update and tuned constants are generated from the bound itself."""
    found = theorem(find("last-bound"))
    for part in (r"$|z_t-u|\le R$ for all $t$", r"\Pi(z_t-\gamma g_t)", "$f$ is convex"):
        assert part in found


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
