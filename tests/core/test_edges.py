"""Where a check begins to refuse: zero multipliers, new names, ends of ranges, one step."""

from fractions import Fraction
from math import inf

import pytest

from gpa_theory.core.certificate import RATIONAL, Certificate, CertificateError, Premise
from gpa_theory.core.gram import basis, norm2
from gpa_theory.core.metrics import METRICS
from gpa_theory.core.validation import check_range

Z, G = norm2(basis("z")), norm2(basis("g"))


@pytest.mark.parametrize("extra", [1, -1, Fraction(1, 10**30)])
def test_what_only_a_premise_names_is_left_over(extra):
    """Must fail: |z|² from |z|² + c|g|² ≥ 0 proves nothing, whatever c is."""
    certificate = Certificate(Z, (Premise("both", 1, Z + extra * G),))
    assert certificate.residual() == {"<g,g>": -extra}
    with pytest.raises(CertificateError, match="residual"):
        certificate.check()


@pytest.mark.parametrize(("value", "expected"), [(0, True), (Fraction(1, 10**30), True)])
def test_a_multiplier_may_be_zero_or_tiny(value, expected):
    """≥ 0 is all that is asked; below is refused by however little."""
    assert RATIONAL.is_nonnegative(value) is expected
    assert not RATIONAL.is_nonnegative(-Fraction(1, 10**30))
    Certificate(value * Z, (Premise("square", value, Z),)).check()


@pytest.mark.parametrize(
    ("ends", "good", "bad"),
    [
        ({"low": 0, "high": 1}, [0, 1, 0.5], [-1e-300, 1 + 2.0**-52, inf, -inf]),
        ({"low": 0, "high": 1, "open_low": True}, [1e-300, 1], [0, -1, 0.0]),
        ({"low": 0, "high": 1, "open_high": True}, [0, 1 - 2.0**-53], [1, 1.5]),
        ({"low": 0}, [0, 1e300, 10**400], [inf, -inf, -1, float("nan")]),
        ({"low": 0, "open_low": True}, [1e-300], [0, inf]),
    ],
)
def test_ranges_begin_and_end_where_they_say(ends, good, bad):
    """Closed ends belong to a range, open ends and infinity do not."""
    for value in good:
        check_range("call", "value", value, **ends)
    for value in bad:
        with pytest.raises(ValueError, match="must lie in"):
            check_range("call", "value", value, **ends)


@pytest.mark.parametrize("name", METRICS)
def test_after_one_step_every_metric_is_the_value_there(name):
    """T = 1: x_1 (or z_1) with weight 1, by its name; ρ_1 = 0 adds nothing."""
    metric = METRICS[name]
    ((label, point, weight),) = metric.readout(
        [Fraction(3)], [Fraction(3)], Fraction(9), Fraction(1)
    )
    assert (point, weight) == (Fraction(3), 1)
    assert label in {"x1", "z1", "mean", "weighted mean"}


@pytest.mark.parametrize("name", ["mean", "telescoped"])
def test_points_of_a_metric_bear_the_names_of_their_steps(name):
    """x1, x2, x3, and for the telescoped metric both ends again."""
    labels = [
        label for label, _, _ in METRICS[name].readout([1, 2, 3], [1, 2, 3], 2, Fraction(1, 3))
    ]
    assert labels == ["x1", "x2", "x3"] + (["x1", "x3"] if name == "telescoped" else [])


def test_metrics_that_need_a_constant_rho_say_so():
    """Those in whose definition ρ occurs, and no others."""
    assert {name for name, metric in METRICS.items() if metric.needs_rho} == {
        "weighted",
        "telescoped",
    }
