"""What the statements say: every claim has one, with hypotheses, constants and bounds."""

import re
from fractions import Fraction

import pytest

from gpa_theory.core.assumptions import Assumption
from gpa_theory.core.labels import Label
from gpa_theory.report.statements import setting
from gpa_theory.report.statements.conversions import PREFIXES
from gpa_theory.report.statements.numbers import record
from gpa_theory.report.statements.setting import ASSUMED, listed, tex
from gpa_theory.report.statements.table import STATEMENTS, statement
from gpa_theory.symbolic.rates import REGRETS
from gpa_theory.symbolic.theorems import bounds
from gpa_theory.verify.registry import claims, find
from gpa_theory.verify.shipped import NEAR
from gpa_theory.worst_case.rational.stored import FOLDER, load, packaged

PROVED = [claim.id for claim in claims() if claim.label is Label.PROVED]
FINITE = [claim.id for claim in claims() if claim.label is not Label.PROVED]


def test_every_claim_has_its_statement_and_none_is_left_over():
    """A new claim needs a row; a statement without a claim is a leftover."""
    assert set(STATEMENTS) == {claim.id for claim in claims()}


INTRODUCED = {  # symbol: what must stand in a statement that uses it
    r"\\mu_x": r"0\\le\\mu_x<1|\\mu_x&?=",
    r"\\mu_y": r"0\\le\\mu_y\\le1|\\mu_y=",
    r"\\rho(?!_)": r"\\rho=",
    r"\\rho_t": r"\\rho_t=",
    r"\\nu": r"\\nu=",
    r"\\omega": r"\\omega=",
    r"\\varepsilon": r"f\(u\)\\le f\(a\)\+\\varepsilon",
    r"\\sigma\b": r"\\sigma(>|\\ge)0|E\\xi_t\^2=\\sigma\^2",
    r"\\beta": r"0\\le\\beta<1|\\beta=",
    r"\\Pi\(": r"nearest to \$v\$",
    r"\\Pi_i": r"nearest to \$v\$",
    r"k_t": r"k_t=",
    r"q_t": r"q_t=",
    r"r_t": r"r_t=",
    r"R_T": r"R_T=",
    r"(?<![A-Za-z\\])B\(": r"B\(a,",
    r"c_t": r"0<c_t\\le1|c_t=",
    r"w_\{1:T\}": r"w_\{1:t\}=",
    r"g_t": r"subgradient|any vectors|gradient|\\langle g_t",
    r"(?<![A-Za-z\\{])G(?![A-Za-z])": r"\|g_t\|\\le G|G\$-Lipschitz|\\le G\^2|length \$G|G=",
    r"(?<![A-Za-z\\{])D(?![A-Za-z])": r"\\le D|D=|radius \$D\$|distance \$D\$|\$D\$",
    r"(?<![A-Za-z\\{])R(?![A-Za-z_}])": r"\\le R\b",
    r"R_\{?\\infty": r"\\le R_\\infty",
    r"(?<![A-Za-z\\{])L(?![A-Za-z])": r"L\$-smooth",
    r"(?<![A-Za-z\\{_])T(?![A-Za-z])": r"T\\ge[12]|T=",
    r"\\tau": r"\\tau=",
    r"\\delta\b(?!_)": r"\\delta=",
    r"\\delta_t": r"\\delta_t=",
    r"\\hat x": r"\\hat x=",
    r"\\gamma": r"\\gamma(_t)?(>|=|\\in)|\\gamma.*positive|\\gamma L",
}


def unexplained(body):
    """Return the symbols that a statement uses without introducing them."""
    return [
        symbol
        for symbol, introduced in INTRODUCED.items()
        if re.search(symbol, body) and not re.search(introduced, body)
    ]


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_symbol_is_introduced(name):
    """A statement can be read alone: ranges, constants and derived symbols stand in it."""
    assert unexplained(statement(name)) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("last-bound", r"0\le\mu_x<1"),
        ("average-bound", r" and $\rho=\mu_x/(1-\mu_x)$"),
        ("step-identity", r"$\nu=\mu_y/(1-\mu_y)$"),
        ("regret-ogd", r"nearest to $v$"),
        ("quadratic-variance", r"\delta="),
        ("strongly-convex-rate", r"\sigma>0"),
    ],
)
def test_a_symbol_that_is_not_introduced_is_noticed(name, words):
    """Must fail: without the words that introduce it, the symbol is named."""
    body = statement(name)
    assert words in body
    assert unexplained(body.replace(words, "")) != []


@pytest.mark.parametrize("name", PROVED)
def test_a_proved_statement_begins_with_its_hypotheses(name):
    """It says for which objects, then displays at least one formula."""
    body = statement(name)
    assert body.startswith("Let ")
    assert re.search(r"\\\[|\\begin\{align", body)


@pytest.mark.parametrize("claim", PREFIXES)
def test_a_conversion_states_every_bound_of_its_claim(claim):
    """Formula, tuned constants and every assumption of every bound are in the text."""
    body = statement(claim)
    for name, bound in bounds().items():
        if name.startswith(tuple(f"{p}-" for p in PREFIXES[claim])):
            assert tex(bound.formula) in body, name
            for symbol, value in bound.choices.items():
                assert f"${tex(symbol)}={tex(value)}$" in body, name
            for assumption in bound.assumptions - {Assumption.CONVEX, Assumption.DIMENSION}:
                assert ASSUMED[assumption] in body, (name, assumption)


def test_every_bound_is_stated_somewhere():
    """No bound of the registry falls between the claims."""
    told = tuple(f"{p}-" for prefixes in PREFIXES.values() for p in prefixes)
    assert all(name.startswith(told) for name in bounds())


@pytest.mark.parametrize("base", REGRETS)
def test_a_regret_is_stated_with_all_that_it_assumes(base):
    """Both bounds, and every assumption of the proof."""
    body, regret = statement(f"regret-{base}"), REGRETS[base]()
    for formula in (regret.observed, regret.worst):
        assert tex(formula) in body
    for assumption in regret.assumptions - {Assumption.DIMENSION}:
        assert ASSUMED[assumption] in body, assumption


def test_an_assumption_without_words_is_refused(monkeypatch):
    """Must fail: an assumption that the text cannot say is not left out in silence."""
    left = {a: words for a, words in ASSUMED.items() if a is not Assumption.RADIUS}
    monkeypatch.setattr(setting, "ASSUMED", left)  # in place, its order would not come back
    with pytest.raises(ValueError, match="RADIUS must have a row in ASSUMED"):
        listed([Assumption.LIPSCHITZ, Assumption.RADIUS])


NEAR_CLAIM = "near-minimax-constants"
NEAR_ROW = re.compile(
    r"^T&=(\d+),\\quad\\mu_x=(\S+),\\quad\\mu_y=(\S+),\\quad\\gamma G/D=(\S+),\\quad"
    r"\\kappa=(\d\.\d{4})",
    re.MULTILINE,
)


def test_near_minimax_constants_are_those_of_the_certificates():
    """Each row's constants are proved, by a certificate that ships, to reach the row's factor."""
    rows = NEAR_ROW.findall(statement(NEAR_CLAIM))
    assert len(rows) == len(NEAR) == 4
    proved = [load(FOLDER / f"{name}.json").statement for name in NEAR]
    for (steps, mu_x, mu_y, gamma, factor), s in zip(rows, proved, strict=True):
        method = s.method.method
        assert (s.steps, s.metric) == (int(steps), "last")
        assert (method.averaging.mu_x, method.mu_y) == (Fraction(mu_x), Fraction(mu_y))
        assert s.method.gamma == Fraction(gamma)
        assert s.bound**2 * s.steps <= Fraction(factor) ** 2
        assert f"({steps}, {mu_x}, {mu_y}, {gamma}, {factor})" in find(NEAR_CLAIM).statement


def test_every_packaged_certificate_is_stated():
    """Horizon, constants and the exact bound of each, and the decimal is not below it."""
    body = statement("worst-case-certificates")
    items = body.split(r"\par")[1:]
    assert len(items) == len(packaged())
    for item, path in zip(items, packaged(), strict=True):
        s = load(path).statement
        assert f"$T={s.steps}$" in item
        assert f"$\\gamma G/D={s.method.gamma}$" in item
        assert rf"\tfrac{{{s.bound.numerator}}}{{{s.bound.denominator}}}" in item
        decimal = Fraction(re.search(r"\\le(0\.\d{6})\\,DG", item)[1])
        assert s.bound <= decimal <= s.bound + Fraction(1, 10**6)


@pytest.mark.parametrize("name", sorted(record()))
def test_numbers_of_runs_are_those_of_the_record(name):
    """Every interval of the record is printed."""
    body = statement(name)
    for row in record()[name]:
        assert f"[{row['lower']},{row['upper']}]" in body


@pytest.mark.parametrize("name", [n for n in FINITE if find(n).label is Label.MEASURED])
def test_a_remark_says_how_often_it_was_run(name):
    """Every remark says its n, and an interval or that there is no sampling."""
    body = statement(name)
    assert re.search(r"n=(\\?[{$]*)\d+", body)
    assert re.search(r"interval|randomness|exact|changed no bit", body)
