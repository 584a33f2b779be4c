"""What is taken away says what the screen says: code runs, files hold their manifests."""

import contextlib
import io
import json
import re
import struct
import xml.etree.ElementTree as ET
import zlib

import pytest

from gpa_theory.explore.setting import Setting
from tests.explore.browser import ONE_BROWSER, frame, opened, settled, typed
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


def test_latex_is_a_whole_table_with_its_source(page):
    """One row per setting, as many cells as columns, braces closed, and how to make it again."""
    page.locator("#pin").click()
    page.locator("#slide-gamma").fill("0.2")
    frame(page)
    found = texts(page)["LaTeX"]
    assert found.startswith("% regenerate: gpa explore --state '")
    assert found.count("{") == found.count("}")
    rows = [line for line in found.splitlines() if line.startswith("$0.")]
    assert len(rows) == 2
    assert {row.count("&") for row in rows} == {9}
    assert found.count("proved") == 2
    assert "−" not in found


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


@pytest.mark.parametrize("name", ["LaTeX", "BibTeX", "Python", "Command line", "Link"])
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
