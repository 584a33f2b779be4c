"""One browser, and one exported page put back into its first state, serve the tests."""

import pytest

from gpa_theory.explore.about import about
from gpa_theory.explore.assemble import assemble
from tests.explore.browser import PATIENCE, go, launched, needed, opened


@pytest.fixture(scope="session")
def exported(tmp_path_factory):
    """Return an exported page as a file."""
    target = tmp_path_factory.mktemp("explore") / "page.html"
    target.write_text(assemble(about("gpa explore --export page.html")).html, encoding="utf-8")
    return target


@pytest.fixture(scope="session")
def chromium():
    """Return a browser."""
    needed()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def tab(chromium, exported):
    """Return a tab with the exported page, and what its console has said."""
    context = chromium.new_context(accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    tab = context.new_page()
    complaints = []
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    opened(tab, exported.as_uri())
    yield tab, complaints
    context.close()


@pytest.fixture
def page(tab, exported):
    """Return the exported page in its first state; a console message or an error fails the test."""
    page, complaints = tab
    page.set_viewport_size({"width": 1360, "height": 900})
    if page.url.split("#")[0] != exported.as_uri():
        opened(page, exported.as_uri())
    go(page, "v=1")
    page.evaluate("document.documentElement.removeAttribute('data-theme')")
    page.evaluate("document.activeElement.blur()")
    yield page
    said = complaints[:]
    complaints.clear()
    assert said == []


@pytest.fixture
def scratch(page, exported):
    """Return the page, to be damaged: afterwards it is opened anew."""
    yield page
    opened(page, exported.as_uri())
