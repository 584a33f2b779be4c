"""The faces: what a package's `__init__` says of it is so."""

import ast
import re
from functools import cache
from importlib import import_module

import pytest

from tests.test_rooms import ROOT, arrows, modules

FILES = modules()
GRAPH = arrows(FILES)
PACKAGES = sorted(name for name, path in FILES.items() if path.name == "__init__.py")
MODULES = sorted(set(FILES) - set(PACKAGES))
ROOTS = ("gpa_theory", "experiments")
EXAMPLES = ("experiments.examples", "experiments.worst_case.five_lines")
each = pytest.mark.parametrize("package", PACKAGES)
inside = pytest.mark.parametrize("package", sorted({*PACKAGES} - {*ROOTS}))


@cache
def tree(name):
    return ast.parse(FILES[name].read_text(encoding="utf-8"))


def words(package):
    """Return the text of a face as one line."""
    return " ".join(ast.get_docstring(tree(package)).split())


def sentence(text, start):
    """Return what a face says from `start` to the end of the sentence, or nothing."""
    found = re.search(rf"{start}(.*?)(?:[.;] |[.;]?$)", text)
    return found.group(1) if found else ""


def names(text):
    """Return what stands in backticks and is a name, dotted or not, or a path."""
    return [t for t in re.findall(r"`([^`]+)`", text) if re.fullmatch(r"[A-Za-z_][\w./]*", t)]


def above(package):
    """Yield the package and those it lies in; then "", from which every name is a full one."""
    while package:
        yield package
        package = package.rpartition(".")[0]
    yield ""


@cache
def defined(name):
    """Return the names that a module defines or imports at its top, if there is such a module."""
    body = tree(name).body if name in FILES else []
    found = set()
    for node in [*body, *(n for block in body if isinstance(block, ast.If) for n in block.body)]:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom):
            found |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {t.id for target in targets for t in ast.walk(target) if hasattr(t, "id")}
    return found


def meant(package, token):
    """Return the module, package or folder that a name in a face is about, or None."""
    for place in above(package):
        full = f"{place}.{token}".strip(".")
        module, _, last = full.rpartition(".")
        if full in FILES or last in defined(module):
            return full if full in FILES else module
        if (ROOT / place.replace(".", "/") / token).exists():
            return place
    inner = [m for m in MODULES if m.rpartition(".")[0] == package and token in defined(m)]
    return inner[0] if inner else None


def importers(package):
    """Return the modules outside a package that import it, however late; faces aside."""
    within = {name for name in FILES if f"{name}.".startswith(f"{package}.")}
    return [name for name in MODULES if name not in within and GRAPH[name] & within]


@each
def test_names_in_a_face_are_those_of_the_package(package):
    """Every name in backticks is a module, a folder, a file or something that one defines."""
    assert [token for token in names(words(package)) if meant(package, token) is None] == []


@inside
def test_the_reading_order_leaves_nothing_out(package):
    """Every module and every room is named, unless the face says that any other may follow."""
    text = words(package)
    inner = {name for name in FILES if name.rpartition(".")[0] == package}
    named = {meant(package, token) for token in names(text)}
    assert "then any " in text or sorted(inner - named) == []


@each
def test_public_names_are_there(package):
    """What a face calls public can be taken from it, and so can all that it hands on."""
    room = import_module(package)
    public = [t for t in names(sentence(words(package), "Public[^:]*: ")) if "." not in t]
    own = [t for t in public if f"{meant(package, t)}.".startswith(f"{package}.")]
    handed_on = [*own, *getattr(room, "__all__", ())]
    assert [t for t in handed_on if not hasattr(room, t) and f"{package}.{t}" not in FILES] == []


@inside
def test_a_face_says_who_may_import_the_package(package):
    """Whoever does is in a room that the face names."""
    said = sentence(words(package), "May be imported by ")
    assert said
    if "everyone" not in said and "all above it" not in said:  # of those a contract speaks
        rooms = tuple(f"{meant(package, token)}." for token in names(said))
        assert [m for m in importers(package) if not f"{m}.".startswith(rooms)] == []


def test_nobody_goes_through_a_face():
    """A module takes a name from where it is defined; only the loops to copy do as users do."""
    through = {
        (name, face)
        for name in MODULES
        for face in GRAPH[name] & {*PACKAGES}
        if defined(face) and not name.startswith(EXAMPLES)
    }
    assert sorted(through) == []


BY_NAME = {  # the modules that import what a string names, where no contract can see it
    "gpa_theory.core.faces",
    "gpa_theory.cli.main",
    "gpa_theory.worst_case.solvers.conic",
    "experiments.engine.sinks",
    "experiments.cli.signals",
}


def test_no_other_import_hides_from_the_contracts():
    """Certification, for one, cannot load a solver by its name."""
    calls = re.compile(r"\b(import_module|__import__|runpy|exec)\(")
    hidden = {name for name in MODULES if calls.search(FILES[name].read_text(encoding="utf-8"))}
    assert hidden == BY_NAME


def test_a_face_that_is_wrong_is_found():
    """Must fail: a name that nothing bears, an importer not named, a sentence that is not there."""
    assert meant("gpa_theory.core", "averages") is None
    assert meant("gpa_theory.core", "averaging") == "gpa_theory.core.averaging"
    assert meant("experiments.study.run", "record") == "experiments.study.record"
    assert "gpa_theory.optim.gpa" in importers("gpa_theory.optim.step")
    assert sentence("It may be taken by `cli`.", "May be imported by ") == ""
