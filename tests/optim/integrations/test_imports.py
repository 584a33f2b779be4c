"""The integrations name frameworks; importing them loads none."""

import subprocess
import sys

import pytest

FRAMEWORKS = ["accelerate", "lightning", "pytorch_lightning", "transformers"]


def loaded(code):
    """Return which frameworks a fresh interpreter has loaded after the code."""
    tail = f"import sys; print([name for name in {FRAMEWORKS} if name in sys.modules])"
    command = [sys.executable, "-W", "ignore", "-c", f"{code}\n{tail}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()[-1]


def test_the_integrations_import_no_framework():
    """Whoever uses one of them needs only that one."""
    assert loaded("import gpa_theory.optim.integrations") == "[]"


def test_the_check_can_fail():
    """The control: a callback that is made does load its framework."""
    pytest.importorskip("lightning", reason="pip install 'gpa-theory[interop]'")
    made = "from gpa_theory.optim.integrations import lightning_callback as made; made()"
    assert "'lightning'" in loaded(made)
