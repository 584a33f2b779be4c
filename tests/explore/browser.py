"""A real headless Chromium for the tests: Debian's, driven by Playwright."""

import os
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

CHROMIUM = shutil.which("chromium")
MISSING = "chromium or playwright is not installed (Debian: apt install chromium)"
PROBES = Path(__file__).with_name("probes.js").read_text(encoding="utf-8").partition("\n")[2]
READY = "Boolean(window.gpaExplorer)"
PATIENCE = 60_000  # milliseconds: a loaded machine is slow, and nothing here measures time
ONE_BROWSER = pytest.mark.xdist_group("browser")  # of the workers of a parallel run one starts it


def needed():
    """Skip without a browser; fail instead where GPA_REQUIRE_BROWSER=1 requires one."""
    if CHROMIUM and find_spec("playwright"):
        return
    if os.environ.get("GPA_REQUIRE_BROWSER") == "1":
        pytest.fail(f"{MISSING}, and GPA_REQUIRE_BROWSER=1")
    pytest.skip(f"{MISSING}; GPA_REQUIRE_BROWSER=1 makes this a failure")


def launched(playwright):
    """Return a browser; as root, or in a container, its own sandbox cannot start."""
    return playwright.chromium.launch(
        executable_path=CHROMIUM, args=["--no-sandbox"], timeout=PATIENCE
    )


def settled(page, condition):
    """Poll until `condition` holds: the page's policy forbids `wait_for_function`."""
    for _ in range(PATIENCE // 20):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(20)
    raise AssertionError(f"never became true: {condition}")


def frame(page):
    """Wait until what was asked for has been drawn."""
    page.evaluate("() => new Promise(d => requestAnimationFrame(() => requestAnimationFrame(d)))")


def calm(page):
    """Wait until the colored map has been refined too, after which nothing moves by itself."""
    frame(page)
    settled(page, "gpaExplorer.heat().fine")


def state(page):
    return page.evaluate("gpaExplorer.result().state")


def opened(page, url):
    """Open a page anew, also where only the part after # differs."""
    page.goto("about:blank")
    page.goto(url)
    settled(page, READY)
    frame(page)


def go(page, link):
    """Change the address of an open page, as a reader would, also to what it is already."""
    page.evaluate(
        """link => { history.replaceState(null, "", `#${link}`);
        dispatchEvent(new HashChangeEvent("hashchange")); }""",
        link,
    )
    frame(page)


def typed(page, word, value):
    page.locator(f"#type-{word}").fill(value)
    page.locator(f"#type-{word}").press("Enter")
    frame(page)


def probe(page, name):
    """Return what a function of `probes.js` finds on the page."""
    return page.evaluate(f"({PROBES}).{name}()")


def drawings(page):
    """Return what every view shows, the captions included."""
    return probe(page, "drawings")
