"""`gpa explore`: exports, prints, refuses, serves until it is told to stop."""

import json
import re
import signal
import socket
import subprocess
import sys
import urllib.request

from gpa_theory.cli import exits
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


FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20480, 20480))
from gpa_theory.__main__ import main
sys.exit(main(["explore", "--export", sys.argv[1]]))
"""


def test_an_export_that_fails_leaves_the_old_page_whole(tmp_path):
    """Where there is no room the old file stands as it was, and nothing is left beside it."""
    target = tmp_path / "page.html"
    target.write_text("OLD")
    command = [sys.executable, "-B", "-c", FULL, str(target)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == exits.UNWRITTEN
    assert len(done.stderr.splitlines()) == 1
    assert "File too large" in done.stderr
    assert list(tmp_path.iterdir()) == [target]
    assert target.read_text() == "OLD"


def test_what_is_no_place_for_a_file_is_refused_before_the_work(tmp_path, capsys, monkeypatch):
    """A folder, a link, a device and an empty name are refused without assembling anything."""
    monkeypatch.setattr("gpa_theory.explore.assemble.assemble", lambda *given, **named: 1 / 0)
    link, behind = tmp_path / "link.html", tmp_path / "behind.html"
    behind.write_text("BEHIND")
    link.symlink_to(behind)
    for place in (str(tmp_path), str(link), "/dev/null", ""):
        assert run(["explore", "--export", place]) == 2
        assert "--export cannot be written: it is " in capsys.readouterr().err
    assert link.is_symlink()
    assert behind.read_text() == "BEHIND"


def test_a_printed_address_moves_no_cursor(monkeypatch, capsys):
    """Whatever a state holds for the view, the printed address is one line of plain characters."""
    from gpa_theory.explore.server import Explorer

    monkeypatch.setattr(Explorer, "serve_forever", lambda self: None)
    assert run(["explore", "--no-browser", "--state", "mux=0.5&color=\x1b[2J\n"]) == 0
    assert capsys.readouterr().out.endswith("/#mux=0.5&color=%1B%5B2J%0A\n")
