"""Rational certificates: what is stored is proved, and what is tampered with is refused."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest

from gpa_theory.core.certificate import Certificate, CertificateError, Premise
from gpa_theory.core.metrics import METRICS
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import DiLoCo, gpa, schedule_free
from gpa_theory.worst_case.rational import statement as exact
from gpa_theory.worst_case.rational.rounding import prove
from gpa_theory.worst_case.rational.statement import Statement
from gpa_theory.worst_case.rational.stored import Stored, content, digest, load, packaged, save

OF = FunctionClass(lipschitz=3, radius=Fraction(1, 2))
METHOD = gpa(Fraction(4, 5), Fraction(7, 20), Fraction(1, 20))


@pytest.fixture(scope="module")
def proof():
    """Return a certificate with interior constants and a class that is not normalized."""
    return prove(worst_case(METHOD, 4, of=OF))


@pytest.mark.solver
@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_has_a_certificate(metric):
    """Rounding gives a proof of a bound within 1e−6 of the certified one."""
    found = worst_case(METHOD, 4, metric, OF)
    made = prove(found)
    made.check()
    assert (
        Fraction(found.lower) <= made.statement.bound <= Fraction(found.upper) + Fraction(1, 10**6)
    )


@pytest.mark.solver
@pytest.mark.parametrize("method", [schedule_free(Fraction(9, 10), Fraction(1, 2)), gpa(0, 0, 0.4)])
def test_points_that_coincide_are_one(method):
    """Schedule-Free and subgradient descent round to proofs too."""
    prove(worst_case(method, 4)).check()


def _changed(of: Stored, **changes) -> Stored:
    return replace(of, statement=replace(of.statement, **changes))


@pytest.mark.solver
def test_a_smaller_bound_is_refused(proof):
    """Must fail: the multipliers prove no more than they prove."""
    less = _changed(proof, bound=proof.statement.bound - Fraction(1, 10**9))
    with pytest.raises(CertificateError, match="more than the bound"):
        less.check()
    with pytest.raises(CertificateError, match="residual"):  # of the same without its factor
        replace(less, factor=None).check()
    with pytest.raises(CertificateError, match="more than the bound"):
        less.check()


@pytest.mark.solver
def test_a_negative_multiplier_is_refused(proof):
    """Must fail: the sign of every multiplier is proved."""
    pair, value = max(proof.flow.items(), key=lambda item: item[1])
    with pytest.raises(CertificateError):
        replace(proof, flow={**proof.flow, pair: -value}).check()
    with pytest.raises(CertificateError):
        replace(proof, norms={**proof.norms, "z1": -proof.norms["z1"]}).check()


@pytest.mark.solver
def test_a_flipped_pair_is_refused(proof):
    """Must fail: f_i ≥ f_j + ⟨g_j, …⟩ is not f_j ≥ f_i + ⟨g_i, …⟩."""
    (i, j), value = max(proof.flow.items(), key=lambda item: item[1])
    flow = {pair: v for pair, v in proof.flow.items() if pair != (i, j)}
    with pytest.raises(CertificateError):
        replace(proof, flow={**flow, (j, i): value}).check()


@pytest.mark.solver
def test_a_wrong_index_is_refused(proof):
    """Must fail: multipliers for f(x_T) do not prove the same of f(z_T) or of other constants."""
    with pytest.raises(CertificateError):
        _changed(proof, metric="base").check()
    with pytest.raises(CertificateError):
        _changed(proof, method=gpa(Fraction(9, 10), 1, Fraction(1, 20))).check()


@pytest.mark.solver
def test_a_multiplier_off_by_one_digit_is_refused(proof):
    """Must fail: any one number changed breaks the identity, before any digest is looked at."""
    for pair, value in proof.flow.items():
        with pytest.raises(CertificateError):
            replace(proof, flow={**proof.flow, pair: value + Fraction(1, 10**10)}).check()


@pytest.mark.solver
def test_a_file_edited_by_one_digit_is_refused(proof, tmp_path):
    """Must fail: bound, constants and multipliers are all under the digest."""
    path = tmp_path / "c.json"
    save(proof, path)
    load(path).check()
    text = path.read_text()
    for old, new in (('"mu_x": "4/5"', '"mu_x": "3/5"'), ('"steps": 4', '"steps": 5')):
        assert old in text
        path.write_text(text.replace(old, new))
        with pytest.raises(CertificateError, match="digest"):
            load(path)


@pytest.mark.solver
def test_a_resealed_edit_is_refused_by_the_mathematics(proof, tmp_path):
    """Must fail: with the digest recomputed, an edited bound still proves nothing."""
    found = content(proof)
    found["bound"] = str(proof.statement.bound - Fraction(1, 10**6))
    found["sha256"] = digest(found)
    path = tmp_path / "c.json"
    path.write_text(json.dumps(found))
    with pytest.raises(CertificateError):
        load(path).check()


@pytest.mark.parametrize("text", ["{}", "[]", "not json", '{"format": 2}'])
def test_what_is_no_certificate_is_refused(text, tmp_path):
    """Must fail: other files are named as such."""
    path = tmp_path / "c.json"
    path.write_text(text)
    with pytest.raises(CertificateError):
        load(path)


def test_a_form_that_is_no_sum_of_squares_is_refused():
    """Must fail: ⟨a, b⟩ alone and −|a|² are not squares."""
    from gpa_theory.core.gram import basis, inner, norm2

    for form in (inner(basis("a"), basis("b")), -1 * norm2(basis("a"))):
        with pytest.raises(CertificateError, match="sum of squares"):
            exact.squares(form, ["a", "b"])


def test_bounds_on_smooth_gradients_do_not_exist():
    """Must fail: a norm multiplier of a smooth class, an unknown sample, a pair with itself."""
    smooth = Statement(METHOD, 3, "last", FunctionClass(smoothness=1), Fraction(1))
    with pytest.raises(CertificateError, match="not bounded"):
        exact.certificate(smooth, {}, {"g(y1)": Fraction(1)})
    lipschitz = replace(smooth, of=FunctionClass(lipschitz=1))
    with pytest.raises(CertificateError, match="no sample"):
        exact.certificate(lipschitz, {("y1", "y9"): Fraction(1)}, {})
    with pytest.raises(CertificateError, match="itself"):
        exact.certificate(lipschitz, {("y1", "y1"): Fraction(1)}, {})


def test_a_smooth_certificate_by_hand():
    """One gradient step on an L-smooth f, γ = 1/L: f(x_2) − f* ≤ LD²/6, in fractions.

    Multipliers: 1/2 from x* to y1, from x* to x2 and from y1 to x2.
    """
    half = Fraction(1, 2)
    of = Statement(gpa(0, 0, 1), 2, "last", FunctionClass(smoothness=1), Fraction(1, 6))
    flow = {("x*", "y1"): half, ("x*", "x2"): half, ("y1", "x2"): half}
    exact.certificate(of, flow, {"z1": Fraction(1, 6)}).check()
    worse = replace(of, bound=Fraction(1, 7))
    with pytest.raises(CertificateError):
        exact.certificate(worse, flow, {"z1": Fraction(1, 7)}).check()


@pytest.mark.solver
def test_what_cannot_be_stored_is_refused():
    """Smooth classes do not round; methods without constants have no file."""
    with pytest.raises(ValueError, match="norms absorb the rounding"):
        prove(worst_case(METHOD, 2, of=FunctionClass(smoothness=1)))
    diloco = prove(worst_case(DiLoCo(0.5, 0.2, 1), 3))
    with pytest.raises(ValueError, match="must be GPA"):
        content(diloco)
    with pytest.raises(ValueError, match="no rational certificate"):
        exact.points(
            Statement(METHOD, 2, "last", FunctionClass(None, 1, Fraction(1, 2)), Fraction(1))
        )


@pytest.mark.parametrize("path", packaged(), ids=lambda p: p.stem)
def test_packaged_certificates_are_what_they_say(path):
    """Each file loads and states a method, a horizon and a bound (their proofs: `gpa verify`)."""
    stored = load(path)
    assert 0 < stored.statement.bound < 2
    assert stored.statement.words in stored.words


def test_there_are_packaged_certificates_up_to_twenty_steps():
    """The package comes with proofs for T up to 20."""
    assert max(load(path).statement.steps for path in packaged()) >= 20


@pytest.mark.solver
def test_the_certificate_is_a_core_certificate(proof):
    """Its premises are interpolation, norms and squares; one removed, it proves nothing."""
    made = proof.certificate()
    assert isinstance(made, Certificate)
    kinds = {p.name.split()[0] for p in made.premises if isinstance(p, Premise)}
    assert {"interpolation", "square"} < kinds
    for k in range(len(made.premises)):
        fewer = replace(made, premises=made.premises[:k] + made.premises[k + 1 :])
        with pytest.raises(CertificateError, match="residual"):
            fewer.check()
