"""What is taken away says what the screen says: code runs, files hold their manifests."""

import contextlib
import io
import json
import re
import shutil
import struct
import subprocess
import xml.etree.ElementTree as ET
import zlib

import pytest

from gpa_theory.explore.setting import Setting
from tests.explore.browser import ONE_BROWSER, frame, go, opened, settled, typed
from tests.tolerances import TWO_LANGUAGES

pytestmark = ONE_BROWSER

VIEWS = ("waterfall", "gap", "square", "paths", "kernel", "readouts", "regret")


def texts(page):
    return page.evaluate("gpaExplorer.texts()")


def test_the_python_snippet_prints_the_number_on_the_screen(page):
    """The copied code runs and prints the mean gap that the page shows."""
    page.locator("#slide-mux").fill("1.7")
    typed(page, "noise", "0.5")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(texts(page)["Python"], {})
    shown = page.evaluate("gpaExplorer.result().terms.phi")
    assert float(printed.getvalue()) == pytest.approx(shown, rel=TWO_LANGUAGES)


PINNED = (
    "v=1&mux=0.99&gamma=20&T=20&problem=corner&pin=0.9_0.2_0.25_300_bowl_adagrad-diagonal_1.25_3"
    "&pin=0.3_0.2_60_4000_valley_ogd_0_1&pin=0.9_0.9_0.5_1000_valley_dual-averaging_0.5_77"
)


def rows(text, separator, end):
    """Return the cells of a table by the name of their row."""
    lines = [line.strip("| ").removesuffix(end) for line in text.splitlines() if separator in line]
    cells = [[cell.strip() for cell in line.split(separator)] for line in lines]
    return {name: values for name, *values in cells}


@pytest.mark.parametrize(("kind", "separator"), [("LaTeX", " & "), ("Markdown", " | ")])
def test_a_copied_table_says_what_it_is_of(page, kind, separator):
    """Problem, base, noise, seed, constants and numbers per setting, and how to redo it."""
    go(page, PINNED)
    text = texts(page)[kind]
    assert f"gpa explore --state '{page.evaluate('gpaExplorer.link()')}'" in text
    found = rows(text, separator, r" \\")
    plain = {name: [v.strip("$") for v in values] for name, values in found.items()}
    assert plain["problem"] == ["corner", "bowl", "valley", "valley"]
    is_latex = kind == "LaTeX"
    base = plain["base" if is_latex else "base optimizer"]
    names = ["SGD", "adagrad-diagonal", "SGD", "dual-averaging"]
    assert [re.sub(r"\\shortstack\[r\]|[{}\\]", "", b) for b in base] == names
    assert plain["noise seed"][1::2] == ["3", "77"]
    assert plain["$T$" if is_latex else "T"] == ["20", "300", "4000", "1000"]
    gamma = plain["γ" if kind == "Markdown" else r"$\gamma$"]
    assert gamma == ["20", "0.25", "60", "0.5"]
    assert "diverged at 87" in found["the run"]
    assert {len(values) for name, values in found.items() if "now" not in name} == {4}


def test_marks_of_bounds_are_spelled_out(page):
    """Each mark that occurs is explained, and no other; what is void has no number."""
    go(page, PINNED)
    found = texts(page)
    bounds = rows(found["Markdown"], " | ", "")["bound (A) on the mean gap"]
    assert [b.partition(" ")[2] for b in bounds] == ["(p, v)", "(g, v)", "", "(g)"]
    assert bounds[2] == "\N{EN DASH}"
    for text in (found["LaTeX"], found["Markdown"]):
        assert "a guide, no theorem covers it here" in text
        assert "vacuous: the bound says nothing here" in text
        assert "proved for the mean" not in text


PAGE = r"""\documentclass{article}
\IfFileExists{booktabs.sty}{\usepackage{booktabs}}{\let\toprule\hline\let\midrule\hline\let\bottomrule\hline}
\begin{document}
\noindent
%s
\end{document}
"""


@pytest.mark.skipif(not shutil.which("pdflatex"), reason="pdflatex is not installed")
@pytest.mark.parametrize("link", ["v=1", PINNED, PINNED.replace("ogd", "adagrad-diagonal")])
def test_a_copied_latex_table_fits_a_page(page, tmp_path, link):
    """It compiles as copied, in the narrowest usual text width, without an overfull line."""
    go(page, link)
    source = tmp_path / "table.tex"
    source.write_text(PAGE % texts(page)["LaTeX"], encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", source.name]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, errors="replace")
    assert done.returncode == 0, done.stdout[-2000:]
    assert "Overfull" not in done.stdout


def test_code_for_a_diverged_run_runs_too(page):
    """The copied Python catches the refusal and prints the step that the page names."""
    go(page, "v=1&mux=0&gamma=2.6")
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(texts(page)["Python"], {})
    step = page.evaluate("gpaExplorer.result().run.diverged")
    assert f"diverged at step {step}" in printed.getvalue()


def test_the_command_line_makes_the_same_numbers(page, capsys):
    """The copied command, run, finds the mean gap of the screen."""
    from gpa_theory.cli.main import run

    page.locator("#slide-muy").fill("0.44")
    frame(page)
    command = texts(page)["Command line"].splitlines()[1]
    link = re.fullmatch(r"gpa explore --state '([^']+)' --json", command).group(1)
    assert run(["explore", "--state", link, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    shown = page.evaluate("gpaExplorer.result().terms.phi")
    assert found["terms"]["phi"] == pytest.approx(shown, rel=TWO_LANGUAGES)


def test_the_link_opens_the_same_state(page):
    """The copied link restores the state."""
    page.locator("#slide-T").fill("0.4")
    frame(page)
    before = page.evaluate("gpaExplorer.link()")
    opened(page, texts(page)["Link"])
    assert page.evaluate("gpaExplorer.link()") == before


@pytest.mark.parametrize("name", ["LaTeX", "Markdown", "BibTeX", "Python", "Command line", "Link"])
def test_each_button_shows_its_text(page, name):
    """The text stands selected in the field, whether or not the browser lets it be copied."""
    page.locator("#copies button", has_text=name).click()
    assert page.locator("#copied").input_value() == texts(page)[name]
    settled(page, f"document.getElementById('said').textContent.startsWith('{name} ')")


def saved(page, view, kind):
    with page.expect_download() as download:
        page.locator(f"#view-{view} .buttons button", has_text=kind).click()
    return download.value.path().read_bytes()


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_saved_as_svg(page, view):
    """A standalone SVG: well-formed, captioned, no variable left, manifest and state inside."""
    root = ET.fromstring(saved(page, view, "SVG"))
    names = {child.tag.rpartition("}")[2]: child for child in root}
    manifest = json.loads(names["metadata"].text)
    assert manifest["view"] == view
    assert manifest["state"] == page.evaluate("gpaExplorer.link()")
    assert manifest["package"]["name"] == "gpa-theory"
    assert names["desc"].text == page.locator(f"#view-{view} figcaption").text_content()
    assert "var(" not in names["style"].text
    assert Setting().problem in manifest["state"]


OUTSIDE = """() => { const frame = document.documentElement.getBoundingClientRect();
  return [...document.querySelectorAll("text")].filter((t) => { const b = t.getBoundingClientRect();
    return b.right > frame.right + 1 || b.left < -1 || b.bottom > frame.bottom + 1; })
    .map((t) => t.textContent); }"""


@pytest.mark.parametrize("width", [420, 1360])
def test_saved_figures_hold_their_words(page, chromium, tmp_path, width):
    """No title, setting or pin runs out of a saved figure; each says what it was drawn from."""
    page.set_viewport_size({"width": width, "height": 900})
    page.locator("#pin").click()
    typed(page, "noise", "1.25")
    target, other = tmp_path / "figure.svg", chromium.new_page()
    for view in VIEWS:
        target.write_text(
            page.evaluate("view => gpaExplorer.standalone(view)", view), encoding="utf-8"
        )
        other.goto(target.as_uri())
        assert other.evaluate(OUTSIDE) == []
        text = other.evaluate("document.documentElement.textContent")
        assert "pin A: μ_x = 0.9967" in text
        assert "noise 1.25" in text
    other.close()


def chunks(png):
    """Yield (kind, body) of every chunk, checksums verified."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    at = 8
    while at < len(png):
        size, kind = struct.unpack(">I4s", png[at : at + 8])
        body = png[at + 8 : at + 8 + size]
        (crc,) = struct.unpack(">I", png[at + 8 + size : at + 12 + size])
        assert crc == zlib.crc32(kind + body)
        yield kind, body
        at += 12 + size


@pytest.mark.parametrize("view", ["gap", "square"])
def test_views_are_saved_as_png(page, view):
    """A PNG whose checksums hold, with the manifest in a text chunk, twice the size on screen."""
    found = dict(chunks(saved(page, view, "PNG")))
    key, _, rest = found[b"iTXt"].partition(b"\0")
    assert key == b"gpa-manifest"
    assert json.loads(rest[4:].decode())["view"] == view
    width = struct.unpack(">I", found[b"IHDR"][:4])[0]
    assert width == 2 * page.evaluate(
        f"document.querySelector('#view-{view} svg').viewBox.baseVal.width"
    )
