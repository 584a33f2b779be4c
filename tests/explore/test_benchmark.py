"""The benchmark measures what it says and names what it misses; no time is asserted here."""

import json

from experiments.benchmarks import explorer
from tests.explore.browser import ONE_BROWSER

pytestmark = ONE_BROWSER


def test_sliders_are_dragged(page, exported):
    """A short benchmark finds samples for what it drags, each a positive time."""
    found = explorer.measure(page, exported.as_uri(), ("mux", "t"), moves=3, runs=1)
    assert set(found["samples"]) == {"mux", "t"} < set(explorer.SLIDERS)
    assert all(runs[0] and min(runs[0]) > 0 for runs in found["samples"].values())
    assert min(found["ready"]) > 0


def test_the_summary_is_a_median_of_runs():
    """One bad run of three does not count; the late ones within a run do."""
    calm, bad = [10.0] * 40, [500.0] * 40
    assert explorer.summary([calm, bad, calm]) == (10.0, 10.0)
    late = [10.0] * 36 + [90.0] * 4
    assert explorer.summary([late, late, calm]) == (10.0, 90.0)


def test_a_missed_promise_is_named():
    """What is above its promise is marked, what is below is not."""
    found = {"ready": [500.0], "samples": {"mux": [[15.0] * 30], "T": [[60.0] * 30]}}
    lines = explorer.report(found, size_kb=201.0)
    assert [line for line in lines if "MISSED" in line] == [lines[1], lines[4], lines[5]]


def test_a_record_has_samples_and_manifest(tmp_path):
    """What was printed, every sample, and which code and command made them."""
    found = {"ready": [500.0], "samples": {"mux": [[15.0, 16.0]]}}
    explorer.write(tmp_path, found, ["a line"], ["python", "-m", "x"])
    data = json.loads((tmp_path / "data.json").read_text())
    assert data["milliseconds"] == found
    assert data["printed"] == ["a line"]
    assert data["manifest"]["command"] == "python -m x"
