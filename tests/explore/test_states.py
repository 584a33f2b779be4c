"""What can go wrong with a run is a state that is shown, in words, wherever it matters."""

import pytest

from tests.explore.browser import ONE_BROWSER, go, typed
from tests.tolerances import TWO_LANGUAGES

pytestmark = ONE_BROWSER


def words(page, view):
    return page.locator(f"#view-{view}").text_content()


def test_divergence_is_shown(page):
    """A step far past the limit says so in words, in every view that shows the run."""
    go(page, "v=1&mux=0.3&muy=0.2&gamma=60&T=4000")
    for view in ("waterfall", "gap", "paths", "regret"):
        assert "diverged at step" in words(page, view)


def test_a_broken_assumption_is_said(page):
    """Where |g_t| > G, the regret view and the bounds say that they do not apply."""
    go(page, "v=1&mux=0&muy=0&gamma=2.05&T=50")
    assert "assumption violated" in page.locator("#view-regret svg").text_content()
    assert "do not cover this run" in page.locator("#view-gap figcaption").text_content()
    assert "void" in page.locator("#view-readouts svg").text_content()
    assert page.locator("#view-gap path.void").count() == 2


def test_an_assumption_that_holds_is_said_too(page):
    """At the standard state the regret view says that the assumption holds, nothing is void."""
    assert "assumption holds" in page.locator("#view-regret svg").text_content()
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
        ("base=adagrad-norm&noise=1", "gap", "it is a guide"),
        ("noise=1", "gap", "in expectation"),
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
    assert all(label in svg for label in ("measured", "proved", "certified"))


def test_tiny_runs_are_drawn(page):
    """T = 2 is the shortest run; no number on the page is NaN or undefined."""
    typed(page, "T", "2")
    text = page.locator("#views").text_content()
    assert "NaN" not in text
    assert "undefined" not in text
