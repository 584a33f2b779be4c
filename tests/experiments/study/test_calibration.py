"""The calibration passes honest statistics and fails dishonest ones; a second start reads on."""

import json
import math

import numpy as np
import pytest

from experiments.stats.curves import Curves
from experiments.study.calibration import record as calibration_record
from experiments.study.calibration import studies as calibration
from experiments.study.calibration.studies import Design, calibrate, frequency, judged

STEPS, N, STUDIES = np.arange(10.0, 101, 10), 5, 200
DESIGN = Design(replications=STUDIES, n=N)


def arms(seed, faster=0.0, sigma=0.05, shared=0.0, spread=0.0):
    """Return many studies' curves; `shared` puts one draw under all of a study's seeds."""
    rng, found = np.random.default_rng(seed), []
    for _ in range(STUDIES):
        noise = sigma * rng.normal(size=(N, 1)) + shared * rng.normal()
        shape = 1.0 - 0.8 * STEPS / 100 / (1 - faster)
        found.append(Curves(STEPS, shape + noise + spread * rng.normal(size=(N, len(STEPS)))))
    return found


def test_honest_studies_pass():
    """Independent seeds: the null rate is the level's, the twin's its own, the effect is found."""
    found = judged(DESIGN, arms(0), arms(1), arms(2, faster=DESIGN.planted))
    assert found["as it must be"], found["checks"]
    assert found["rates"]["null not resolved"]["of"] == STUDIES


@pytest.mark.parametrize(
    ("first", "planted", "failing"),
    [
        (arms(0, shared=0.1), arms(2, faster=0.2), "the null rate's interval contains the level"),
        (arms(1), arms(2, faster=0.2), "the null rate's interval contains the level"),
        (arms(0), arms(2), "the planted effect is found in most studies"),
        (arms(0), arms(2, faster=0.1), "the intervals of steps saved cover it at the level"),
    ],
    ids=["seeds not independent", "arms not independent", "no effect", "half the effect"],
)
def test_dishonest_studies_fail(first, planted, failing):
    """The must-fail twins: each breaks one promise, and the check of that one says so."""
    found = judged(DESIGN, first, arms(1), planted)
    assert not found["checks"][failing]
    assert not found["as it must be"]


def test_exact_intervals():
    """Clopper and Pearson's: the ends of 0 and all are 0 and 1, and a rate contains its own."""
    assert frequency(0, 10).low == 0.0
    assert frequency(10, 10).high == 1.0
    assert frequency(5, 10).contains(0.5)
    assert not frequency(0, 200).contains(0.05)


def tiny():
    return Design(replications=2, n=2, steps=10, members=4, val=4)


def test_it_resumes_and_keeps_no_weights(tmp_path, monkeypatch):
    """The second start trains nothing, and says the same."""
    say = [].append
    first = calibrate(tiny(), tmp_path, 1, say)
    assert not list(tmp_path.rglob("*.pt"))
    assert len(list(tmp_path.rglob("final.json"))) == 3

    class Never:
        def __init__(self, *given):
            raise AssertionError("a run was begun again")

    monkeypatch.setattr("experiments.engine.loop.Run", Never)
    assert calibrate(tiny(), tmp_path, 1, say) == first


def test_no_seed_is_used_twice(monkeypatch):
    """Arms of null studies share no run; the planted arm shares none with what it is judged by."""
    used = []

    def curves(design, seeds, steps, *rest):
        used.append((steps, list(seeds)))
        values = np.random.default_rng(steps).normal(size=(len(seeds), 2))
        return Curves([steps / 2, steps], 5 + 0.1 * values)

    monkeypatch.setattr(calibration, "_curves", curves)
    calibrate(tiny(), None, 1, lambda line: None)
    (steps, nulls), (longer, planted) = used
    assert len(set(nulls)) == len(nulls) == 8
    assert set(planted) == set(nulls[:4])  # of the first arm, which it is not judged against
    assert longer == pytest.approx(steps / 0.8, abs=0.5)


def test_the_record_is_whole(tmp_path):
    """README with rates and intervals, valid JSON with every study, a figure, and the manifest."""
    found = judged(DESIGN, arms(0), arms(1), arms(2, faster=0.2))
    found["planted"][0] |= {"estimate": None, "low": -math.inf}  # a crossing not reached
    data = {**found, "manifest": {"command": "python -m experiments calibrate"}}
    calibration_record.write(data, tmp_path)
    kept = json.loads((tmp_path / "data.json").read_text())
    assert len(kept["null"]) == len(kept["planted"]) == STUDIES
    assert kept["planted"][0]["low"] is None
    text = (tmp_path / "README.md").read_text()
    assert "99 % Clopper-Pearson" in text.replace("\n", " ")
    assert "python -m experiments calibrate" in text
    assert (tmp_path / "figure.png").stat().st_size > 10_000
    assert calibration_record.says(kept).endswith("as stated (*measured*)")
