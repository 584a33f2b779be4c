"""A certificate as a Rocq file: what it states, and what has no theorem."""

from dataclasses import replace
from fractions import Fraction

import pytest

from gpa_theory.core.averaging import Polynomial
from gpa_theory.core.certificate import CertificateError
from gpa_theory.core.recursion import GPA
from gpa_theory.worst_case.model.methods import Averaged, gpa
from gpa_theory.worst_case.rational.stored import FOLDER, load
from gpa_theory.worst_case.rational.theorem import theorem

STATES = {
    "last_T05_tuned": "f (x 5%nat) - f u <= (31032432059 / 68719476736).",
    "last_T04_schedule_free": "subgradient_run uniform (9 / 10) (1 / 2) f z x y g 4 ->",
    "average_T10": "f (mean x 10) - f u <=",
    "base_T08": "f (z 8%nat) - f u <=",
    "mean_T05": "rsum (fun t => f (x t)) 5 / 5 - f u <=",
    "telescoped_T09": "rsum (fun t => f (x t)) 9 / 9 - 1 * (f (x 1%nat) - f (x 9%nat)) - f u <=",
}


@pytest.mark.parametrize("name", STATES)
def test_the_file_states_the_metric_and_the_bound(name):
    """Each metric is written out, in the vocabulary of the development, under the given name."""
    text = theorem(load(FOLDER / f"{name}.json"), name)
    assert STATES[name] in text
    assert f"\nTheorem {name} :\n" in text
    assert text.isascii()


def test_what_has_no_theorem_is_refused():
    """The weighted mean, a schedule of steps, and multipliers that prove nothing."""
    of = load(FOLDER / "last_T04_schedule_free.json")
    with pytest.raises(ValueError, match="metric must be one of last, base"):
        theorem(replace(of, statement=replace(of.statement, metric="weighted")))
    steps = gpa(0.5, 0.5, (Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)))
    with pytest.raises(ValueError, match="GPA with a constant step"):
        theorem(replace(of, statement=replace(of.statement, method=steps)))
    window = Averaged(GPA(Polynomial(2), Fraction(1, 2)), Fraction(1, 2))
    with pytest.raises(ValueError, match="averaging must be Exponential or Uniform"):
        theorem(replace(of, statement=replace(of.statement, method=window)))
    with pytest.raises(CertificateError, match="not a sum of squares"):
        theorem(replace(of, norms={}))
