"""What a group is held to, and how it counts: shares, steps, ranges and misspelt keys."""

from __future__ import annotations

import pytest
import torch

from gpa_theory.core.averaging import Exponential, Polynomial, Uniform
from gpa_theory.optim.step.groups import TOGETHER, check, count_step, next_coefficient, own_of
from tests.tolerances import PARITY_FLOAT64

DEFAULTS = {
    "averaging": "exponential",
    "mu_x": 0.9,
    "averaging_r": 0.0,
    "mu_y": 0.6,
    "state_dtype": None,
    "gpa_seed": 0,
}


def group(**given):
    """Return a group with its own keys completed."""
    return own_of(given, DEFAULTS, "train")


@pytest.mark.parametrize("steps", [0, 1, 7])
def test_the_coming_share_is_that_of_the_step_after(steps):
    """After t − 1 steps the coming base iterate is z_{t+1}, and its share is c_{t+1}."""
    for given, averaging in (
        ({"mu_x": 0.8}, Exponential(0.8)),
        ({"averaging_r": 2.0}, Polynomial(2.0)),
        ({"averaging": Uniform()}, Uniform()),
    ):
        own = group(**given)
        own["gpa_steps"] = steps
        wanted = float(averaging.coefficient(float(steps + 2)))
        found = next_coefficient(own)
        assert type(found) is float
        assert found == wanted
        own["gpa_steps"] = torch.tensor(float(steps), dtype=torch.float64)
        assert float(next_coefficient(own)) == pytest.approx(wanted, rel=PARITY_FLOAT64)


def test_a_share_that_depends_on_counted_steps_is_a_tensor():
    """A captured graph must find the share anew at every replay."""
    own = group(averaging=Uniform())
    own["gpa_steps"] = torch.tensor(3.0, dtype=torch.float64)
    assert isinstance(next_coefficient(own), torch.Tensor)


def test_a_step_is_counted_once():
    """As an integer; if the group is capturable by a tensor, which is then counted in place."""
    own = group()
    for wanted in (1, 2, 3):
        count_step(own, None)
        assert own["gpa_steps"] == wanted
        assert type(own["gpa_steps"]) is int
    own["capturable"] = True
    count_step(own, torch.device("cpu"))
    counter = own["gpa_steps"]
    assert counter.dtype == torch.float64
    assert float(counter) == 4
    count_step(own, torch.device("cpu"))
    assert own["gpa_steps"] is counter
    assert float(counter) == 5
    own["capturable"] = False
    count_step(own, None)
    assert own["gpa_steps"] == 6


@pytest.mark.parametrize("mu_y", [-0.1, 1.1, 2.0, -1.0, float("nan")])
def test_mu_y_beyond_its_interval_is_refused(mu_y):
    """Must fail: it lies in [0, 1]; both ends are allowed."""
    with pytest.raises(ValueError, match="mu_y must lie"):
        group(mu_y=mu_y)
    for end in (0, 1):
        assert group(mu_y=end)["mu_y"] == end


def test_a_misspelt_key_is_refused():
    """Must fail: it looks like one of ours, is none, and the base does not know it."""
    own = group()
    for key in ("mu_z", "averaging_s", "gpa_stepz"):
        with pytest.raises(ValueError, match=key):
            check({**own, key: 1.0}, ())
        check({**own, key: 1.0}, (key,))
    check({**own, "momentum": 0.9}, ())


@pytest.mark.parametrize("given", [{"mu_x": 0.5}, {"averaging_r": 1.0}])
def test_an_averaging_and_a_number_of_one_are_refused_together(given):
    """Must fail: two ways to say one thing."""
    with pytest.raises(ValueError, match="exactly one must be given"):
        group(averaging=Uniform(), **given)


def test_what_says_one_thing_together():
    """The averaging with its numbers; μ_y, the type of δ and the seed each alone."""
    assert set(TOGETHER[0]) == {"mu_x", "averaging", "averaging_r"}
    assert TOGETHER[1:] == (("mu_y",), ("state_dtype",), ("gpa_seed",))
