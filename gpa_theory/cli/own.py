"""A name from a Python file of the user's: `FILE.py:NAME`."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from gpa_theory.core.validation import refuse


def named(call: str, parameter: str, text: str) -> Any:
    """Return what a file calls NAME; the file is run, as `python FILE.py` would run it.

    Whatever goes wrong there is a usage error that says what.
    """
    path, _, name = text.rpartition(":")
    call = f"{call} {parameter} {text}"
    if not path.endswith(".py") or not name.isidentifier():
        raise refuse(call, parameter, "must be FILE.py:NAME")
    if not Path(path).is_file():
        raise refuse(call, parameter, f"names no file: {path}")
    spec = spec_from_file_location("method_of_the_user", path)
    assert spec is not None  # a file that ends in .py has a loader
    assert spec.loader is not None
    module = module_from_spec(spec)
    try:
        with redirect_stdout(sys.stderr):  # stdout is for the answer
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        rule = f"cannot be run: {type(error).__name__}: {error}"
        raise refuse(call, parameter, rule) from error
    if not hasattr(module, name):
        known = ", ".join(n for n, v in vars(module).items() if callable(v) and n[0] != "_")
        raise refuse(call, parameter, f"is not in the file; it defines {known or 'no function'}")
    return getattr(module, name)
