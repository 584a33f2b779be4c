"""What is declared can be installed and tested: least versions are read, pins lie within ranges."""

import re
import tomllib

import pytest

from tests.versions import RANGE, ROOT, asked, declared, fast, least, name_of, wanted

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("requirement", declared(PROJECT))
def test_every_requirement_states_its_least_version(requirement):
    """Without one nobody could test it."""
    assert least(requirement).count("==") == 1


@pytest.mark.parametrize("requirement", ["numpy", "numpy==2.0", "numpy>2", "numpy>=2.0; x", ""])
def test_other_requirements_are_refused(requirement):
    """No least version, or none that can be read, is said by name."""
    with pytest.raises(ValueError, match="must be written name>=version"):
        least(requirement)


def pinned():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [line.split("==") for line in lines if "==" in line and not line.startswith("#")]
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in found}


def numbers(version):
    return [int(part) for part in re.findall(r"\d+", version)]


def within(requirement, version):
    """Return whether a pin is allowed by a declared range."""
    low = numbers(RANGE.fullmatch(requirement)["least"])
    high = numbers(RANGE.fullmatch(requirement)["rest"] or "") or [10**9]
    return low <= numbers(version) < high


def test_what_the_project_is_tested_with_is_what_it_declares():
    """Every pin lies within its range, and every package that is needed to run is pinned."""
    pins = pinned()
    for requirement in declared(PROJECT):
        version = pins.get(re.sub(r"[-_.]+", "-", name_of(requirement)))
        if requirement in PROJECT["project"]["dependencies"]:
            assert version is not None
        assert version is None or within(requirement, version), requirement


def test_a_pin_outside_its_range_is_seen():
    """The control."""
    assert within("a>=1.10", "1.10.0")
    assert not within("a>=1.10", "1.9")
    assert not within("a>=1.10,<2", "2.0")


def test_both_kinds_install_everything_and_torch_may_be_another():
    """The least versions exactly, or the ranges as they stand; one requirement is replaced."""
    names = [name_of(one) for one in declared(PROJECT)]
    for kind in ("minimums", "newest"):
        found = wanted(PROJECT, kind, "torch==9.9")
        assert [name_of(one) for one in found] == names
        assert found.count("torch==9.9") == 1
    assert wanted(PROJECT, "newest", None) == declared(PROJECT)
    assert "torch==9.9" not in wanted(PROJECT, "minimums", None)


def test_the_fast_part_leaves_out_folders_that_exist():
    """A folder that was renamed would be run after all, unseen."""
    ignored = [one.removeprefix("--ignore=") for one in fast() if one.startswith("--ignore=")]
    assert len(ignored) >= 5
    assert all((ROOT / folder).is_dir() for folder in ignored)


def test_what_follows_the_dashes_goes_to_pytest():
    """In place of the fast part, whatever stands before."""
    options, tests = asked(["minimums", "--torch", "torch==9.9", "--", "-x", "tests/core"])
    assert (options.kind, options.torch, tests) == ("minimums", "torch==9.9", ["-x", "tests/core"])
    assert asked(["newest"])[1] == fast()
