"""The example beside PEPit's runs as it stands, and both say the same."""

import re
import subprocess
import sys

import pytest

from tests.tolerances import OTHER_PEP


@pytest.mark.solver
def test_five_lines_and_pepit_agree():
    """The certified interval holds L/18 D², the known worst case; PEPit's value is near it."""
    pytest.importorskip("PEPit", reason="PEPit is not installed (dev extra)")
    done = subprocess.run(
        [sys.executable, "-m", "experiments.worst_case.five_lines"],
        capture_output=True,
        text=True,
        check=True,
    )
    interval = re.search(r"∈ \[([0-9.]+), ([0-9.]+)\]", done.stdout)
    other = re.search(r"by PEPit: ([0-9.]+)", done.stdout)
    assert interval is not None
    assert other is not None
    low, high = map(float, interval.groups())
    assert low <= 3 / 18 <= high
    assert abs(float(other[1]) - 3 / 18) < OTHER_PEP
