"""How it looks, measured: no label over another, nothing too small or cut off, all named."""

import pytest

from gpa_theory.explore.standing import LABELS
from tests.explore.browser import ONE_BROWSER, calm, frame, go, opened, probe

pytestmark = ONE_BROWSER
WIDTHS = (320, 390, 1360, 1900)
PINS = (
    "&pin=0.9_0.9_0.5_1000_valley_ogd_0_1&pin=0.99_0_0.5_1000_canyon_ogd_2_1"
    "&pin=0.2_1_0.3_90_corner_adagrad-norm_0_3"
)
STATES = {
    "standard": "v=1",
    "pinned": f"v=1&mux=0.5&muy=0.9&gamma=1&T=300&color=worst{PINS}",
    "pinned top edge": f"v=1&mux=0.98&muy=1&gamma=2{PINS}",
    "pinned small": "v=1&mux=0.5546&T=17&pin=0.5_0_100_300_bowl_dual-averaging_0_1"
    "&pin=0.5_0.7_0.001_2627_bowl_ogd-anytime_10_1",
    "pinned diverged": f"v=1&pin=0.3_0.2_60_4000_valley_ogd_0_1{PINS[:84]}",
    "diverged": "v=1&mux=0.3&muy=0.2&gamma=60&T=4000",
    "violated": "v=1&mux=0&muy=0&gamma=2.05&T=50",
    "corner": "v=1&mux=0&muy=0&gamma=0.001&T=2&problem=corner&base=dual-averaging&color=limit",
    "noisy": "v=1&mux=0.9999&muy=1&gamma=2&T=5000&problem=bowl"
    "&base=adagrad-diagonal&noise=3&color=bound",
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", STATES)
def test_no_label_covers_another(page, width, name):
    """In every figure, width and state: no overlapping, no cut-off text, no side scroll."""
    page.set_viewport_size({"width": width, "height": 900})
    go(page, STATES[name])
    assert probe(page, "overlaps") == []
    assert probe(page, "small") == []
    assert probe(page, "wide") == []


PLANTED = {  # probe: a fault that it must find
    "overlaps": "document.querySelector('#view-gap text').after("
    "document.querySelector('#view-gap text').cloneNode(true))",
    "small": "document.querySelector('#view-gap text').style.fontSize = '11px'",
    "wide": "document.querySelector('#tour').style.width = '3000px'",
    "nameless": "document.querySelector('#takeaway').append(document.createElement('button'))",
    "faint": "document.querySelector('#view-gap text').style.fill = '#bbbbbb'",
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_seen(scratch, name):
    """Two texts on one spot, small, faint or too wide ones, a nameless button: each is found."""
    assert probe(scratch, name) == []
    scratch.evaluate(PLANTED[name])
    assert probe(scratch, name)


def test_a_text_outside_its_figure_is_seen(scratch):
    """A label moved past the edge of its figure counts as cut off."""
    scratch.evaluate("document.querySelector('#view-gap text').setAttribute('x', 5000)")
    assert probe(scratch, "overlaps")[0][0] == "cut off"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast(page, scheme):
    """Captions, labels and texts of figures have a contrast of at least 4.5 in both themes."""
    page.emulate_media(color_scheme=scheme)
    frame(page)
    found = probe(page, "faint")
    page.emulate_media(color_scheme="light")
    assert found == []


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures_of_it_are_made(page, tmp_path, width, scheme):
    """A screenshot of the whole page at every width and in both themes, to be looked at."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    calm(page)
    shot = tmp_path / f"{width}-{scheme}.png"
    page.screenshot(path=shot, full_page=True)
    page.emulate_media(color_scheme="light")
    assert shot.stat().st_size > 50_000


def test_everything_has_a_name(page):
    """Every control, link and figure has a name for a screen reader, every figure a description."""
    assert probe(page, "nameless") == []
    assert page.locator("#views svg[role=img][aria-describedby]").count() == 7


def test_the_focus_is_visible_and_in_order(page, exported):
    """Tab reaches the skip link, then the controls, each with an outline."""
    opened(page, exported.as_uri())
    found = []
    for _ in range(4):
        page.keyboard.press("Tab")
        found.append(
            page.evaluate("""() => { const e = document.activeElement;
            return [e.className || e.id, getComputedStyle(e).outlineStyle]; }""")
        )
    assert found == [
        ["skip", "solid"],
        ["letters", "solid"],
        ["type-mux", "solid"],
        ["slide-mux", "solid"],
    ]


def test_what_has_the_focus_is_in_sight_on_a_phone(page):
    """At 390 px the settings stay on top, and what is tabbed to does not hide behind them."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("#view-kernel button").first.focus()
    page.keyboard.press("Tab")
    frame(page)
    above = page.evaluate("document.getElementById('controls').getBoundingClientRect().bottom")
    top = page.evaluate("document.activeElement.getBoundingClientRect().top")
    assert 0 < above <= top


def test_the_theme_can_be_chosen(page):
    """The button turns dark on and off, whatever the system prefers."""
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)
    page.locator("#theme").click()
    assert page.evaluate(ground) != before
    page.locator("#theme").click()
    assert page.evaluate(ground) == before


def test_lines_differ_by_more_than_color(page):
    """In the gap view no two measured or proved curves share both dash and width and color."""
    looks = probe(page, "curves")
    assert len(looks) == len({tuple(look) for look in looks})
    assert len({tuple(look[1:]) for look in looks}) >= 6


REACH = """() => [...document.querySelectorAll("#controls input[type=range]")].map((e) => {
    const b = e.getBoundingClientRect(); return [b.left, b.width, b.right]; })"""
LEAST = 100  # pixels that a slider needs to be set by a finger


@pytest.mark.parametrize("size", [(320, 568), (390, 844)])
def test_sliders_can_be_reached_on_a_phone(page, size):
    """Every slider is wide enough for a finger and inside the window, the first ones in sight."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    frame(page)
    found = page.evaluate(REACH)
    assert all(left >= 0 and width >= LEAST and right <= size[0] for left, width, right in found)
    page.locator("#view-readouts").scroll_into_view_if_needed()
    for word in ("mux", "muy", "gamma"):
        box = page.locator(f"#slide-{word}").bounding_box()
        assert 0 <= box["y"] < size[1] / 2


def test_the_first_screen_says_what_is_shown(page):
    """Without scrolling one reads what GPA is, what runs here, and where words are explained."""
    fold = "e => e.getBoundingClientRect().bottom <= innerHeight"
    for size in ((1360, 900), (390, 844), (320, 568)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        frame(page)
        for part in ("header p >> nth=0", "#verdict", "#letters"):
            assert page.locator(part).evaluate(fold), (size, part)
    words = page.locator("header").text_content()
    assert "This run: SGD on the valley, 1000 steps: f(x_T) − f* = " in words
    assert "|g_t| ≤ G held at every step" in words


def test_every_label_is_explained(page):
    """The glossary opens, and names every label that Python gives, with what it means."""
    page.locator("#letters").click()
    words = page.locator("#glossary dl").text_content()
    assert all(f"{label}{meaning}" in words for label, meaning in LABELS.items())
    page.locator("#letters").click()
