"""The face of `worst_case`: every public name is there, and looking at it is cheap."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import gpa_theory.worst_case as face


@pytest.mark.parametrize("name", face.__all__)
def test_a_public_name_is_what_its_module_defines(name):
    """Nothing is shadowed by a module or a room of the same name."""
    found = getattr(face, name)
    assert not isinstance(found, type(sys))
    home = f"gpa_theory.worst_case.{face._HOME[name]}"
    assert getattr(found, "__module__", home) == home


def test_type_checkers_see_the_same_names():
    """The imports under TYPE_CHECKING are those of the table."""
    tree = ast.parse(Path(face.__file__).read_text(encoding="utf-8"))
    seen = {
        alias.name: node.module.removeprefix("gpa_theory.worst_case.")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        and str(node.module).startswith("gpa_theory.worst_case.")
        for alias in node.names
    }
    assert seen == face._HOME


def test_the_face_is_light():
    """Methods and classes need no numerical library; an interval needs numpy, but no cvxpy."""
    ask = (
        "import sys; heavy = ('numpy', 'scipy', 'sympy', 'torch', 'clarabel', 'cvxpy');"
        "from gpa_theory.worst_case import FunctionClass, gpa;"
        "print([m for m in heavy if m in sys.modules]);"
        "from gpa_theory.worst_case import tune, worst_case;"
        "print([m for m in heavy[2:] if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "[]"]


def test_other_names_are_refused():
    """Must fail: an unknown name is an AttributeError, as anywhere."""
    with pytest.raises(AttributeError, match="no attribute 'adam'"):
        face.adam  # noqa: B018
    assert "worst_case" in dir(face)
