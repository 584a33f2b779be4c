"""The house rules that a machine can check: imports, sizes, references, names, pins, layers."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from gpa_theory.report.cite import references

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ["numpy", "scipy", "sympy", "cvxpy", "torch", "matplotlib", "sklearn", "joblib"]
PYTHON = sorted(
    p for folder in ("gpa_theory", "tests", "experiments") for p in (ROOT / folder).rglob("*.py")
)
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
MAX_LINES = 250


@pytest.mark.parametrize(
    "code",
    [
        "import gpa_theory",
        "from gpa_theory.__main__ import main; main(['--help'])",
        "from gpa_theory.__main__ import main; main(['verify', '--help'])",
        "from gpa_theory.__main__ import main; main(['bound', '--help'])",
        "from gpa_theory.__main__ import main; main(['run', '--help'])",
    ],
)
def test_import_and_help_are_light(code):
    """Neither the package nor any --help imports a heavy library."""
    ask = f"{code}\nimport sys\nprint('LOADED', [m for m in {HEAVY} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "LOADED []"


@pytest.mark.parametrize("path", PYTHON, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_are_short(path):
    """One idea per file, at most 250 lines."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MAX_LINES


def test_there_is_no_utils():
    """A file is named for its idea."""
    assert not [p for p in PYTHON if re.search(r"utils?|helpers?|misc", p.stem)]


def cited():
    """Yield (file, key) for every `Reference:` paragraph of a docstring."""
    for path in (ROOT / "gpa_theory").rglob("*.py"):
        for paragraph in re.findall(r"Reference: (.*?)(?:\n\s*\n|\"\"\")", path.read_text(), re.S):
            keys = re.findall(r"[a-z]+\d{4}[a-z]+", paragraph)
            assert keys, f"{path.name}: a reference without a key"
            yield from ((path.name, key) for key in keys)


def test_references_exist():
    """Every key cited in a docstring or by a claim is in REFERENCES.bib, and keys are unique."""
    text = (ROOT / "REFERENCES.bib").read_text(encoding="utf-8")
    keys = re.findall(r"^@\w+\{([^,]+),", text, re.MULTILINE)
    assert len(keys) == len(set(keys)) == len(references())
    missing = {(name, key) for name, key in cited() if key not in keys}
    assert not missing


def tracked():
    """Return the text files git tracks; of an exported tree, every text file outside .venv."""
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    names = done.stdout.split("\n") if done.returncode == 0 else []
    files = [ROOT / name for name in names if name] or list(ROOT.rglob("*.*"))
    binary = {".png", ".pdf", ".npz"}
    return [p for p in files if p.is_file() and p.suffix not in binary and ".venv" not in p.parts]


def test_no_machine_paths_or_registry_hosts():
    """The project names no machine's path and no package host; it speaks of itself alone."""
    words = ["/" + "work/", "/" + "root/", "/" + "home/", "files.pythonhosted" + ".org"]
    words += ["pypi" + ".org/simple", "registry.npmjs" + ".org"]
    for path in tracked():
        text = path.read_text(encoding="utf-8")
        assert not [word for word in words if word in text], path.name


def test_no_merge_is_left_half_done():
    """No line begins with a marker of a conflict."""
    marks = ("<" * 7 + " ", ">" * 7 + " ")
    for path in tracked():
        lines = path.read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if line.startswith(marks)], path.name


def test_metadata_agrees():
    """Name, version and licence are the same in pyproject, CITATION.cff and the bibliography."""
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    entry = references()["gpatheory2026"]
    for text in (citation, entry):
        assert PROJECT["version"] in text
        assert PROJECT["license"] in text
        assert PROJECT["name"] in text
    assert "Apache License" in (ROOT / "LICENSE").read_text()


def test_every_dependency_is_pinned():
    """constraints.txt pins each direct dependency exactly, and names no address."""
    pins = (ROOT / "constraints.txt").read_text()
    assert "://" not in pins
    extras = [r for group in PROJECT["optional-dependencies"].values() for r in group]
    for requirement in [*PROJECT["dependencies"], *extras]:
        name = re.match(r"[A-Za-z0-9_.-]+", requirement).group()
        pattern = rf"^{re.escape(name).replace('-', '[-_]')}==\S+$".replace(r"\[-_]", "[-_]")
        assert re.search(pattern, pins, re.MULTILINE | re.IGNORECASE), name


def test_arrows_only_go_down():
    """The import-linter contracts hold."""
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([linter], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_no_claim_is_attributed_to_the_papers_theorem():
    """The paper's own statement was not available: nothing may be printed as its Theorem 1."""
    for path in [*(ROOT / "gpa_theory").rglob("*.py"), ROOT / "README.md", ROOT / "NOTATION.md"]:
        assert "paper's Theorem" + " 1" not in path.read_text(encoding="utf-8"), path.name
