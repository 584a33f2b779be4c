"""The command line: JSON keys, exit codes, one-line refusals, and never a traceback."""

import json

import pytest

from gpa_theory.__main__ import main
from gpa_theory.cli import exits
from gpa_theory.verify import registry
from gpa_theory.verify.claims import Claim
from gpa_theory.verify.runner import CheckFailed
from gpa_theory.verify.verdict import compare, exactly

BOUND = "bound --steps 100 --lipschitz 1 --radius 1"


def call(line, capsys):
    """Return (exit code, stdout, stderr) of `gpa LINE`."""
    code = main(line.split())
    out, err = capsys.readouterr()
    return code, out, err


BAD = [
    ("", "required"),
    ("fly", "invalid choice"),
    (f"{BOUND} --mu-x 1.2", "mu_x must lie in [0, 1)"),
    (f"{BOUND} --mu-x .9 --mu-y 2", "mu_y must lie in [0, 1]"),
    (f"{BOUND}", "--mu-x is needed"),
    (f"{BOUND} --mu-x nan", "mu_x must lie in"),
    (f"{BOUND} --mu-x .9 --base sgd", "base must be one of"),
    (f"{BOUND} --mu-x .9 --metric median", "metric must be one of"),
    (
        f"{BOUND} --mu-x .9 --metric last",
        "--diameter (the bound R on |z_t − u| for all t) is needed",
    ),
    (f"{BOUND} --mu-x .9 --diameter 2", "--diameter is not used"),
    (f"{BOUND} --mu-x .9 --dimension 2 --latex", "--dimension is not used"),
    (f"{BOUND} --averaging uniform --metric last --mu-x .9", "--mu-x is not used"),
    (f"{BOUND} --averaging uniform --metric last --epsilon 0", "--epsilon is not used"),
    (f"{BOUND} --metric last --diameter .5", "radius must be at most diameter"),
    (f"{BOUND} --mu-x .9 --epsilon -1", "epsilon must lie in"),
    ("run --problem max --uniform --mu-x .5", "--mu-x is not used"),
    ("run --problem max --gamma .1 --tune-for last", "--tune-for is not used"),
    ("run --problem max --uniform --tune-for average", "--tune-for must be last"),
    ("bound --steps 0 --mu-x .9 --lipschitz 1 --radius 1", "steps must lie in [1, ∞)"),
    ("bound --steps ten --mu-x .9", "is no integer"),
    ("run --problem foo", "name must be one of"),
    ("run --problem max --steps 0", "--steps must be an integer ≥ 1"),
    ("run --problem max --mu-x 1.2", "mu_x must lie in [0, 1)"),
    ("run --problem max --mu-y 1.2", "mu_y must lie in [0, 1]"),
    ("run --problem max --base sgd", "base must be one of"),
    ("run --problem quadratic", "gamma is needed"),
    ("run --problem quadratic --gamma 1e4", "diverged at step"),
    ("run --problem max --base adagrad-diagonal --domain ball", "must be a box"),
    ("verify --seed -1", "--seed must be an integer ≥ 0"),
    ("verify --json no/such/folder/x.json", "--json cannot be written: there is no folder"),
    ("cite --latex", "CLAIM is needed"),
    ("cite no-such-claim", "claim must be one of"),
]


@pytest.mark.parametrize(("line", "message"), BAD, ids=[line for line, _ in BAD])
def test_bad_input_is_one_line_and_exit_code_two(line, message, capsys):
    """Every refusal names what is wrong on stderr; nothing is printed on stdout."""
    code, out, err = call(line, capsys)
    assert code == exits.USAGE
    assert message in err
    assert "Traceback" not in err
    assert out == ""


def test_cite(capsys):
    """BibTeX has the project, the paper and the claim's sources; LaTeX is a labelled theorem."""
    _, out, _ = call("cite regret-ogd --bibtex", capsys)
    for key in ("gpatheory2026", "defazio2025smoothing", "zinkevich2003online"):
        assert f"{{{key}," in out
    _, out, _ = call("cite last-bound --latex", capsys)
    assert r"\begin{theorem}[proved;" in out
    assert r"\label{gpa:last-bound}" in out
    assert out.count("{") == out.count("}")


@pytest.mark.parametrize("claim", [c.id for c in registry.claims()])
def test_every_claim_can_be_cited(claim, capsys):
    """Every claim has balanced LaTeX without stray Unicode."""
    _, out, _ = call(f"cite {claim} --latex", capsys)
    assert out.isascii()
    assert out.count("{") == out.count("}")
    assert out.count(r"\bigl") == out.count(r"\bigr")


def test_claims_lists_everything(capsys):
    """Every id is listed, with its label."""
    _, out, _ = call("claims", capsys)
    for claim in registry.claims():
        assert f"{claim.id}  [{claim.label.value}]" in out


def fake(monkeypatch, *results, error=None):
    """Put one claim with these results into the registry."""

    def check(seed):
        if error:
            raise error
        return list(results)

    claim = Claim("fake", "a statement", "a source", registry.claims()[0].label, {"c": check})
    monkeypatch.setattr(registry, "claims", lambda: (claim,))


VERDICTS = [
    (exactly("x", 0, 1), exits.OK),
    (exactly("x", 2, 1), exits.VIOLATED),
    (compare("x", 1.0, 1.0, 0.1), exits.UNDECIDED),
]


@pytest.mark.parametrize(("result", "code"), VERDICTS)
@pytest.mark.parametrize("progress", ["auto", "plain", "none"])
def test_verify_exit_codes_and_json(result, code, progress, monkeypatch, tmp_path, capsys):
    """0, 1 and 4 by the worst verdict; verify.json holds the schema."""
    fake(monkeypatch, result)
    target = tmp_path / "out.json"
    line = ["verify", "--json", str(target), "--progress", progress, "--jobs", "1"]
    assert main(line) == code
    found = json.loads(target.read_text())
    assert found["schema"] == 1
    assert set(found) == {"schema", "claims", "elapsed_s", "manifest"}
    (claim,) = found["claims"]
    assert {"id", "statement", "label", "verdict", "checks"} <= set(claim)
    assert {"name", "measured", "allowed", "margin", "budget", "verdict"} <= set(claim["checks"][0])
    manifest = json.dumps(found["manifest"])
    assert {"versions", "commit", "seed", "command", "hashes"} <= set(found["manifest"])
    assert str(tmp_path) not in manifest
    assert "fake" in capsys.readouterr().out


def test_verify_nothing_selected(capsys):
    """A pattern that matches no claim is exit code 5."""
    assert main(["verify", "--only", "no-such-*"]) == exits.NOTHING_SELECTED
    assert "must match at least one claim" in capsys.readouterr().err


@pytest.mark.parametrize("results", [(), (ZeroDivisionError("division by zero"),)])
def test_a_broken_check_is_an_internal_error(results, monkeypatch, tmp_path, capsys):
    """A check that raises or shows nothing is exit code 3, named, without a traceback."""
    fake(monkeypatch, error=results[0] if results else None)
    line = ["verify", "--json", str(tmp_path / "x.json"), "--jobs", "1", "--progress", "none"]
    assert main(line) == exits.INTERNAL
    err = capsys.readouterr().err
    assert "fake: c:" in err
    assert "Traceback" not in err
    monkeypatch.setenv("GPA_DEBUG", "1")
    with pytest.raises(CheckFailed):
        main(line)


def test_interruption_is_quiet(monkeypatch, tmp_path, capsys):
    """Ctrl-C ends with 130 and one line."""
    monkeypatch.setattr(registry, "claims", lambda: (_ for _ in ()).throw(KeyboardInterrupt))
    assert main(["verify", "--json", str(tmp_path / "x.json")]) == exits.INTERRUPTED
    assert "interrupted" in capsys.readouterr().err
