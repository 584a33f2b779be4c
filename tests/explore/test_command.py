"""`gpa explore`: exports, prints, refuses, serves until it is told to stop."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request

from gpa_theory.cli.main import run
from gpa_theory.explore.observation import observe
from gpa_theory.explore.setting import Setting

# A job in the background may have been told to ignore Ctrl+C: listen to it again.
SERVED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from gpa_theory.__main__ import main
sys.exit(main(["explore", "--no-browser"]))
"""
LIGHT = """
import sys
from gpa_theory.__main__ import main
main(["explore", "--help"])
print([name for name in ("numpy", "scipy", "sympy", "cvxpy", "torch") if name in sys.modules])
"""


def test_help_is_light():
    """`gpa explore --help` imports no heavy library."""
    done = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_export_writes_one_file_with_its_manifest(tmp_path, capsys):
    """The exported page opens at the state and carries source hash, versions and command."""
    target = tmp_path / "page.html"
    assert run(["explore", "--state", "mux=0.9&T=50", "--export", str(target)]) == 0
    text = target.read_text(encoding="utf-8").split('id="data">', 1)[1].split("</script>", 1)[0]
    data = json.loads(text)
    assert data["initial"] == Setting(mu_x=0.9, steps=50).link()
    assert data["manifest"]["command"].endswith("--export page.html")
    assert len(data["manifest"]["hashes"]["source"]) == 64
    assert str(tmp_path) not in text
    assert "works offline" in capsys.readouterr().out


def test_json_prints_what_python_finds(capsys):
    """The numbers of a state, without a page; view words in it are ignored."""
    assert run(["explore", "--state", "mux=0.9&T=50&color=gap&t=3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["terms"] == observe(Setting(mu_x=0.9, steps=50)).terms


def test_bad_input_is_one_line_and_code_2(tmp_path, capsys):
    """A bad state, an unwritable file and a busy port are usage errors."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        for arguments in (
            ["--state", "mux=7"],
            ["--export", str(tmp_path / "missing" / "page.html")],
            ["--no-browser", "--port", str(taken.getsockname()[1])],
        ):
            assert run(["explore", *arguments]) == 2
            captured = capsys.readouterr()
            assert captured.err.startswith("gpa: ")
            assert len(captured.err.splitlines()) == 1


def test_without_a_browser_the_address_is_printed(monkeypatch, capsys):
    """If no browser can be opened, the address stands and a line says what to do."""
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    from gpa_theory.explore.server import Explorer

    monkeypatch.setattr(Explorer, "serve_forever", lambda self: None)
    assert run(["explore", "--state", "mux=0.5"]) == 0
    captured = capsys.readouterr()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/#mux=0\.5\n", captured.out)
    assert "no browser was found" in captured.err


def test_it_serves_until_interrupted():
    """The printed address answers, and Ctrl+C ends it with code 130 and no traceback."""
    command = [sys.executable, "-c", SERVED]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as job:
        address = job.stdout.readline().strip()
        with urllib.request.urlopen(address, timeout=120) as answer:
            assert b"What" in answer.read()
        job.send_signal(signal.SIGINT)
        _, complaints = job.communicate(timeout=120)
    assert job.returncode == 130
    assert "Traceback" not in complaints


def test_what_only_a_served_page_has_is_refused_elsewhere(tmp_path, capsys):
    """A port or a browser means nothing to a file or to printed numbers."""
    target = tmp_path / "page.html"
    for shape in (["--export", str(target)], ["--json"]):
        for flag in (["--port", "8000"], ["--no-browser"]):
            assert run(["explore", *shape, *flag]) == 2
            assert f"{flag[0]} is not used" in capsys.readouterr().err
    assert not target.exists()
