"""Where a run ends: at the step at which its sums leave the floats, whatever grows first."""

import math

import pytest

from gpa_theory.explore.observation import observe
from gpa_theory.explore.running import DivergedError, ran
from gpa_theory.explore.setting import Setting
from tests.explore.browser import ONE_BROWSER, go

ENDS = [
    Setting(mu_x=0.0, gamma=2.6, steps=1000),
    Setting(mu_x=0.3, mu_y=0.2, gamma=60.0, steps=4000),
    Setting(mu_x=0.0, gamma=2.2, steps=5000, problem="canyon"),
    Setting(mu_x=0.9, mu_y=1.0, gamma=100.0, steps=5000, problem="canyon"),
    Setting(mu_x=0.0, gamma=100.0, steps=600, base="dual-averaging", noise=1.0),
    Setting(mu_x=0.0, gamma=100.0, steps=900, base="ogd-anytime"),
]


def ended(setting):
    """Return the step at which a run leaves the floats, or 0."""
    try:
        ran(setting)
    except DivergedError as error:
        return error.step
    return 0


@pytest.mark.parametrize("setting", ENDS, ids=range(len(ENDS)))
def test_what_comes_before_the_end_is_finite(setting):
    """One step less: every number is finite, the identity closes; asking for more is refused."""
    step = ended(setting)
    assert step  # the case is chosen so
    one_less = Setting(**{f: getattr(setting, f) for f in setting.__slots__} | {"steps": step - 1})
    seen = observe(one_less, (1, step - 1))
    assert seen.residual <= seen.budget
    assert all(math.isfinite(v) for values in seen.curves.values() for v in values)
    with pytest.raises(DivergedError, match=f"diverged at step {step}"):
        observe(setting)


@ONE_BROWSER
@pytest.mark.parametrize("setting", ENDS, ids=range(len(ENDS)))
def test_the_page_ends_a_run_at_the_same_step(page, setting):
    """The page and Python name the same step, whether values or sums grow too large."""
    go(page, setting.link())
    assert page.evaluate("gpaExplorer.result().run.diverged") == ended(setting)
