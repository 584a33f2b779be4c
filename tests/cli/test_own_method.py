"""`gpa worst-case --method FILE.py:NAME`: a file of the user's is run, and its method certified."""

import json

import pytest

from gpa_theory.__main__ import main
from gpa_theory.cli import exits

FILE = """
print("this is not the answer")
def mine(x, g, steps):
    for _ in range(steps - 1):
        x = x - g(x) / 2
    return x
def curved(x, g, steps):
    return x - g(x) / abs(g(x))
number = 3
"""


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(FILE, encoding="utf-8")
    return path


@pytest.mark.solver
def test_its_worst_case_is_that_of_the_same_gpa(mine, capsys):
    """The JSON has the keys of `gpa worst-case`, and nothing that the file prints."""
    assert main(["worst-case", "--steps", "4", "--method", f"{mine}:mine", "--json"]) == exits.OK
    own = json.loads(capsys.readouterr().out)
    words = ["--mu-x", "0", "--mu-y", "0", "--gamma", ".5", "--json"]
    assert main(["worst-case", "--steps", "4", *words]) == exits.OK
    ours = json.loads(capsys.readouterr().out)
    assert own.keys() == ours.keys()
    assert max(own["lower"], ours["lower"]) <= min(own["upper"], ours["upper"])
    assert own["bound"] is None


WRONG = {
    "mine.py": "must be FILE.py:NAME",
    "mine.txt:mine": "must be FILE.py:NAME",
    "absent.py:mine": "names no file",
    "mine.py:yours": "it defines mine, curved",
    "mine.py:number": "must be a function of",
    "mine.py:curved": "the size of a vector",
    "broken.py:mine": "cannot be run: ZeroDivisionError",
    "leaves.py:mine": "cannot be run: SystemExit",
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_used_is_a_usage_error(name, mine, capsys):
    """Exit code 2 and one sentence on stderr."""
    (mine.parent / "broken.py").write_text("1 / 0", encoding="utf-8")
    (mine.parent / "leaves.py").write_text("raise SystemExit(0)", encoding="utf-8")
    code = main(["worst-case", "--steps", "4", "--method", str(mine.parent / name)])
    assert code == exits.USAGE
    assert WRONG[name] in capsys.readouterr().err


@pytest.mark.parametrize(
    "more",
    [
        ["--mu-x", ".5"],
        ["--mu-y", "0"],
        ["--gamma", ".1"],
        ["--uniform"],
        ["--certificate", "c.json"],
    ],
)
def test_what_describes_gpa_is_refused_beside_it(more, mine, capsys):
    """A constant that the method would not use is no silent no-op."""
    assert main(["worst-case", "--steps", "4", "--method", f"{mine}:mine", *more]) == exits.USAGE
    assert more[0] in capsys.readouterr().err


@pytest.mark.parametrize(
    "given", [[], ["--mu-x", ".5", "--mu-y", "0"], ["--mu-x", ".5", "--gamma", "1"]]
)
def test_gpa_needs_its_constants(given, capsys):
    """Without --method each of the constants is asked for."""
    assert main(["worst-case", "--steps", "4", *given]) == exits.USAGE
    assert "is needed, or --method" in capsys.readouterr().err
