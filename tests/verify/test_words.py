"""Claims say what is proved or checked: for which base, on which domain, over which runs."""

import numpy as np
import pytest

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.bases import BASES
from gpa_theory.core.labels import Label
from gpa_theory.numeric.problems.catalogue import domains, load
from gpa_theory.symbolic.rates import REGRETS, bound
from gpa_theory.verify import observed, tightness
from gpa_theory.verify.experiment import Experiment, bound_value, execute, largest_gradient, metrics
from gpa_theory.verify.formal import arbitrary, expectation, lemmas, statements, strong
from gpa_theory.verify.formal.lemmas import LEMMA, check_lemma
from gpa_theory.verify.registry import claims, find
from gpa_theory.verify.regrets import check_disc
from gpa_theory.verify.runner import run_checks
from gpa_theory.verify.verdict import Verdict, worst


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


SETTINGS = {  # claims that rest on finitely many runs: what their words must give
    "telescoped-worst-case": ("around subgradient descent", "without projection", "T = 2 … 8"),
    "worst-case-below-bounds": ("around subgradient descent", "T = 8", "(0.8, 0.25)", "(0.9, 1)"),
    "schedule-free-minimax": ("around subgradient descent", "(5, 0.9)", "T = 16", "−DG/√T)"),
    "near-minimax-constants": (
        "around subgradient descent",
        "convex G-Lipschitz f",
        "(20, 213/250",
    ),
    "smooth-worst-case": ("around gradient descent", "T = 5", "(0.3, 0.9)", "T = 3"),
    "exceed-in-worst-case": ("T = 5", "T = 8", "T = 5, 10, 20", "T = 10, γ = 0.05D/G"),
    "minimax-window-end": ("around subgradient descent", "T = 200, 1000", "0.3, 0.5, 0.7, 0.9, 1"),
    "certified-minima": ("the 14 of the catalogue", "on the ball |w| ≤ 2", "400 random points"),
    "telescoped-bound-is-tight": ("max_i w_i", "T = 200", "(0.999, 0.99)"),
    "online-losses-are-not-covered": ("one adversary", "T = 1000", "μ_y = 0.7"),
    "average-bound-with-noise": ("20 seeds", "99.9 % interval", "γ = 0.05", "T = 300"),
    "torch-follows-the-recursion": ("8 steps", "NAdam", "200 steps in float64"),
    "torch-textbook-methods": ("μ_x = μ_y = 1/2", "8 steps on dyadic data"),
    "torch-evaluation-leaves-no-trace": ("100 evaluations", "bfloat16"),
}


def test_every_claim_of_runs_gives_its_range():
    """Certified and measured claims are listed above, so that a new one is thought about."""
    finite = {claim.id for claim in claims() if claim.label is not Label.PROVED}
    assert finite <= set(SETTINGS)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_claim_of_runs_says_which(name):
    """Its words name the base and the settings that its checks run."""
    words = find(name).statement
    for part in SETTINGS[name]:
        assert part in words


def test_the_counts_in_the_words_are_those_of_the_checks():
    """Problems, points, seeds and settings are counted where they are run."""
    assert len(find("certified-minima").checks) == 14
    assert f"{2 * observed.POINTS} random points" in find("certified-minima").statement
    attained = list(tightness.check_attained(0))
    assert f"all {len(attained)} settings run" in find("telescoped-worst-case").statement
    below = {r.name.split(": ")[1] for r in tightness.check_below_bounds(0)}
    assert len(below) == find("worst-case-below-bounds").statement.count("(0.")


@pytest.mark.parametrize("name", ["any-base", "average-bound", "weighted-bound", "last-bound"])
def test_bounds_say_for_which_functions(name):
    """Convexity, the averaging and the comparator stand in the words."""
    for part in ("convex f", "constant μ_x"):
        assert part in find(name).statement


def test_a_lemma_that_says_something_else_is_noticed():
    """A claim's check compares its formula with the end of the audited statement."""
    right, axioms = check_lemma("schedule_free_rate", "f (x T) - f u <= B / INR T", 0)
    assert (right.verdict, axioms.verdict) == (Verdict.HOLDS, Verdict.HOLDS)
    wrong, _ = check_lemma("schedule_free_rate", "f (x T) - f u <= B / INR T / 2", 0)
    assert wrong.verdict is Verdict.VIOLATED
    with pytest.raises(ValueError, match="must be an audited theorem"):
        list(check_lemma("fermat", "", 0))


def test_an_axiom_of_ones_own_is_noticed(monkeypatch):
    """The lemmas may rest on the axioms of the real numbers alone."""
    monkeypatch.setattr(lemmas, "axioms", lambda: ("ClassicalDedekindReals.x", "Ours.false"))
    _, found = check_lemma("schedule_free_rate", "f (x T) - f u <= B / INR T", 0)
    assert found.verdict is Verdict.VIOLATED


@pytest.mark.parametrize("claim", statements.claims(), ids=lambda claim: claim.id)
def test_what_rocq_alone_proves_holds_on_runs(claim):
    """Every claim of `verify.formal` names a lemma and survives its runs."""
    assert any(check.startswith(LEMMA) for check in claim.checks)
    (outcome,) = run_checks([claim], seed=2)
    assert outcome.verdict is Verdict.HOLDS


def test_runs_that_break_the_general_claims_are_noticed(monkeypatch):
    """Half a promise, half a gain, biased gradients: the checks are violated."""
    half = arbitrary.promised
    monkeypatch.setattr(arbitrary, "promised", lambda made, metric: half(made, metric) / 2)
    assert worst(list(arbitrary.check_base("momentum 0.9", 0))) is Verdict.VIOLATED
    monkeypatch.setattr(strong, "margin", lambda *s: -1)
    assert worst(list(strong.check_step(0))) is Verdict.VIOLATED
    monkeypatch.setattr(expectation, "BOUND", expectation.BOUND / 2)
    assert worst(list(expectation.check_sgd(0))) is Verdict.VIOLATED


def test_a_disc_breaks_the_bound_of_diagonal_adagrad():
    """The counterexample exceeds the bound by a factor above five."""
    (found,) = check_disc(0)
    assert found.allowed > 5 * found.measured
