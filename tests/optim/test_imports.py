"""A GPU box needs torch and numpy alone: core and optim import no other library."""

import subprocess
import sys

import pytest

ABSENT = ["sympy", "cvxpy", "sklearn", "joblib", "scipy"]
EVERY = """
import pkgutil, sys
from importlib import import_module
for package in map(import_module, {packages}):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        import_module(module.name)
print([name for name in {absent} if name in sys.modules])
"""


def loaded(packages):
    """Return which of the absent libraries a fresh interpreter loads with every module of these."""
    code = EVERY.format(packages=packages, absent=ABSENT)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_core_and_optim_import_no_library_but_torch():
    """Every module of both packages is imported, in a fresh interpreter."""
    assert loaded(["gpa_theory.core", "gpa_theory.optim"]) == "[]"


@pytest.mark.parametrize("package", ["gpa_theory.symbolic"])
def test_the_check_can_fail(package):
    """A package that does need sympy is found out."""
    assert "sympy" in loaded([package])
