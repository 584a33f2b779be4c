"""Settings and links: what is read back is what was written, and nothing else is let in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gpa_theory.explore.setting import LIMITS, PROBLEMS, SHOWN, Setting, from_link


def number(name):
    low, high = LIMITS[name]
    if name in ("steps", "seed"):
        return st.integers(int(low), int(high))
    return st.floats(low, high)


settings = st.builds(
    Setting,
    problem=st.sampled_from(PROBLEMS),
    base=st.sampled_from(SHOWN),
    **{name: number(name) for name in LIMITS},
)


@given(settings)
def test_a_link_reads_back_to_the_last_bit(setting):
    """`from_link(s.link()) == s` for every setting, exactly."""
    assert from_link(setting.link()) == setting


@given(settings)
def test_the_python_form_reads_back(setting):
    """`s.python()` evaluates to s."""
    assert eval(setting.python(), {"Setting": Setting}) == setting


@pytest.mark.parametrize(
    ("link", "rule"),
    [
        ("mux=2", "mu_x must lie in"),
        ("mux=nan", "mux must be a number"),
        ("gamma=1e400", "gamma must lie in"),
        ("mux=1_0", "mux must be a number"),
        ("T=٣", "T must be an integer"),
        ("mux=0.5&mux=0.5", "mux must be given once"),
        ("T=1e3", "T must be an integer"),
        ("T=100000", "steps must lie in"),
        ("problem=<img src=x onerror=alert(1)>", "problem must be one of"),
        ("__proto__=1", "the word '__proto__' must be one of"),
        ("v=2", "v must be 1"),
        ("mux=" + "9" * 3000, "must have at most 2000 characters"),
        ("&".join(["seed=1"] * 50), "must have at most 40 words"),
    ],
)
def test_bad_links_are_refused(link, rule):
    """A word, a number or a name outside the lists is refused by rule, whatever it tries."""
    with pytest.raises(ValueError, match=rule):
        from_link(link)


def test_the_constructor_refuses_as_well():
    """A bool is no number of steps, and μ_y above 1 is refused."""
    with pytest.raises(ValueError, match="steps must be an integer"):
        Setting(steps=True)
    with pytest.raises(ValueError, match=r"mu_y must lie in \[0.0, 1.0\]"):
        Setting(mu_y=1.01)
