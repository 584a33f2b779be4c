"""The bibliography: what BibTeX's plain style asks of every entry, and what a reader looks up."""

import re
from pathlib import Path

import pytest

from gpa_theory.report.cite import PAPER, PROJECT, bibtex, keys_of, references
from gpa_theory.verify.registry import claims, find

BIB = Path(__file__).resolve().parents[2] / "REFERENCES.bib"
REQUIRED = {  # what plain.bst warns about where it is missing; ("a", "b") asks for either
    "article": ("author", "title", "journal", "year"),
    "book": (("author", "editor"), "title", "publisher", "year"),
    "inproceedings": ("author", "title", "booktitle", "year"),
    "misc": ("author", "title", "year"),
}
FIELD = r"^  {} += [{{](.*?)[}}],$"
EVERY = pytest.mark.parametrize("key", references())


def field(name, entry):
    """Return a field of a BibTeX entry on one line, or "" if it is not there."""
    found = re.search(FIELD.format(name), entry, re.MULTILINE | re.DOTALL)
    return " ".join(found[1].split()) if found else ""


def complaints(entry):
    """Return what BibTeX or a reader would stumble over in one entry."""
    kind = re.match(r"@(\w+)\{", entry)[1]
    if kind not in REQUIRED:
        return [f"plain.bst has no entry type {kind}"]
    names = re.findall(r"^  (\w+) += ", entry, re.MULTILINE)
    found = [f"{name} twice" for name in set(names) if names.count(name) > 1]
    for wanted in REQUIRED[kind]:
        either = wanted if isinstance(wanted, tuple) else (wanted,)
        if not any(field(name, entry) for name in either):
            found.append(f"no {' or '.join(either)}")
    depth = 0
    for sign in re.sub(r"\\.", "", entry):
        depth += (sign == "{") - (sign == "}")
        if depth < 0:
            break
    if depth:
        found.append("braces")
    if not entry.isascii():
        found.append("not ASCII")
    if re.search(r"(?<!\\)[%&#$]", re.sub(r"^  (doi|url) .*$", "", entry, flags=re.MULTILINE)):
        found.append("a sign that TeX reads")
    return found


@EVERY
def test_every_entry_is_complete_for_the_plain_style(key):
    """Its type is known, its fields are there and not empty, its braces close, it is ASCII."""
    assert complaints(references()[key]) == []


GOOD = "@misc{a2000b,\n  title  = {T},\n  author = {A},\n  year   = {2000},\n}"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("misc", "software"), "plain.bst has no entry type software"),
        (("misc", "article"), "no journal"),
        (("misc", "book"), "no publisher"),
        (("{T}", "{}"), "no title"),
        (("{T}", "{{T}"), "braces"),
        (("{T}", "{Ü}"), "not ASCII"),
        (("{T}", "{A & B}"), "a sign that TeX reads"),
        (("year ", "title"), "title twice"),
    ],
)
def test_a_faulty_entry_is_noticed(change, complaint):
    """Must fail: each fault is named, and the entry without it is taken."""
    assert complaints(GOOD) == []
    assert complaint in complaints(GOOD.replace(*change))


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


def test_citations_name_the_sources():
    """Entries of several claims come once each, project and paper first."""
    chosen = [find("schedule-free-bound"), find("regret-ogd")]
    assert "defazio2024road" in keys_of(chosen[0])
    keys = re.findall(r"^@\w+\{([^,]+),", bibtex(*chosen), re.MULTILINE)
    assert keys[:2] == [PROJECT, PAPER]
    assert len(keys) == len(set(keys))
    assert set(keys) == {PROJECT, PAPER, *keys_of(chosen[0]), *keys_of(chosen[1])}


@pytest.mark.parametrize("claim", claims(), ids=lambda claim: claim.id)
def test_every_key_that_a_source_names_is_there(claim):
    """No word that looks like a key is left without its entry."""
    assert set(re.findall(r"[a-z]+\d{4}[a-z]+", claim.source)) == set(keys_of(claim))


def test_constants_are_attributed_to_works_that_state_them():
    """Zinkevich's Theorem 1 is for steps t^(−1/2) and a diameter: our rows are only after it."""
    for claim in claims():
        for part in claim.source.split("; "):
            assert "zinkevich2003online" not in part or part.removeprefix("regret: ").startswith(
                "after "
            )
    assert "orabona2019modern" in keys_of(find("regret-ogd"))
