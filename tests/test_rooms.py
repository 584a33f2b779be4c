"""The rooms: every folder fits one look, every package has a face, and imports go one way."""

import ast
import re
from collections import Counter
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MOST_FILES = 20  # that one look takes in
FACE_LINES = 4  # the question, the reading order, the public names, who may import it
CODE = ("gpa_theory", "experiments")
TREES = (*CODE, "tests", "proofs")
LARGE = 8  # files from which on a package has layers of its own


def files_of(folder):
    """Return the files a reader sees in a folder: what tools leave there and its face aside."""
    kept = (p for p in folder.iterdir() if p.is_file() and not p.name.startswith("."))
    made = {".pyc", ".vo", ".vok", ".vos", ".glob"}
    return [p for p in kept if p.name != "__init__.py" and p.suffix not in made]


def folders(trees=TREES):
    found = [p for tree in trees for p in (ROOT / tree, *(ROOT / tree).rglob("*")) if p.is_dir()]
    return [p for p in found if not {"__pycache__", ".hypothesis"} & set(p.parts)]


def modules(root=ROOT):
    """Return {dotted name: its file}; a package is named like its folder."""
    paths = (p for tree in CODE for p in (root / tree).rglob("*.py"))
    names = {p: ".".join(p.relative_to(root).with_suffix("").parts) for p in paths}
    return {name.removesuffix(".__init__"): p for p, name in names.items()}


def imported(path):
    """Yield every dotted name a file imports, at whatever depth the import stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def arrows(files):
    """Return {module: the modules it imports}; a name in a module points to the module."""

    def home(name):
        while name and name not in files:
            name = name.rpartition(".")[0]
        return name

    return {name: {home(i) for i in imported(path)} - {name, ""} for name, path in files.items()}


def circles(graph):
    """Return the modules from which a walk along arrows comes back to the start."""

    def reached(start):
        seen, ahead = set(), list(graph[start])
        while ahead:
            name = ahead.pop()
            if name not in seen:
                seen.add(name)
                ahead += graph[name]
        return seen

    return sorted(name for name in graph if name in reached(name))


def without_faces(graph, files):
    """Return the arrows between modules; a face only hands names on, so it draws none."""
    inner = {name for name, path in files.items() if path.name != "__init__.py"}
    return {name: graph[name] & inner for name in inner}


@pytest.mark.parametrize("folder", folders(), ids=lambda p: str(p.relative_to(ROOT)))
def test_a_folder_fits_one_look(folder):
    """No folder shows more than 20 files."""
    assert len(files_of(folder)) <= MOST_FILES


def test_no_imports_go_in_a_circle():
    """No module reaches itself, counting imports inside functions and under TYPE_CHECKING."""
    files = modules()
    assert not circles(without_faces(arrows(files), files))


def test_a_hidden_circle_is_found(tmp_path):
    """A circle closed by a late import and one closed under TYPE_CHECKING are both seen."""
    for late in (
        "def f():\n    import gpa_theory.a\n",
        "if TYPE_CHECKING:\n    from gpa_theory.a import A",
    ):
        package = tmp_path / "gpa_theory"
        package.mkdir(exist_ok=True)
        (package / "a.py").write_text("from gpa_theory.b import B\n")
        (package / "b.py").write_text(late)
        files = modules(tmp_path)
        assert circles(without_faces(arrows(files), files)) == ["gpa_theory.a", "gpa_theory.b"]


def test_nobody_enters_through_his_own_face():
    """A module takes a name of its own package from where it is defined."""
    files = modules()
    packages = {name for name, path in files.items() if path.name == "__init__.py"}
    outward = {
        (name, face)
        for name, found in arrows(files).items()
        for face in found & packages
        if name.startswith(f"{face}.") and face not in ("gpa_theory", "experiments")
    }
    assert not outward


@pytest.mark.parametrize("folder", folders(CODE), ids=lambda p: str(p.relative_to(ROOT)))
def test_every_package_has_a_face(folder):
    """A package says what it is for, in which order to read it, and who may import it."""
    if not list(folder.glob("*.py")):
        return
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8")))
    assert text is not None
    assert len(text.splitlines()) >= FACE_LINES


def layered():
    """Return the packages whose inner layers a contract holds."""
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    return {
        container
        for name in contracts.sections()
        if contracts[name].get("type") == "layers" and "exhaustive" in contracts[name]
        for container in contracts[name]["containers"].split()
    }


def test_every_large_package_has_layers():
    """A package of eight files or more says in `.importlinter` which way its imports go."""
    sizes = Counter(
        name.rpartition(".")[0] for name, path in modules().items() if path.stem != "__init__"
    )
    assert not {name for name, count in sizes.items() if count >= LARGE} - layered()


READ_FIRST = re.findall(r"\d\. \[`[\w/.]+`\]\(([\w/.]+)\)", (ROOT / "ARCHITECTURE.md").read_text())


def test_the_theory_is_read_in_an_hour():
    """The seven files that ARCHITECTURE says to read first exist and have under 1,000 lines."""
    assert len(READ_FIRST) == 7
    assert sum(len((ROOT / name).read_text().splitlines()) for name in READ_FIRST) < 1000
