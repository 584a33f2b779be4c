"""The address holds the whole state; a bad one is refused in words and never executed."""

import pytest

from gpa_theory.explore.setting import Setting, from_link
from tests.explore.browser import ONE_BROWSER, READY, frame, go, opened, settled, state

pytestmark = ONE_BROWSER

WHOLE = (
    "v=1&mux=0.987654&muy=0.125&gamma=0.321&T=777&problem=bowl&base=dual-averaging&noise=0.5&seed=42"
    "&color=limit&t=55&pin=0.9_0.9_0.5_1000_valley_ogd_0_1&pin=0.5_0.3_1_50_corner_adagrad-norm_0_9"
)


def test_a_link_round_trips(page, exported):
    """Opening a link and reading the state back gives the same link, pins included."""
    opened(page, f"{exported.as_uri()}#{WHOLE}")
    assert page.evaluate("gpaExplorer.link()") == WHOLE
    assert page.evaluate("gpaExplorer.result().pins.length") == 2
    assert page.locator("#notice").is_hidden()


def test_the_address_follows_the_state(page, exported):
    """Once a drag has ended the address holds the state, and reloading restores it."""
    page.locator("#slide-mux").fill("2.5")
    page.locator("#slide-muy").fill("0.31")
    settled(page, "location.hash.includes('muy=0.31')")
    frame(page)  # the address is written before the next frame computes the result
    before = state(page)
    opened(page, page.evaluate("location.href"))
    assert state(page) == before


def test_python_reads_the_pages_link(page):
    """The page's link is what `gpa explore --state` takes."""
    page.locator("#slide-mux").fill("3.21")
    frame(page)
    setting, shown = from_link(page.evaluate("gpaExplorer.link()")), state(page)
    assert (setting.mu_x, setting.gamma, setting.steps) == (
        shown["mux"],
        shown["gamma"],
        shown["T"],
    )


def test_the_page_reads_pythons_links(page):
    """Tiny numbers and a zero of either sign are spelled and read alike."""
    setting = Setting(noise=1.2345678901234567e-300, mu_x=-0.0, mu_y=1e-7, gamma=0.0012345678901234)
    go(page, setting.link())
    assert page.locator("#notice").is_hidden()
    assert from_link(page.evaluate("gpaExplorer.link()")) == setting
    assert "-0" not in setting.link().replace("e-", "")


def test_pins_survive_an_immediate_reload(page):
    """What was pinned a moment ago is in the address already."""
    page.locator("#pin").click()
    page.reload()
    settled(page, READY)
    assert [pin["mux"] for pin in state(page)["pins"]] == [0.9967]
    assert page.locator("#pinned li").count() == 1


@pytest.mark.parametrize(
    ("fragment", "words"),
    [
        ("mux=2", "mux=2 must lie in [0, 0.9999]"),
        ("mux=0x1", "must lie in"),
        ("T=12.5", "must be an integer"),
        ("T=1e2", "must be an integer"),
        ("T=" + "9" * 400, "must be an integer"),
        ("noise=%D9%A3", "must lie in"),
        ("gamma=1e400", "must lie in"),
        ("x" * 3000, "what is beyond 2000 characters of the link"),
        ("gamma=0.5&gamma=0.6", "gamma=0.6 must be given once"),
        ("v=9", "must be 1"),
        ("problem=constructor", "must be one of"),
        ("__proto__=1", "is not a word of this page"),
        ("pin=1_2", "must name one whole setting"),
        ("mux=%3Cimg src=x onerror=window.hacked=1%3E", "must lie in"),
        ("base=</script><script>window.hacked=1</script>", "must be one of"),
        ("color=javascript:alert(1)", "must be one of"),
        ("&".join(["pin=0.9_0.9_0.5_1000_valley_ogd_0_1"] * 4), "may occur 3 times"),
    ],
)
def test_bad_addresses_are_refused_in_words(page, fragment, words):
    """The rest of the state stays at its default, the notice says why, nothing runs."""
    go(page, f"v=1&muy=0.25&{fragment}")
    assert words in page.locator("#notice").text_content()
    assert state(page)["muy"] == 0.25
    assert state(page)["mux"] == 0.9967
    assert page.evaluate("window.hacked") is None
    assert page.locator("#notice img, #notice script").count() == 0


def test_a_bad_address_is_refused_on_opening_too(page, exported):
    """The first address is read as strictly, and its query string not at all."""
    hostile = "mux=%3Cimg src=x onerror=window.hacked=1%3E"
    opened(page, f"{exported.as_uri()}?{hostile}#v=1&muy=0.25&{hostile}")
    assert "must lie in [0, 0.9999]" in page.locator("#notice").text_content()
    assert (state(page)["mux"], state(page)["muy"]) == (0.9967, 0.25)
    assert page.evaluate("window.hacked") is None


def test_a_place_on_the_page_is_not_a_state(page):
    """Following the skip link moves the focus and keeps the state."""
    page.locator("#type-mux").fill("0.5")
    page.locator("#type-mux").press("Enter")
    page.evaluate("location.hash = '#views'")
    frame(page)
    assert state(page)["mux"] == 0.5
    assert page.locator("#notice").is_hidden()
