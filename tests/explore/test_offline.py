"""The exported page needs nothing: one request, no network at all; the served one only itself."""

import json
import os
import shutil
import subprocess
import sys
import threading

import pytest

from gpa_theory.explore.about import about
from gpa_theory.explore.notebook import show
from gpa_theory.explore.server import serve
from tests.explore.browser import ONE_BROWSER, PATIENCE, calm, needed, opened, probe, settled, state
from tests.explore.test_parity import CHAOTIC

pytestmark = ONE_BROWSER
ALONE = """
import json, sys
from playwright.sync_api import sync_playwright
from tests.explore.browser import launched
from tests.explore.test_offline import used
with sync_playwright() as playwright:
    browser = launched(playwright)
    print(json.dumps(used(browser.new_context(), sys.argv[1])))
    browser.close()
"""
OWN = ("data:", "blob:")  # what a page makes itself, no request to anywhere


def used(context, url):
    """Open a page and use it: the requests, what its console said, μ_x and the agreement."""
    page = context.new_page()
    requests, said = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    opened(page, url)
    page.locator("#slide-mux").fill("2")
    page.locator("#pick-color").select_option("worst")
    page.locator("#copies button").first.click()
    calm(page)
    found = [request for request in requests if not request.startswith(OWN)]
    mux, words = state(page)["mux"], page.locator("#agreement").text_content()
    page.close()
    return {"requests": found, "said": said, "mux": mux, "agreement": words}


def isolation():
    """Return the command that starts another in a network namespace without interfaces, or []."""
    unshare = shutil.which("unshare")
    for flags in ("-n", "-rn"):
        command = [unshare, flags]
        if unshare and subprocess.run([*command, "true"], capture_output=True).returncode == 0:
            return command
    return []


def test_it_works_without_any_network(exported):
    """In a namespace without interfaces the page makes one request, answers, and complains not."""
    needed()
    if not (alone := isolation()):
        pytest.skip("this machine does not allow a network namespace; offline mode is tested")
    command = [*alone, sys.executable, "-c", ALONE, exported.as_uri()]
    environment = {**os.environ, "PYTHONPATH": os.getcwd()}
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["requests"] == [exported.as_uri()]
    assert found["said"] == []
    assert found["mux"] == 0.99
    assert found["agreement"].startswith("Python agrees to")


def test_it_works_in_offline_mode(chromium, exported):
    """The same in a browser that was told to be offline."""
    context = chromium.new_context(offline=True)
    found = used(context, exported.as_uri())
    context.close()
    assert found["requests"] == [exported.as_uri()]
    assert found["said"] == []
    assert found["mux"] == 0.99


def test_a_planted_request_is_seen(chromium, exported, tmp_path):
    """With its policy removed and a picture from elsewhere, the page makes a second request."""
    planted, address = tmp_path / "planted.html", "http://127.0.0.1:9/x.png"
    html = exported.read_text(encoding="utf-8").replace("Content-Security-Policy", "X-None", 1)
    planted.write_text(html.replace("</body>", f'<img src="{address}" alt=""></body>'))
    context = chromium.new_context(offline=True)
    found = used(context, planted.as_uri())
    context.close()
    assert found["requests"] == [planted.as_uri(), address]
    assert found["said"]  # the failed load is a console error: that check can fail too


def test_the_policy_stops_requests_and_scripts(page, tab):
    """Even code that runs in the page cannot fetch, load from elsewhere or add a script."""
    refused, hacked = probe(page, "intrusions")
    tab[1].clear()  # the console reports the violations, as it should
    assert set(refused) == {"connect-src", "img-src", "script-src-elem"}
    assert hacked is None


def test_a_served_page_asks_python_on_release(chromium):
    """On release the page asks its own server, nobody else, and says to what Python agrees."""
    context, complaints, found = chromium.new_context(), [], []
    page = context.new_page()
    page.on("request", lambda request: found.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    agrees = "document.getElementById('agreement').textContent.startsWith('Python agrees to')"
    with serve(about("gpa explore")) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            opened(page, server.address)
            settled(page, agrees)
            page.locator("#slide-muy").fill("0.9")
            settled(page, f"gpaExplorer.result().state.muy === 0.9 && {agrees}")
            words = page.locator("#agreement").text_content()
        finally:
            context.close()
            server.shutdown()
            thread.join()
    assert words.endswith("values of this state, asked just now.")
    assert any("muy=0.9" in url for url in found)
    assert all(url.startswith((server.address, *OWN)) for url in found)
    assert complaints == []


def test_a_served_page_and_python_agree_on_a_divergence(chromium):
    """Python refuses a run at the step at which the page ends it, and the page says just that."""
    context = chromium.new_context()
    page = context.new_page()
    with serve(about("gpa explore")) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            opened(page, f"{server.address}#mux=0.3&muy=0.2&gamma=60&T=4000")
            said = "document.getElementById('agreement').textContent"
            settled(page, f"{said} === 'Python finds the same: diverged at step 87.'")
            assert page.locator("#agreement.wrong").count() == 0
            assert page.locator("#verdict.wrong").text_content().endswith(": diverged at step 87.")
        finally:
            context.close()
            server.shutdown()
            thread.join()


def test_a_run_that_magnifies_last_bits_gets_no_verdict(chromium):
    """Where two languages cannot agree, the page says by how much last bits count, and no alarm."""
    context = chromium.new_context()
    page = context.new_page()
    with serve(about("gpa explore")) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            opened(page, f"{server.address}#{CHAOTIC.link()}")
            said = "document.getElementById('agreement').textContent"
            settled(
                page, f"{said}.startsWith('No verdict: a few last bits of γ move this run by ')"
            )
            assert page.locator("#agreement.wrong").count() == 0
        finally:
            context.close()
            server.shutdown()
            thread.join()


def test_a_server_that_is_gone_is_said(chromium):
    """When Python no longer answers, the page goes on and says that there was no check."""
    context = chromium.new_context()
    page = context.new_page()
    with serve(about("gpa explore")) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            opened(page, server.address)
            calm(page)
            context.set_offline(True)
            page.locator("#slide-muy").fill("0.3")
            said = "document.getElementById('agreement').textContent"
            settled(page, f"{said} === 'No check: the server no longer answers.'")
            assert state(page)["muy"] == 0.3
        finally:
            context.close()
            server.shutdown()
            thread.join()


def test_a_notebook_frame_works(chromium, tmp_path):
    """Inside a sandboxed frame the page draws and answers, opened at its setting."""
    shown = show(mu_x=0.9, steps=50)
    host = tmp_path / "notebook.html"
    host.write_text(f"<!doctype html><meta charset=utf-8>{shown._repr_html_()}", encoding="utf-8")
    page = chromium.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(host.as_uri())
    inner = page.frame_locator("iframe")
    inner.locator("#view-gap svg path").first.wait_for(state="attached")
    assert inner.locator("#type-mux").input_value() == "0.9"
    before = inner.locator("#view-gap figcaption").text_content()
    inner.locator("#slide-muy").fill("0.5")
    for _ in range(PATIENCE // 20):
        if inner.locator("#view-gap figcaption").text_content() != before:
            break
        page.wait_for_timeout(20)
    assert inner.locator("#type-muy").input_value() == "0.5"
    page.close()
