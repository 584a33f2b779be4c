"""The Rocq development as the tests see it: where it is, how to read it, how to compile a copy."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROOFS = ROOT / "proofs"
ROCQ = PROOFS / "rocq"
MISSING = "coqc is not installed (Debian: apt install coq)"
IMPORTS = {
    "Reals",
    "Lra",
    "Lia",
    "Psatz",
    "Arith",
    "ZArith",
    "List",
    "Bool",
}  # of the standard library; no axioms but the reals'
ESCAPES = re.compile(
    r"\b(Admitted|admit|give_up|Axioms?|Parameters?|Conjectures?|Abort|Declare ML|Load|bypass_check"
    r"|Unset (?:Guard|Positivity|Universe) Checking|type-in-type|Undo|Drop|Primitive|Register)\b"
)
ASSUMES = re.compile(r"^\s*(Variables?|Hypothes[ie]s|Context|Let)\b")


def without_comments(text):
    """Return Rocq source without its comments, which nest."""
    kept, depth, i = [], 0, 0
    while i < len(text):
        if text.startswith("(*", i):
            depth, i = depth + 1, i + 2
        elif depth and text.startswith("*)", i):
            depth, i = depth - 1, i + 2
        else:
            kept += [] if depth else [text[i]]
            i += 1
    return "".join(kept)


def escapes(text):
    """Return what would let a theorem through unproved: forbidden words, imports, loose hypotheses.

    Outside a section a `Variable` or `Hypothesis` is an axiom.
    """
    text = without_comments(text)
    found = ESCAPES.findall(text)
    for line in re.findall(r"From Coq Require Import ([\w\s]*)\.", text):
        found += [name for name in line.split() if name not in IMPORTS]
    plain = re.sub(r"From (?:Coq|GPA) Require Import [\w\s]*\.", "", text)
    found += re.findall(r"\bRequire\b.*", plain)
    depth = 0
    for line in plain.splitlines():
        depth += line.startswith("Section ") - line.startswith("End ")
        if depth == 0 and ASSUMES.match(line):
            found.append(line.strip())
    return found


def imported(text):
    """Return the names of the files of the development that Rocq source imports."""
    found = re.findall(r"From GPA Require Import ([\w\s]*)\.", without_comments(text))
    return {name for names in found for name in names.split()}


def needed():
    """Skip without coqc; fail instead where GPA_REQUIRE_PROOFS=1 says that proofs are required."""
    if shutil.which("coqc") and shutil.which("make"):
        return
    if os.environ.get("GPA_REQUIRE_PROOFS") == "1":
        pytest.fail(f"{MISSING}, and GPA_REQUIRE_PROOFS=1")
    pytest.skip(f"{MISSING}; GPA_REQUIRE_PROOFS=1 makes this a failure")


def shell(folder, *command):
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900)


def coqc(folder, name):
    """Compile one file of the development in `folder`."""
    return shell(folder, "coqc", "-q", "-Q", ".", "GPA", name)
