"""The registry: complete, unique, honest; its checks can fail."""

from dataclasses import replace

import numpy as np
import pytest

from gpa_theory.core.averaging import Polynomial, Uniform
from gpa_theory.core.labels import Label
from gpa_theory.core.recursion import GPA
from gpa_theory.numeric import streams
from gpa_theory.numeric.learners import ogd
from gpa_theory.numeric.problems.catalogue import load
from gpa_theory.numeric.problems.domain import Ball
from gpa_theory.numeric.trajectory import simulate
from gpa_theory.symbolic.engine.fields import RATIONAL_FUNCTIONS
from gpa_theory.symbolic.theorems import PROOFS, bounds
from gpa_theory.verify import derived, identities, registry
from gpa_theory.verify.bounds import error_budget
from gpa_theory.verify.claims import Claim
from gpa_theory.verify.experiment import Experiment, bound_value, converted, execute, step_size
from gpa_theory.verify.formal.lemmas import LEMMA
from gpa_theory.verify.regrets import replayed
from gpa_theory.verify.runner import CheckFailed, run_checks, run_unit, select
from gpa_theory.verify.theorems import weakened
from gpa_theory.verify.verdict import Verdict, exactly

CLAIMS = registry.claims()


def test_every_proof_and_every_bound_stands_behind_a_claim():
    """Nothing proved is left out of the registry, nothing is listed twice."""
    checks = [check for claim in CLAIMS for check in claim.checks]
    for name in (*PROOFS, *bounds()):
        assert checks.count(f"proof of {name}") == 1


def test_proved_claims_have_proofs_and_others_do_not_pretend():
    """A claim is labelled proved iff a certificate or a lemma is among its checks."""
    for claim in CLAIMS:
        has_proof = any(check.startswith(("proof of ", LEMMA)) for check in claim.checks)
        assert has_proof == (claim.label is Label.PROVED), claim.id


def test_ids_are_unique(monkeypatch):
    """A repeated id is refused."""
    monkeypatch.setattr(derived, "claims", lambda: [CLAIMS[0], CLAIMS[0]])
    with pytest.raises(ValueError, match="id must be unique, repeated: affine-relations"):
        registry.claims.__wrapped__()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"id": "Two Words"}, "id must be lower-case words"),
        ({"statement": ""}, "statement must not be empty"),
        ({"source": ""}, "source must not be empty"),
        ({"checks": {}}, "checks must not be empty"),
    ],
)
def test_incomplete_claims_are_refused(change, message):
    """No claim without statement, source and a check."""
    with pytest.raises(ValueError, match=message):
        replace(CLAIMS[0], **change)


def test_unknown_claims_are_refused():
    """The refusal lists what exists."""
    with pytest.raises(ValueError, match="claim must be one of affine-relations"):
        registry.find("fermat")


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda c: c.id)
def test_every_claim_holds_or_is_supported(claim):
    """The checks of every claim pass, at a seed other than the default."""
    (outcome,) = run_checks([claim], seed=1)
    assert outcome.verdict in (Verdict.HOLDS, Verdict.SUPPORTED)
    assert len(outcome.results) >= len(claim.checks)


def test_jobs_do_not_change_results():
    """Two processes find what one finds."""
    chosen = select(CLAIMS, "regret-*")
    strip = lambda outcomes: [(o.claim.id, o.results) for o in outcomes]  # noqa: E731
    seen = []
    parallel = run_checks(chosen, jobs=2, progress=lambda done, total, unit: seen.append(done))
    assert strip(parallel) == strip(run_checks(chosen, jobs=1))
    assert seen == list(range(1, len(seen) + 1))


def test_a_check_without_results_is_refused(monkeypatch):
    """Showing nothing is a defect, not a pass."""
    empty = Claim("empty", "s", "s", Label.MEASURED, {"c": lambda seed: []})
    monkeypatch.setattr(registry, "claims", lambda: (empty,))
    with pytest.raises(CheckFailed, match="returned no result"):
        run_unit("empty", "c", 0)


def test_weakening_reaches_every_premise():
    """Each premise is dropped and turned once, and a claim of one more is tried: none passes."""
    certificate = dict(PROOFS["step-identity"]().parts)["t ≥ 2"]
    copies = list(weakened(certificate))
    assert len(copies) == 2 * len(certificate.premises) + 1
    assert all(copy.residual(RATIONAL_FUNCTIONS) for copy in copies)


def test_a_false_bound_is_violated():
    """Half the orthogonal adversary's regret is not a bound: the exact tier says so."""
    rng = np.random.default_rng(0)
    made = ogd(0.1, Ball(1.0))
    play = streams.play(made, streams.orthogonal(1.0), np.zeros(5), 100, rng)
    u = play.worst_comparator(1.0)
    true = replayed("tie", play, u, 0.1)
    assert true.verdict is Verdict.HOLDS
    assert exactly("half", 2, 1).verdict is Verdict.VIOLATED
    outside = streams.Play(play.z + 2.0, play.g, play.x)
    with pytest.raises(ValueError, match="the exact replay left the ball at step 1"):
        replayed("tie", outside, u, 0.1)


def test_mutants_are_reported_when_they_pass(monkeypatch):
    """If the identity let a wrong recursion through, the must-fail check would be violated."""
    monkeypatch.setattr(identities, "stale_y", lambda run: run)
    results = list(identities.check_mutants("step", 0))
    assert [r.verdict for r in results] == [Verdict.VIOLATED, Verdict.HOLDS]


@pytest.mark.parametrize("mu_x", [0.9, None])
def test_the_ladder_of_a_run(mu_x):
    """Gap ≤ conversion at the measured regret ≤ proved bound, for a real run."""
    experiment = Experiment("wine-hinge", mu_x=mu_x, steps=200)
    run, gamma = execute(experiment)
    metric = "last" if mu_x is None else "mean"
    assert (
        run.gap(metric)
        <= converted(run, metric)
        <= bound_value(experiment, run.problem, metric, gamma)
    )
    assert 0 < error_budget(run, gamma) < 1e-6
    assert step_size(replace(experiment, gamma=0.5), run.problem) == 0.5


def test_one_step_has_no_ema_cost():
    """At T = 1 the conversion is the regret itself."""
    run, _ = execute(Experiment("absolute", gamma=0.1, steps=1))
    assert converted(run, "mean") == run.regret()


def test_a_conversion_needs_a_row():
    """No row covers polynomial averaging, and none the mean gap with c_t = 1/t."""
    problem = load("absolute")
    base = ogd(0.1, problem.domain)
    run = simulate(problem, base, GPA(Polynomial(2.0), 0.5), 5)
    with pytest.raises(ValueError, match="averaging must be Exponential or Uniform"):
        converted(run, "last")
    run = simulate(problem, base, GPA(Uniform(), 0.5), 5)
    with pytest.raises(ValueError, match="'uniform' bounds the metric 'last' only"):
        converted(run, "mean")
