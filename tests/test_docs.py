"""The README is true: its code runs, its commands exit 0, its claims table is the registry."""

import re
import shlex
import textwrap
from pathlib import Path

import pytest

from gpa_theory.__main__ import main
from gpa_theory.report.tables import claims_markdown
from gpa_theory.verify.registry import claims

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"(<!-- not executed: [^>]+ -->\n)?```(\w+)\n(.*?)```", re.DOTALL)
BLOCKS = [(lang, body) for skipped, lang, body in BLOCK.findall(README) if not skipped]
COMMANDS = [
    line.split("#")[0].strip()
    for lang, body in BLOCKS
    if lang == "bash"
    for line in body.splitlines()
    if line.startswith("gpa ")
]


def test_the_readme_has_code_and_commands():
    """There is something to execute."""
    assert [lang for lang, _ in BLOCKS].count("python") >= 1
    assert len(COMMANDS) >= 5


def test_python_blocks_run(capsys):
    """Every Python block runs as written, in order, in one namespace."""
    namespace: dict[str, object] = {}
    for lang, body in BLOCKS:
        if lang == "python":
            exec(compile(body, "README.md", "exec"), namespace)
    assert "≤" in capsys.readouterr().out


def test_the_code_of_contributing_runs():
    """What CONTRIBUTING says a user's own data set needs is all it needs."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^ *```python\n(.*?)```", text, re.DOTALL | re.MULTILINE)
    assert blocks
    for block in blocks:
        exec(compile(textwrap.dedent(block), "CONTRIBUTING.md", "exec"), {})


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_exit_zero(command, tmp_path, monkeypatch, capsys):
    """Every `gpa` line of the README works."""
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(command)[1:]) == 0
    assert capsys.readouterr().out


def test_the_plain_example_is_the_file():
    """What the README shows is the file that a test runs, to the letter."""
    assert (ROOT / "experiments" / "examples" / "plain.py").read_text().strip() in README


def test_the_claims_table_is_the_registry():
    """The table in the README is what `gpa claims --markdown` prints; `make readme` rewrites it."""
    start, end = "<!-- claims table: generated", "<!-- end of claims table -->"
    between = README.split(start)[1].split("-->", 1)[1].split(end)[0]
    assert between.strip() == claims_markdown(claims()).strip()


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#]+)\)", README))
def test_links_lead_somewhere(link):
    """Every relative link of the README names a file that exists."""
    if "://" not in link:
        assert (ROOT / link).exists()
