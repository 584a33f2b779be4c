"""How numbers are known: base, noise, metric and run decide, and the page decides alike."""

from itertools import product

import pytest

from gpa_theory.explore.setting import PROBLEMS, SHOWN, Setting
from gpa_theory.explore.standing import LABELS, standings, verdict
from gpa_theory.symbolic.rates import DISCOUNTED, bound
from tests.explore.browser import ONE_BROWSER

STATES = [
    (Setting(problem=problem, base=base, noise=noise), broken, diverged)
    for problem, base, noise in product(PROBLEMS, SHOWN, (0.0, 1e-300, 0.5))
    for broken, diverged in ((0, 0), (3, 0), (0, 8), (3, 8))
]


@pytest.mark.parametrize("base", SHOWN)
def test_what_asks_for_r_is_read_off_the_theorems(base):
    """With noise (A) is a guide exactly where its theorem asks for R, which one run cannot show."""
    asks = {"diameter", "coordinate_diameter"} & set(bound(base, "mean").parameters)
    found = standings(Setting(base=base, noise=0.5, problem="bowl"))["bound_a"].label
    assert found == ("guide" if asks else "expected")


@pytest.mark.parametrize("base", SHOWN)
def test_only_a_base_with_a_discounted_regret_bound_has_one_on_the_last_gap(base):
    """(B), and the rule that rests on it, are proved for just those bases."""
    found = standings(Setting(base=base))
    assert (found["bound_b"].label == "proved") == (base in DISCOUNTED)
    assert (found["recommended_mu_x"].label == "proved") == (base in DISCOUNTED)


def test_nothing_is_proved_of_a_run_that_no_theorem_covers():
    """With noise, or after a broken assumption, no bound and no recommendation is *proved*."""
    for setting, broken, diverged in STATES:
        found = standings(setting, broken=broken, diverged=diverged)
        if setting.noise or broken:
            for name in ("bound_a", "bound_b", "recommended_mu_x", "break_even"):
                assert found[name].label != "proved", (name, setting)
        if diverged:
            assert {found[name].label for name in ("gap", "slack", "diameter")} == {"diverged"}


def test_what_is_less_than_proved_has_a_reason():
    """Every label is one of the glossary's, and a weak one says why."""
    for setting, broken, diverged in STATES:
        for one in standings(setting, broken=broken, diverged=diverged).values():
            assert one.label in LABELS
            assert one.why or one.label in ("proved", "measured", "certified")


def test_every_label_occurs():
    """No label is kept that nothing bears."""
    seen = {
        s.label
        for setting, b, d in STATES
        for s in standings(setting, broken=b, diverged=d).values()
    }
    assert seen == set(LABELS)


@ONE_BROWSER
def test_the_page_decides_alike(page):
    """Label and reason of every number agree, for every problem, base, noise and end of a run."""
    asked = [[setting.link(), broken, diverged] for setting, broken, diverged in STATES]
    found = page.evaluate("asked => asked.map((one) => gpaExplorer.standings(...one))", asked)
    for (setting, broken, diverged), theirs in zip(STATES, found, strict=True):
        ours = standings(setting, broken=broken, diverged=diverged)
        assert theirs == {name: [one.label, one.why] for name, one in ours.items()}


@ONE_BROWSER
def test_verdicts_are_the_same_words(page):
    """Diverged, diverging, violated, held: in this order, in both languages."""
    cases = [
        {"broken": b, "diverged": d, "exploded": e}
        for b, d, e in product((0, 2), (0, 7), (False, True))
    ]
    found = page.evaluate("cases => cases.map(gpaExplorer.verdictOf)", cases)
    assert found == [verdict(**case) for case in cases]
    assert len(set(found)) == 4
