"""The page's JavaScript is held to Python, in the browser, over more than 10^5 values."""

import pytest

from gpa_theory.explore import assemble as assembly
from gpa_theory.explore import parity
from gpa_theory.explore.about import about
from gpa_theory.explore.noise import mixed
from gpa_theory.explore.observation import observe
from gpa_theory.explore.setting import Setting
from tests.explore.browser import ONE_BROWSER, go, opened
from tests.explore.comparison import ENOUGH, compare, everything

pytestmark = ONE_BROWSER
FAULTS = {  # one wrong token of the mirror: file, what stands there, what a fault makes of it
    "averaging one step late": ("mirror/kernel.js", "c = coefficient(t + 1)", "c = coefficient(t)"),
    "gradient at x": ("mirror/kernel.js", "f.slope(y, g);", "f.slope(x, g);"),
    "another hash": ("mirror/kernel.js", "0x7feb352d", "0x7feb352f"),
    "a multiplier": ("mirror/record.js", "into[1] = (1 + nu) *", "into[1] = nu *"),
    "half a constant": (
        "mirror/bounds.js",
        "(c.G * c.G * c.gamma) / 2 + (c.R",
        "(c.G * c.G * c.gamma) + (c.R",
    ),
    "a short root": ("mirror/bounds.js", "Math.SQRT2", "1.41421356"),
}


def test_javascript_agrees_with_python(page):
    """Iterates, identity terms, bounds and readouts agree to 1e-12 over 10^5 values and more."""
    total = 0
    for setting, values, worst, where in everything(page):
        assert worst <= parity.AGREES, (setting, where)
        total += values
    assert total >= ENOUGH


@pytest.mark.parametrize("name", ["x0", "sum_bregman_y_x", "bound_a", "bound_b", "slope", "share"])
def test_a_wrong_digit_is_seen(page, name):
    """One value off by 10^-10 is more than the tolerance: the comparison can fail."""
    content = observe(Setting(steps=40)).content()
    content["curves"][name][20] *= 1 + 1e-10
    _, worst, where = compare(page, content)
    assert worst > parity.AGREES
    assert where == name


@pytest.mark.parametrize("what", ["standings", "vacuous", "verdict", "budget"])
def test_another_word_is_seen(page, what):
    """A label, a reason, a verdict or a budget that differs counts as infinitely wrong."""
    content = observe(Setting(steps=40)).content()
    if what == "standings":
        content[what]["bound_a"][0] = "guide"
    elif what == "vacuous":
        content[what]["bound_b"] = "it is not"
    elif what == "verdict":
        content[what] = "well"
    else:
        content[what] *= 1 + 1e-10
    assert compare(page, content)[1] > parity.AGREES


def test_a_missing_curve_is_seen(page):
    """A number the page does not have counts as infinitely wrong."""
    content = observe(Setting(steps=5)).content()
    content["readouts"]["unheard_of"] = 1.0
    assert compare(page, content)[2] == "unheard_of"


def test_divergence_happens_at_the_same_step(page):
    """The page ends a run exactly where Python refuses one step more."""
    go(page, Setting(mu_x=0.3, mu_y=0.2, gamma=9.0, steps=2000).link())
    step = page.evaluate("gpaExplorer.result().run.diverged")
    assert 2 < step < 2000
    common = {"mu_x": 0.3, "mu_y": 0.2, "gamma": 9.0}
    observe(Setting(steps=step - 1, **common))
    with pytest.raises(ValueError, match=f"diverged at step {step}"):
        observe(Setting(steps=step, **common))
    content = observe(Setting(steps=step // 2, **common)).content()
    assert compare(page, content)[1] <= parity.AGREES


CHAOTIC = Setting(
    mu_x=0.0, mu_y=0.999999999, gamma=100.0, problem="bowl", base="adagrad-norm", noise=0.5, seed=0
)


def test_a_run_may_magnify_last_bits(page):
    """The page knows how far last bits of γ move a run: not far, but for a chaotic one."""
    for setting, least, most in ((Setting(mu_x=0.9, steps=100), 0, 1e-9), (CHAOTIC, 1e-3, 10)):
        content = observe(setting).content()
        moved = page.evaluate("content => gpaExplorer.sensitivity(content)", content)
        assert least < moved < most
        assert compare(page, content)[1] <= max(parity.AGREES, 100 * moved)


def test_exported_pages_compare_themselves(page):
    """An exported page compares itself with what Python left in it, and says so."""
    words = page.locator("#agreement").text_content()
    assert words.startswith("Python agrees to ")
    assert "Parity stamp of this code" in words
    assert page.locator("#agreement.wrong").count() == 0


@pytest.fixture
def faulty(request, chromium, tmp_path, monkeypatch):
    """Return a page whose mirror has one wrong token."""
    file, right, wrong = FAULTS[request.param]
    source = assembly.source
    assert source(file).count(right) == 1
    monkeypatch.setattr(
        assembly,
        "source",
        lambda name: source(name).replace(right, wrong) if name == file else source(name),
    )
    target = tmp_path / "faulty.html"
    target.write_text(assembly.assemble(about("a fault")).html, encoding="utf-8")
    page = chromium.new_page()
    opened(page, target.as_uri())
    yield page
    page.close()


@pytest.mark.parametrize("faulty", FAULTS, indirect=True)
def test_a_fault_in_the_mirror_is_seen(faulty, request):
    """One wrong token in the mirror is far outside the tolerance, and of a run the page says so."""
    common = {"mu_x": 0.9, "mu_y": 0.6, "steps": 40, "noise": 0.5}
    seen = [observe(Setting(**common, base=base)) for base in ("ogd", "adagrad-diagonal")]
    worst = max(compare(faulty, one.content())[1] for one in seen)
    assert worst > 1e3 * parity.AGREES
    if "multiplier" in request.node.callspec.id:  # then the identity does not close
        assert "its identity does not close" in faulty.locator("#verdict.wrong").text_content()
        assert "DOES NOT CLOSE" in faulty.locator("#view-waterfall").text_content()
    if "root" not in request.node.callspec.id:  # no page carries numbers of that base
        assert faulty.locator("#agreement.wrong").count() == 1
        assert faulty.locator("#agreement").text_content().startswith("Python DISAGREES (in ")


def test_noise_is_the_same_hash(page):
    """The 32-bit hash agrees in both languages, far out as well."""
    pairs = [(seed, t) for seed in (0, 1, 999_999) for t in (1, 2, 4999)]
    found = page.evaluate("pairs => pairs.map(([s, t]) => gpaExplorer.mixed(s, t))", pairs)
    assert found == [mixed(*pair) for pair in pairs]
