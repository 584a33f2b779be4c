"""No file of the project writes a result by another way than `core.writing`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

EXCEPTIONS = {  # file: why it opens something for writing
    "gpa_theory/core/writing.py": "the one way itself",
    "gpa_theory/cli/streams.py": "nothing, in place of a closed stream",
    "gpa_theory/cli/results.py": "a copy in the temporary folder, where the one way has failed",
    "gpa_theory/optim/audit/observer.py": "a journal: one line more, at once",
    "gpa_theory/worst_case/sweeping.py": "a journal: one line more, at once",
    "experiments/engine/journal.py": "a journal: one line more, at once",
    "experiments/examples/plain.py": "a loop to copy, in which the user saves his model",
}
WRITES = {"write_text", "write_bytes", "touch", "copyfile", "dump"}
SAVERS = {"np.save", "np.savez", "np.savez_compressed", "torch.save"}  # to a path or a stream
STREAMS = ("file", "hashed", "drawn", "picture")  # made in memory, or by `written_aside`
MODES = set("wax+")


def writes(tree: ast.AST) -> list[str]:
    """Return the calls in a file that put something on a disk under a name."""
    return [
        ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Call) and _is(node)
    ]


def _is(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    if name in ("open", "fdopen"):
        given = [*call.args, *(word.value for word in call.keywords if word.arg == "mode")]
        given = given if name == "open" and isinstance(call.func, ast.Attribute) else given[1:]
        texts = [a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        return any(set(text) & MODES and set(text) <= MODES | set("rbt") for text in texts)
    if name == "savefig" or ast.unparse(call.func) in SAVERS:
        to = call.args[1 if ast.unparse(call.func) == "torch.save" else 0]
        return not (isinstance(to, ast.Name) and to.id in STREAMS)
    return name in WRITES


@pytest.mark.parametrize("room", ["gpa_theory", "experiments"])
def test_results_are_written_in_one_way(room: str) -> None:
    """Whole or not at all, never through a link: what else writes is listed, with its reason."""
    found = {}
    for path in sorted((ROOT / room).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        calls = writes(ast.parse(path.read_text(encoding="utf-8")))
        if calls and name not in EXCEPTIONS:
            found[name] = calls
    assert found == {}


def test_no_exception_is_idle() -> None:
    """A file that writes no more is not excused any longer."""
    for name in EXCEPTIONS:
        assert writes(ast.parse((ROOT / name).read_text(encoding="utf-8"))), name


@pytest.mark.parametrize(
    ("line", "is_one"),
    [
        ("Path('a').write_text('b')", True),
        ("open('a', 'w')", True),
        ("path.open(mode='xb')", True),
        ("figure.savefig(path)", True),
        ("torch.save(state, folder / 'a')", True),
        ("json.dump(found, file)", True),
        ("path.open('rb')", False),
        ("open('wax')", False),
        ("figure.savefig(drawn)", False),
        ("write_whole(path, text)", False),
    ],
)
def test_what_counts_as_writing(line: str, is_one: bool) -> None:
    """Must fail: each way round is seen, and reading is left alone."""
    assert bool(writes(ast.parse(line))) == is_one
