"""Claims say what is proved or checked: for which base, on which domain, over which runs."""

import numpy as np
import pytest

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import BASES
from gpa_theory.numeric.problems.catalogue import domains, load
from gpa_theory.symbolic.rates import REGRETS, bound
from gpa_theory.verify.experiment import Experiment, bound_value, execute, largest_gradient, metrics


@pytest.mark.parametrize("base", BASES)
def test_a_coordinatewise_base_is_bounded_on_a_box_or_the_space_alone(base):
    """Regret and bounds of such a base assume the domain, and a problem on a ball is refused."""
    coordinatewise = BASES[base].coordinatewise
    assert (Assumption.COORDINATEWISE in REGRETS[base]().assumptions) == coordinatewise
    ball = load("breast_cancer-logistic", "ball").constants
    tuned = bound(base, "average").tuned("gamma")
    if coordinatewise:
        with pytest.raises(ValueError, match="COORDINATEWISE is needed"):
            tuned.on(ball, steps=10, mu_x=0.5)
        with pytest.raises(ValueError, match="domain must be a box or the whole space"):
            Experiment("max", base, domain="ball")
    else:
        assert tuned.on(ball, steps=10, mu_x=0.5) > 0
    assert tuned.on(load("max", "box").constants, steps=10, mu_x=0.5) > 0


@pytest.mark.parametrize("name", ["absolute", "max", "quadratic", "linear", "wine-hinge"])
def test_domains_say_whether_they_project_coordinatewise(name):
    """Every problem says so, but on a ball, where it may not even be claimed."""
    for domain in domains(name):
        problem = load(name, domain)
        assert (Assumption.COORDINATEWISE in problem.constants) == (domain != "ball")


def test_sampled_gradients_are_not_covered_by_the_deterministic_g():
    """A sampled run takes no step size from the problem's G, and its bound uses what it has met."""
    experiment = Experiment("breast_cancer-logistic", steps=50)
    with pytest.raises(ValueError, match="gamma is needed: the problem's G"):
        execute(experiment, np.random.default_rng(0))
    given = Experiment("breast_cancer-logistic", steps=50, gamma=0.05)
    run, gamma = execute(given, np.random.default_rng(0))
    largest = largest_gradient(run)
    assert largest > run.problem.constants[Assumption.LIPSCHITZ]
    for metric in metrics(given):
        plain = bound_value(given, run.problem, metric, gamma)
        assert bound_value(given, run.problem, metric, gamma, largest) > plain
