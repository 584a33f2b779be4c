"""Every control moves the views it should and no other, by keyboard, mouse, typing and link."""

import re

import pytest

from tests.explore.browser import ONE_BROWSER, calm, drawings, frame, go, probe, state, typed
from tests.tolerances import POINTED_MU_X, POINTED_MU_Y

pytestmark = ONE_BROWSER
ALL = {"waterfall", "gap", "square", "paths", "kernel", "readouts", "regret"}
MOVED = {  # control: the views that change with it
    "mux": ALL,
    "muy": ALL - {"kernel"},
    "gamma": ALL - {"kernel"},
    "T": ALL,
    "noise": ALL - {"kernel"},
    "t": {"gap", "paths"},
}


def changed(page, act):
    """Return the views whose drawing or caption an act has changed."""
    link = page.evaluate("gpaExplorer.link()")
    go(page, link.replace("T=1000", "T=200"))  # whose colored map is refined sooner
    calm(page)
    before = drawings(page)
    act()
    calm(page)
    after = drawings(page)
    return {view for view in ALL if before[view] != after[view]}


@pytest.mark.parametrize("word", MOVED)
def test_a_slider_moves_its_views_by_keyboard(page, word):
    """Arrow keys on the focused slider change the state and the views, exactly those."""
    was = state(page)

    def press():
        page.locator(f"#slide-{word}").focus()
        for _ in range(12):
            page.keyboard.press("ArrowRight")

    assert changed(page, press) == MOVED[word]
    assert state(page)[word] != was[word]


@pytest.mark.parametrize(
    ("word", "value", "views"),
    [
        ("problem", "bowl", ALL - {"kernel"}),
        ("base", "adagrad-norm", ALL - {"kernel"}),
        ("color", "worst", {"square"}),
        ("color", "limit", {"square"}),
        ("color", "bound", {"square"}),
    ],
)
def test_a_choice_changes_its_views(page, word, value, views):
    """Each list offers what the state allows, and choosing redraws exactly its views."""
    assert changed(page, lambda: page.locator(f"#pick-{word}").select_option(value)) == views
    assert state(page)[word] == value


def test_the_seed_changes_a_noisy_run_and_no_other(page):
    """With noise, another seed is another run, and a band over seeds is drawn; without, nothing."""
    assert changed(page, lambda: typed(page, "seed", "77")) == set()
    typed(page, "noise", "1")
    assert changed(page, lambda: typed(page, "seed", "78")) == ALL - {"kernel"}
    assert page.locator("#view-gap path.band").count() == 1
    assert "range of 16 seeds" in page.locator("#view-gap").text_content()


def test_the_band_holds_its_own_run(page):
    """The run of the state is one of the seeds of its band: the curve stays inside."""
    go(page, "v=1&noise=2&seed=5&mux=0.9&T=400")
    assert page.evaluate("""() => { const r = gpaExplorer.result(), gap = r.at("gap");
        return gap.every((v, i) => r.band.low[i] <= v && v <= r.band.high[i]); }""")


def test_five_ways_lead_to_one_state(page):
    """Typing, sliding, the square, a link and a stop of the tour all set the constants."""
    typed(page, "mux", "0.9")
    assert state(page)["mux"] == 0.9
    page.locator("#slide-muy").fill("0.25")
    frame(page)
    assert state(page)["muy"] == 0.25
    go(page, "v=1&mux=0.5&muy=0.5")
    assert (state(page)["mux"], state(page)["muy"]) == (0.5, 0.5)
    page.locator("#tour a").nth(1).click()
    frame(page)
    assert (state(page)["mux"], state(page)["muy"]) == (0.9, 0.9)


def test_the_tour_says_where_it_is(page):
    """Five links; at each its own sentence stands, pins stay, and off the tour that is said."""
    page.locator("#pin").click()
    said = set()
    for k in range(5):
        page.locator("#tour a").nth(k).click()
        frame(page)
        said.add(page.locator("#stop").text_content())
        assert page.locator("#tour a[aria-current]").count() == 1
        assert len(state(page)["pins"]) == 1
    assert len(said) == page.locator("#tour a").count() == 5
    typed(page, "mux", "0.123")
    assert "off the tour" in page.locator("#stop").text_content()
    assert page.locator("#tour a[aria-current]").count() == 0


def test_the_square_is_dragged(page):
    """Pressing and moving in the square sets both constants; the far right is the largest μ_x."""
    page.evaluate("document.querySelector('#view-square').scrollIntoView({ block: 'center' })")
    box = page.locator("#view-square svg image").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    frame(page)
    assert state(page)["mux"] == pytest.approx(0.9, abs=POINTED_MU_X)
    assert state(page)["muy"] == pytest.approx(0.5, abs=POINTED_MU_Y)
    page.mouse.move(box["x"] + box["width"] * 2, box["y"] - 50, steps=5)
    page.mouse.up()
    frame(page)
    assert (state(page)["mux"], state(page)["muy"]) == (0.9999, 1)


def test_all_views_show_one_result_after_a_fast_drag(page):
    """However fast the input, every view carries the number of the same result."""
    box = page.locator("#slide-gamma").bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 8)
    page.mouse.down()
    for k in range(30):
        page.mouse.move(box["x"] + 20 + 6 * k, box["y"] + 8)
    page.mouse.up()
    frame(page)
    drawn, shown = probe(page, "results"), page.evaluate("gpaExplorer.result().id")
    assert drawn == [str(shown)]
    assert state(page)["gamma"] != 0.5


def test_three_settings_can_be_pinned(page):
    """Pins show in every view; a fourth replaces the first; removing them restores all."""
    calm(page)
    plain = drawings(page)
    for mux in ("0.5", "0.8", "0.9", "0.95"):
        typed(page, "mux", mux)
        page.locator("#pin").click()
    typed(page, "mux", "0.9967")
    calm(page)
    pinned = drawings(page)
    assert page.locator("#pinned li").all_text_contents() == [
        f"{name}: μ_x = {mux}, μ_y = 0.7, γ = 0.5, T = 1000, valley, SGD"
        for name, mux in zip("ABC", ("0.8", "0.9", "0.95"), strict=True)
    ]
    assert [pin["mux"] for pin in state(page)["pins"]] == [0.8, 0.9, 0.95]
    assert {view for view in ALL if pinned[view] != plain[view]} == ALL
    assert all(f">{name}</text>" in pinned["readouts"] for name in "ABC")
    page.locator("#unpin").click()
    calm(page)
    assert page.locator("#pinned li").count() == 0
    assert drawings(page) == plain


def test_what_is_being_typed_is_left_alone(page):
    """A redraw while a number is half typed does not write over it."""
    page.locator("#type-mux").fill("0.95")
    page.evaluate("dispatchEvent(new HashChangeEvent('hashchange'))")
    frame(page)
    assert page.locator("#type-mux").input_value() == "0.95"
    page.locator("#type-mux").press("Enter")
    frame(page)
    assert state(page)["mux"] == 0.95


def test_a_typed_number_out_of_range_is_refused_in_words(page):
    """The state stays, and the notice names the rule."""
    typed(page, "mux", "1.5")
    assert state(page)["mux"] == 0.9967
    assert "must lie in [0, 0.9999]" in page.locator("#notice").text_content()
    typed(page, "mux", "0.5")
    assert page.locator("#notice").is_hidden()


def test_a_setting_is_pinned_once(page):
    """Pinning what is pinned already is said, and changes nothing."""
    page.locator("#pin").click()
    frame(page)
    page.locator("#pin").click()
    frame(page)
    assert len(state(page)["pins"]) == 1
    assert page.locator("#said").text_content() == "This setting is pin A already."


def test_a_pin_keeps_its_own_labels(page):
    """Beside a proved bound stand a diverged run and a guide: each column says how it is known."""
    go(
        page,
        "v=1&pin=0.3_0.2_60_4000_valley_ogd_0_1&pin=0.9_0.2_0.3_300_bowl_adagrad-norm_1.25_3",
    )
    shown = page.locator("#view-readouts svg").text_content()
    assert "29.8×measured\N{EN DASH}diverged" in shown
    assert re.search(r"μ_x recommended for this T0.99654proved0.99896guide0.99046heuristic", shown)
    assert ": diverged at step 87" in page.locator("#pinned li").first.text_content()
    assert "pin A: x_t, diverged" in page.locator("#view-gap svg").text_content()
    assert "∞" not in page.locator("#views").text_content()
