"""Every method of the zoo is what its definition says, exactly, and does what is known of it."""

import ast
import inspect
import re
from fractions import Fraction as F
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.worst_case import zoo_averaged, zoo_momentum, zoo_smooth
from experiments.worst_case.zoo import CLASSES, RANGES, ZOO
from gpa_theory.core.conversions.acsa import from_acsa
from gpa_theory.core.recursion import run
from gpa_theory.worst_case.certifying import certify
from gpa_theory.worst_case.minimax.schedules import cooldown
from gpa_theory.worst_case.model import methods
from gpa_theory.worst_case.model.plain import written
from tests import strategies
from tests.experiments.worst_case import by_hand
from tests.tolerances import ROUNDING

KINDS = {"past": strategies.interior, "share": strategies.closed, "step": strategies.positive}
INSIDE = {"past": F(3, 5), "share": F(7, 20), "step": F(2, 5)}
SLOPES = [F(1), F(-2), F(3, 2), F(5), F(-1, 3), F(2)]
WIDTH = 1e-6  # of a certified interval, relative: the default
every = pytest.mark.parametrize("name", ZOO)
slopes = st.lists(strategies.reals, min_size=4, max_size=4)  # two rounds of two inner steps


def played(method, start, answers):
    """Return where a method asks, then its output, if these are the answers."""
    asked = []

    def g(point):
        asked.append(point)
        return answers[len(asked) - 1]

    output = method(start, g, len(answers) + 1)
    return [*asked, output]


def inside(name, **other):
    """Return constants inside their ranges."""
    return {known: INSIDE[kind] for known, kind in ZOO[name].kinds} | other


@every
@strategies.costly
@given(data=st.data(), start=strategies.reals, answers=slopes)
def test_a_method_is_its_definition(name, data, start, answers):
    """Every point and the output, exactly, against explicit sums or another form."""
    entry = ZOO[name]
    constants = {known: data.draw(KINDS[kind], label=known) for known, kind in entry.kinds}
    theirs = getattr(by_hand, entry.build.__name__)(start, answers, **constants)
    assert played(entry.method(**constants), start, answers) == theirs


@every
def test_the_definitions_tell_other_constants_apart(name):
    """With one constant changed, the comparison above fails: it can."""
    entry = ZOO[name]
    theirs = getattr(by_hand, entry.build.__name__)(F(1), SLOPES, **inside(name))
    for known in inside(name):
        changed = inside(name) | {known: inside(name)[known] + F(1, 10)}
        assert played(entry.method(**changed), F(1), SLOPES) != theirs


@every
def test_an_entry_says_what_it_is(name):
    """Words, a source with its year, classes, and starts that its own ranges allow."""
    entry = ZOO[name]
    assert entry.words
    assert re.search(r"\b(19|20)\d\d\b", entry.source)
    assert {*entry.starts} <= {*CLASSES}
    for start in entry.starts.values():
        constants = dict(zip([known for known, _ in entry.kinds], start(5), strict=True))
        assert len(written(entry.method(**constants), 5).x) == 5  # T − 1 = 4 gradients
    parameters = [*inspect.signature(entry.build).parameters]
    assert parameters[: len(entry.kinds)] == [known for known, _ in entry.kinds]


def lines_of_methods(module):
    """Return how many lines of code each `method` of a module has."""
    text = inspect.getsource(module)
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef) and node.name == "method":
            yield sum(bool(line.strip()) for line in lines[node.lineno : node.end_lineno])


def test_a_method_is_at_most_six_lines():
    """In every file; the count sees them."""
    files = (zoo_averaged, zoo_momentum, zoo_smooth)
    counts = [count for module in files for count in lines_of_methods(module)]
    assert len(counts) == 10
    assert max(counts) == 6


@every
def test_constants_outside_their_ranges_are_refused(name):
    """By name, at construction; and so are constants that are not the method's."""
    entry = ZOO[name]
    for known, kind in entry.kinds:
        with pytest.raises(ValueError, match=f"{known} must"):
            entry.method(**inside(name, **{known: RANGES[kind].get("high", -1) + F(1, 10)}))
    with pytest.raises(ValueError, match="constants must be"):
        entry.method(**inside(name), other=1)


def test_a_round_that_is_not_full_is_refused():
    """Two inner steps do not divide three gradients."""
    for name in ("lookahead", "snoo"):
        with pytest.raises(ValueError, match="must"):
            certify(ZOO[name].method(**inside(name)), steps=4)


def test_the_fast_average_of_ademamix_is_corrected():
    """With β_1 > 0 as published, corrected for its start; the slow average is not."""
    constants = {"decay": F(3, 5), "alpha": F(2), "gamma": F(2, 5), "beta": F(1, 4)}
    theirs = by_hand.ademamix(F(1), SLOPES, **constants)
    assert played(zoo_momentum.ademamix(**constants), F(1), SLOPES) == theirs
    assert played(ZOO["ademamix"].build(**constants | {"beta": 0}), F(1), SLOPES) != theirs


def same(one, other, answers=SLOPES):
    """Return whether two plain functions make the same points."""
    return played(one, F(1), answers) == played(other, F(1), answers)


def output(method, answers=SLOPES):
    """Return the output of one of the package's methods."""
    trace = method.play(lambda t, y: answers[t - 1], F(1), len(answers) + 1)
    return trace.x[-1]


GAMMA, D = F(2, 5), F(3, 5)
BASE = zoo_averaged.descent(GAMMA)
SAME = {  # what must be one method: (a method of the zoo, another)
    "Lookahead, α = 1: its base": (zoo_momentum.lookahead(1, GAMMA), BASE),
    "Lookahead is SNOO without momentum": (
        zoo_momentum.lookahead(F(1, 3), GAMMA),
        zoo_averaged.snoo(0, F(1, 3), GAMMA),
    ),
    "EMA-Nesterov, β = 0: its base": (zoo_momentum.ema_nesterov(0, D, GAMMA), BASE),
    "AdEMAMix, α = 0, β_1 = 0: its base": (zoo_momentum.ademamix(D, 0, GAMMA), BASE),
    "one average of gradients: heavy ball": (
        zoo_momentum.maxwell((D,), (1,), GAMMA),
        zoo_averaged.averaged(D, 1, GAMMA),
    ),
    "one average of iterates: GPA, μ_y = 0": (
        zoo_momentum.ema_mixture((D,), (1,), GAMMA),
        zoo_averaged.averaged(D, 0, GAMMA),
    ),
    "the whole tail: Schedule-Free, μ_y = 0": (
        zoo_averaged.tail_average(F(1), GAMMA),
        zoo_averaged.schedule_free(0, GAMMA),
    ),
    "no tail: the last iterate": (zoo_averaged.tail_average(F(0), GAMMA), BASE),
    "WSD, never stable: linear decay": (
        zoo_averaged.stable_decay(F(0), GAMMA),
        zoo_averaged.linear_decay(GAMMA),
    ),
    "matched decay, μ_x = 0: linear decay": (
        zoo_averaged.matched_decay(F(0), F(1, 2), GAMMA),
        zoo_averaged.linear_decay(GAMMA),
    ),
}


@pytest.mark.parametrize("words", SAME)
def test_what_is_one_method_is_one(words):
    """Exactly, at every point."""
    one, other = SAME[words]
    assert same(one, other)


def test_near_the_special_case_they_are_two():
    """The identities hold there and nowhere near: the comparison can fail."""
    near = F(1, 100)
    assert not same(zoo_momentum.lookahead(1 - near, GAMMA), BASE)
    assert not same(zoo_momentum.ema_nesterov(near, D, GAMMA), BASE)
    assert not same(zoo_momentum.ademamix(D, near, GAMMA), BASE)
    assert not same(zoo_averaged.tail_average(near, GAMMA), BASE)
    moved = zoo_averaged.snoo(near, F(1, 3), GAMMA)
    assert not same(zoo_momentum.lookahead(F(1, 3), GAMMA), moved)


def test_ac_sa_is_the_conversion():
    """Its trajectory is that of `from_acsa`, gradient points and average."""
    setting, lr = from_acsa(lr=GAMMA), GAMMA
    answers = iter(SLOPES)
    base = lambda t, z, y: z - lr * F(t + 1, 2) * next(answers)  # noqa: E731
    T = len(SLOPES) + 1
    seen = list(islice(run(setting.method, F(1), base, T, F), T))
    theirs = [*(y for y, _ in seen[:-1]), seen[-1][1].x]
    assert [setting.gamma.at(F(t)) for t in (1, 2)] == [lr, lr * F(3, 2)]
    assert played(zoo_smooth.ac_sa(lr), F(1), SLOPES) == theirs


@pytest.mark.parametrize("mu_y", [F(0), F(1, 3), F(1)])
def test_matched_decay_ends_like_linear_decay(mu_y):
    """The output is z_1 − γ Σ (1 − t/T) g_t whatever μ_x and μ_y; with other steps it is not."""
    ours = played(zoo_averaged.matched_decay(D, mu_y, GAMMA), F(1), SLOPES)[-1]
    assert ours == played(zoo_averaged.linear_decay(GAMMA), F(1), SLOPES)[-1]
    assert ours != played(zoo_averaged.averaged(D, mu_y, GAMMA), F(1), SLOPES)[-1]


def test_wsd_is_the_cooldown_of_the_package():
    """At a whole number of stable steps; one more is another method."""
    T = len(SLOPES) + 1
    ours = played(zoo_averaged.stable_decay(F(3, T), GAMMA), F(1), SLOPES)[-1]
    assert ours == output(methods.gpa(0, 0, [GAMMA * s for s in cooldown(T, 3)]))
    assert ours != output(methods.gpa(0, 0, [GAMMA * s for s in cooldown(T, 4)]))


@pytest.mark.solver
def test_the_optimized_gradient_method_attains_its_worst_case():
    """LD²/(2θ²) at T = 3; another step, or Nesterov's method, is worse."""
    of, known = CLASSES["smooth"], zoo_smooth.smooth_minimax(3)
    found = certify(zoo_smooth.optimized(1), 3, of=of)
    assert found.lower <= known * (1 + ROUNDING)
    assert known * (1 - ROUNDING) <= found.upper <= found.lower * (1 + WIDTH)
    assert certify(zoo_smooth.optimized(0.9), 3, of=of).lower > known * (1 + 100 * WIDTH)
    assert certify(zoo_smooth.accelerated(1), 3, of=of).lower > known * (1 + 100 * WIDTH)


@pytest.mark.solver
@pytest.mark.parametrize("doublings", [1, 2])
def test_silver_steps_keep_their_bound(doublings):
    """Certified below the reported bound; with half the steps the bound is broken at k = 2."""
    of, bound = CLASSES["smooth"], zoo_smooth.silver_bound(doublings)
    assert certify(zoo_smooth.silver(1), 2**doublings, of=of).upper < bound
    if doublings == 2:
        assert certify(zoo_smooth.silver(0.5), 4, of=of).lower > bound
