"""What can go wrong with a run is a state that is shown, in words, wherever it matters."""

import re

import pytest

from tests.explore.browser import ONE_BROWSER, go, typed
from tests.tolerances import TWO_LANGUAGES

pytestmark = ONE_BROWSER


def words(page, view):
    return page.locator(f"#view-{view}").text_content()


def test_divergence_is_shown(page):
    """A step far past the limit says so in words, in every view that shows the run."""
    go(page, "v=1&mux=0.3&muy=0.2&gamma=60&T=4000")
    step = page.evaluate("gpaExplorer.result().run.diverged")
    for view in ("waterfall", "gap", "paths", "readouts", "regret"):
        assert f"diverged at step {step}" in words(page, view)
    assert f"diverged at step {step}." in page.locator("#verdict.wrong").text_content()


@pytest.mark.parametrize(
    "link",
    [
        "mux=0&gamma=2.6&T=1000",
        "mux=0&gamma=2.6&T=729",
        "mux=0.3&muy=0.2&gamma=60&T=4000",
        "base=dual-averaging&mux=0&gamma=100&T=600",
        "problem=canyon&mux=0&muy=1&gamma=100&T=5000",
    ],
)
def test_a_diverged_run_accuses_nobody(page, link):
    """Nothing is called wrong, open, infinite or none; no number is read off; no sign is green."""
    go(page, f"v=1&{link}")
    text = page.locator("#views").text_content() + page.locator("header").text_content()
    for word in ("wrong", "CLOSE", "more than rounding", "∞", "NaN", "residual none", "undefined"):
        assert word not in text, word
    assert page.locator("#views text.good").count() == 0
    assert "last gap f(x_T) − f*\N{EN DASH}diverged" in words(page, "readouts")
    for kind in ("LaTeX", "Markdown"):
        table = page.evaluate("kind => gpaExplorer.texts()[kind]", kind)
        assert "diverged at " in table
        assert re.search("mean gap.*(--|\N{EN DASH})", table)
    assert "except ValueError" in page.evaluate("gpaExplorer.texts().Python")


def test_the_last_step_that_floats_hold_is_an_ordinary_run(page):
    """One step before the divergence the run is whole: numbers, a closed identity, a warning."""
    go(page, "v=1&mux=0&gamma=2.6&T=728")
    assert page.evaluate("gpaExplorer.result().run.diverged") == 0
    assert page.evaluate("gpaExplorer.result().closes")
    assert "diverging" in page.locator("#verdict.wrong").text_content()


@pytest.mark.parametrize("muy", ["0.999999", "0.999999999", "0.9999999999999999", "1"])
def test_what_rounding_explains_is_no_broken_identity(page, muy):
    """Where 1/(1−μ_y) magnifies rounding, the identity is judged by what rounding may do."""
    go(page, f"v=1&mux=0.9999&muy={muy}&T=3000&problem=bowl")
    assert page.evaluate("gpaExplorer.result().closes")
    assert "CLOSE" not in page.locator("#views").text_content()


@pytest.mark.parametrize(
    "link", ["mux=0", "mux=0&muy=1", "mux=0&problem=corner&noise=1", "mux=0&gamma=2.6&T=600"]
)
def test_the_base_itself_is_equal_and_not_below(page, link):
    """With μ_x = 0 the run is the base optimizer: equal, whatever μ_y is."""
    page.locator("#type-muy").fill("0.3")  # a base run with another μ_y is remembered
    go(page, f"v=1&{link}")
    assert ", equal to the base optimizer's" in words(page, "gap")


def test_comparisons_know_ties(page):
    """Equal, equal up to rounding, equal to three digits, below, above: in this order."""
    pairs = [[2, 2], [2, 2 + 1e-15], [2, 2.0001], [2, 2.1], [2.1, 2], [0, 0], [0, 1e-300]]
    said = page.evaluate("pairs => pairs.map(([a, b]) => gpaExplorer.against(a, b, 10))", pairs)
    assert said == ["equal to", "equal, up to rounding, to", "to three digits equal to",
                    "below", "above", "equal to", "below"]  # fmt: skip


@pytest.mark.parametrize(
    ("link", "label"),
    [
        ("v=1", "proved"),
        ("base=adagrad-norm&noise=0.5&T=300", "heuristic"),
        ("base=dual-averaging", "heuristic"),
        ("noise=0.01", "guide"),
        ("mux=0&muy=0&gamma=2.05&T=50", "guide"),
    ],
)
def test_a_recommendation_is_proved_only_where_a_theorem_covers_it(page, link, label):
    """Base, noise and metric decide, and the reason stands below."""
    go(page, link)
    assert re.search(rf"μ_x recommended for this T[\d.]+{label}", words(page, "readouts"))
    assert (f"μ_x recommended ({label}: " in words(page, "readouts")) == (label != "proved")


def test_a_vacuous_bound_is_marked(page):
    """As `gpa bound` prints it, with the reason; and not where the bound says something."""
    assert "vacuous" not in words(page, "gap")
    go(page, "v=1&mux=0.99&gamma=20&T=20&problem=corner")
    for bound in ("(A)", "(B)"):
        assert re.search(
            rf"Bound {re.escape(bound)} is [\d.]+ \(proved; vacuous: the start", words(page, "gap")
        )
    assert "$45.6^{\\mathrm{pv}}$" in page.evaluate("gpaExplorer.texts().LaTeX")


def test_only_sgd_has_a_diagonal(page):
    """Heavy ball and Nesterov are named as exact around SGD, and around no other base."""
    assert page.locator("#view-square path[data-series=Nesterov]").count() == 2
    go(page, "v=1&base=adagrad-norm")
    assert page.locator("#view-square path[data-series=Nesterov]").count() == 0
    assert "heavy ball" not in page.locator("#view-square svg").text_content()
    assert "only the left and lower edge are exact" in words(page, "square")


def test_a_broken_assumption_is_said(page):
    """Where |g_t| > G, the regret view and the bounds say that they do not apply."""
    go(page, "v=1&mux=0&muy=0&gamma=2.05&T=50")
    assert "assumption violated" in page.locator("#view-regret svg").text_content()
    assert "no bound covers this run" in page.locator("#view-gap figcaption").text_content()
    assert "void" in page.locator("#view-readouts svg").text_content()
    assert page.locator("#view-gap path.void").count() == 2


def test_an_assumption_that_holds_is_said_too(page):
    """At the standard state the regret view says that the assumption holds, nothing is void."""
    assert "|g_t| ≤ G held at every step" in page.locator("#view-regret svg").text_content()
    assert page.locator("#views path.void").count() == 0


def test_a_broken_identity_would_be_said(page):
    """The residual is part of the caption, and far below what would count as broken."""
    assert page.evaluate("gpaExplorer.result().relative") < TWO_LANGUAGES
    assert "it closes here to" in page.locator("#view-waterfall figcaption").text_content()


@pytest.mark.parametrize(
    ("link", "view", "said"),
    [
        ("mux=0", "square", "the base optimizer itself"),
        ("mux=0.7&muy=0.7", "square", "Nesterov momentum"),
        ("mux=0.7&muy=1", "square", "heavy ball"),
        ("mux=0.7&muy=0", "square", "average of its iterates"),
        ("mux=0", "kernel", "x is the base iterate"),
        ("mux=0.5", "kernel", "No DiLoCo"),
        ("mux=0.9967", "kernel", "a match, not an identity"),
        ("base=adagrad-norm&noise=1", "gap", "guide: with noise |z_t − x*| ≤ R"),
        ("noise=1", "gap", "guide: with noise |g_t| ≤ G"),
        ("noise=1&problem=bowl", "gap", "in expectation"),
        ("color=bound", "square", "guide: it is drawn for |g_t| ≤ G"),
        ("color=limit&problem=bowl", "square", "(guide: it is that of the quadratic"),
        ("problem=corner", "readouts", "No stability limit is known"),
        ("color=worst", "square", "blank: beyond the table"),
        ("color=worst&base=adagrad-norm", "square", "nothing to show here"),
        ("color=worst&noise=1", "square", "nothing to show here"),
        ("color=limit&base=dual-averaging", "square", "nothing to show here"),
        ("color=bound&base=adagrad-norm", "square", "|z_t − x*| ≤ D"),
    ],
)
def test_captions_come_from_the_state(page, link, view, said):
    """Each sentence stands where it is true, and not at the standard state with μ_y moved away."""
    go(page, f"v=1&{link}")
    assert said in page.locator(f"#view-{view} figcaption").text_content()


def test_captions_do_not_say_what_is_not(page):
    """Away from edges and diagonal no special case is named; with AdaGrad none of SGD's."""
    assert "It is" not in page.locator("#view-square figcaption").text_content()
    go(page, "v=1&mux=0.7&muy=0.7&base=adagrad-norm")
    assert "Nesterov momentum (" not in page.locator("#view-square figcaption").text_content()
    assert "It is" not in page.locator("#view-square figcaption").text_content()


def test_every_curve_of_the_gap_view_is_labeled(page):
    """Each group of curves stands behind measured, proved or certified."""
    svg = page.locator("#view-gap svg").text_content()
    assert all(label in svg for label in ("measured", "proved", "guide", "certified"))


def test_tiny_runs_are_drawn(page):
    """T = 2 is the shortest run; no number on the page is NaN or undefined."""
    typed(page, "T", "2")
    text = page.locator("#views").text_content()
    assert "NaN" not in text
    assert "undefined" not in text


def test_a_term_that_is_zero_up_to_rounding_has_no_sign(page):
    """With μ_x = 0 three divergences vanish: ≈ 0 is shown, never a small negative number."""
    go(page, "v=1&mux=0&muy=0.7&T=100")
    shown = page.locator("#view-waterfall svg").text_content()
    assert "≈ 0" in shown
    assert "e−1" not in shown.partition("residual")[0]
