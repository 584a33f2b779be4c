"""Files that claim to be certificates: whatever is not exactly one is refused, in no time."""

import json
import os
from dataclasses import replace
from time import monotonic

import pytest

from gpa_theory.core.certificate import CertificateError
from gpa_theory.worst_case.model.methods import gpa
from gpa_theory.worst_case.rational import reading
from gpa_theory.worst_case.rational.stored import FOLDER, check_storable, digest, load, save

GOOD = FOLDER / "last_T04_schedule_free.json"
TUNED = FOLDER / "last_T05_tuned.json"


def sealed(tmp_path, change, of=TUNED):
    """Return a file in which something was changed, and the digest made to fit."""
    found = json.loads(of.read_text(encoding="utf-8"))
    change(found)
    found["sha256"] = digest(found)
    path = tmp_path / "c.json"
    path.write_text(json.dumps(found), encoding="utf-8")
    return path


def put(*where):
    """Return a change that puts the last of `where` at the place the others name."""
    *names, last, value = where

    def change(found):
        for name in names:
            found = found[name]
        found[last] = value

    return change


WRONG = {
    "steps as a string": put("steps", "5"),
    "steps as a float": put("steps", 5.0),
    "steps as a bool": put("steps", True),
    "no steps": put("steps", 0),
    "negative steps": put("steps", -5),
    "too many steps": put("steps", 10**6),
    "an absurd number of steps": put("steps", 10**30),
    "format as a bool": put("format", True),
    "format as a float": put("format", 1.0),
    "an unknown entry": put("comment", "proved"),
    "an unknown constant": put("method", "nu", "1/2"),
    "an unknown limit": put("class", "diameter", "1"),
    "two limits": put("class", "smoothness", "1"),
    "strong convexity": put("class", "strong_convexity", "1/2"),
    "an unknown averaging": put("method", "averaging", "polynomial"),
    "a list for an averaging": put("method", "averaging", ["uniform"]),
    "μ_x beside uniform": put("method", "averaging", "uniform"),
    "μ_x out of range": put("method", "mu_x", "1"),
    "γ of zero": put("method", "gamma", "0"),
    "a radius of zero": put("class", "radius", "0"),
    "a negative radius": put("class", "radius", "-1"),
    "a tiny radius": put("class", "radius", f"1/1{'0' * 300}"),
    "an unknown metric": put("metric", "best"),
    "a metric that is no string": put("metric", ["last"]),
    "a bound as a number": put("bound", 1),
    "a decimal": put("bound", "0.5"),
    "an exponent": put("bound", "1e400000000"),
    "a negative exponent": put("bound", "1e-400000000"),
    "nan": put("bound", "nan"),
    "infinity": put("bound", "inf"),
    "division by zero": put("bound", "1/0"),
    "a space": put("bound", " 1/2"),
    "a newline": put("bound", "1/2\n"),
    "an underscore": put("bound", "1_0/2"),
    "digits of another script": put("bound", "٣/٤"),
    "a huge number": put("bound", "9" * 100_000),
    "a huge denominator": put("bound", "1/" + "9" * 100_000),
    "no bound": put("bound", None),
    "norms as a list": put("norms", []),
    "a norm as a number": put("norms", "z1", 1),
    "a norm of an unknown vector": put("norms", "g(y9)", "1"),
    "a norm with a comma": put("norms", "a,b", "1"),
    "a norm of the constant": put("norms", "1", "1"),
    "multipliers as an object": put("multipliers", {}),
    "a row of two": put("multipliers", [["x*", "y1"]]),
    "a row as a string": put("multipliers", ["abc"]),
    "a sample as a list": put("multipliers", [[["x*"], "y1", "1"]]),
    "an unknown sample": put("multipliers", [["x*", "y9", "1"]]),
    "a surrogate": put("multipliers", [["\ud800", "y1", "1"]]),
    "a pair twice": put("multipliers", [["x*", "y1", "1"], ["x*", "y1", "1"]]),
    "a null": put("method", None),
    "constants with too many digits": put("method", "mu_x", f"{'1' * 900}/{'3' * 900}"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_at_once(name, tmp_path):
    """Must fail: `CertificateError`, whatever the digest says, and within a second."""
    start = monotonic()
    with pytest.raises(CertificateError) as caught:
        load(sealed(tmp_path, WRONG[name])).check()
    assert monotonic() - start < 5
    assert caught.type is CertificateError


TEXTS = {
    "a duplicate name": lambda text: text.replace("{", '{\n  "bound": "1/100",', 1),
    "a duplicate name inside": lambda text: text.replace('"mu_y"', '"gamma": "1", "mu_y"', 1),
    "NaN": lambda text: text.replace('"steps": 5', '"steps": NaN'),
    "Infinity": lambda text: text.replace('"steps": 5', '"steps": -Infinity'),
    "a huge integer": lambda text: text.replace('"steps": 5', f'"steps": {"9" * 10_000}'),
    "a huge float": lambda text: text.replace('"steps": 5', '"steps": 1e400000000'),
    "more after the end": lambda text: text + "{}",
    "a mark of the byte order": lambda text: "\ufeff" + text,
    "nothing": lambda text: "",
    "a string": lambda text: '"certificate"',
    "null": lambda text: "null",
    "deep lists": lambda text: "[" * 200_000,
    "deep objects": lambda text: '{"a":' * 100_000 + "1" + "}" * 100_000,
    "deep inside": lambda text: text.replace('"steps": 5', f'"steps": {"[" * 90000}{"]" * 90000}'),
}


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_no_json_object_with_single_names_is_refused(name, tmp_path):
    """Must fail: two entries of one name show a reader one bound and the checker another."""
    path = tmp_path / "c.json"
    text = TUNED.read_text(encoding="utf-8")
    changed = TEXTS[name](text)
    assert changed != text
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(CertificateError):
        load(path)


def test_other_encodings_are_refused(tmp_path):
    """Must fail: UTF-16, Latin-1 with an accent, a zero byte."""
    text = TUNED.read_text(encoding="utf-8")
    for data in (text.encode("utf-16"), text.encode() + b"\xe9", b"\0" + text.encode()):
        (tmp_path / "c.json").write_bytes(data)
        with pytest.raises(CertificateError, match="not a certificate"):
            load(tmp_path / "c.json")


def test_what_is_no_file_or_too_large_is_refused(tmp_path, monkeypatch):
    """Must fail: a folder, a pipe that nobody writes to, a file that is not there, a large one."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "none"):
        with pytest.raises(CertificateError, match="not a regular file"):
            load(path)
    monkeypatch.setattr(reading, "BYTES", len(TUNED.read_bytes()) - 1)
    with pytest.raises(CertificateError, match="larger than"):
        load(TUNED)
    monkeypatch.setattr(reading, "BYTES", len(TUNED.read_bytes()))
    load(TUNED)


def test_a_check_takes_no_longer_than_allowed():
    """Must fail: with no time at all nothing is proved; with some it is."""
    with pytest.raises(CertificateError, match="longer than was allowed"):
        load(GOOD).check(seconds=-1)
    load(GOOD).check(seconds=60)


def test_a_bound_beyond_floats_has_words():
    """It is stated in digits alone."""
    found = load(GOOD)
    changed = replace(found.statement, bound=found.statement.bound * 10**400)
    assert "≈" in found.statement.words
    assert "≈" not in changed.words


def test_long_messages_are_cut(tmp_path):
    """What a file says is shown in part."""
    with pytest.raises(CertificateError) as caught:
        load(sealed(tmp_path, put("metric", "x" * 10**6)))
    assert len(str(caught.value)) < 10**6 + 500
    assert len(reading.shown("x" * 10**6)) == reading.SHOWN


def test_a_file_is_written_aside(tmp_path, monkeypatch):
    """A write that fails leaves the old certificate whole, and nothing beside it."""
    target = tmp_path / "c.json"
    save(load(GOOD), target)
    assert load(target) == load(GOOD)
    before = target.read_bytes()

    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(type(target), "replace", full)
    with pytest.raises(OSError, match="No space"):
        save(load(TUNED), target)
    assert target.read_bytes() == before
    assert list(tmp_path.iterdir()) == [target]


def test_what_a_file_cannot_hold_is_refused():
    """Must fail: more steps than a check can take, constants with as many digits."""
    for steps, mu in ((129, 0.5), (100, 0.1 + 0.2)):
        method = gpa(mu, mu, 1 / 3)
        with pytest.raises(ValueError, match="steps must be at most 128"):
            check_storable(method, steps + 100)
    check_storable(gpa(0.1 + 0.2, 0.1 + 0.2, 1 / 3), 40)
