"""The full comparison of the page's JavaScript with Python: `python -m tests.explore.comparison`.

Run as a command it stamps the package: how many values were compared, how far apart the worst two
are, in which browser, and a hash of the code that this was found for.
"""

import tempfile
from itertools import product
from pathlib import Path

from gpa_theory.explore import parity
from gpa_theory.explore.about import about
from gpa_theory.explore.assemble import assemble
from gpa_theory.explore.observation import observe
from gpa_theory.explore.setting import PROBLEMS, SHOWN, Setting
from tests.explore.browser import launched, opened

ENOUGH = 100_000
MUS = [(0.0, 0.0), (0.0, 1.0), (0.5, 0.3), (0.9, 0.9), (0.9967, 0.7), (0.9999, 0.45), (0.97, 1.0)]


def settings():
    """Yield (setting, times or None): closed ends and interiors of every constant."""
    for k, (problem, base) in enumerate(product(PROBLEMS, SHOWN)):
        mu_x, mu_y = MUS[k % len(MUS)]
        noise, steps = (0.0, 1.25)[k % 2], (2, 75, 400)[k % 3]
        common = {"problem": problem, "base": base, "noise": noise, "seed": 11 * k}
        yield Setting(mu_x=mu_x, mu_y=mu_y, gamma=0.4, steps=steps, **common), None
    for k, (mu_x, mu_y) in enumerate(MUS):
        for gamma, steps in ((0.07, 700), (2.0, 300)):
            common = {
                "problem": PROBLEMS[k % 4],
                "base": SHOWN[(k // 2) % len(SHOWN)],
                "noise": k % 2,
            }
            setting = Setting(mu_x=mu_x, mu_y=mu_y, gamma=gamma, steps=steps, **common)
            yield setting, tuple(range(1, steps + 1))
    yield Setting(steps=5000), tuple(range(1, 5001, 3))


def compare(page, content):
    """Return how many values the page compared, the worst relative difference, and where."""
    found = page.evaluate("content => gpaExplorer.compared(content)", content)
    return found["values"], found["worst"], found["where"]


def everything(page):
    """Yield (setting, values, worst, where) for every setting."""
    for setting, times in settings():
        content = observe(setting, times, bounds=times is None).content()
        yield setting, *compare(page, content)


def main():
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        target = Path(folder) / "page.html"
        target.write_text(assemble(about("comparison")).html, encoding="utf-8")
        browser = launched(playwright)
        page = browser.new_page()
        opened(page, target.as_uri())
        found = list(everything(page))
        total, worst = sum(row[1] for row in found), max(row[2] for row in found)
        assert total >= ENOUGH
        assert worst <= parity.AGREES, max(found, key=lambda row: row[2])
        parity.write(total, worst, f"Chromium {browser.version}")
        print(f"{total:,} values, largest relative difference {worst:.1e}")
        browser.close()


if __name__ == "__main__":
    main()
