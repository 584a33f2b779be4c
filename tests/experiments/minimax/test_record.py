"""The record of the minimax region: its README is what its rows say, and it can go on."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.minimax import beyond, figure, line, record, region, words
from tests.experiments.minimax.recorded import FOLDER


def data_of(folder):
    return json.loads((folder / "data.json").read_text(encoding="utf-8"))


def written(folder):
    return (folder / "README.md").read_text(encoding="utf-8")


def made(folder):
    """Return the README that its rows make."""
    return "\n".join(record.readme(folder, data_of(folder))) + "\n"


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A record of few settings, made by its command."""
    folder = tmp_path_factory.mktemp("minimax")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(region, "HORIZONS", (3, 10, 20))
        patch.setattr(region, "MU_Y", ("0", "1/5", "7/10"))
        patch.setattr(beyond, "HORIZONS", {5: (12, 16, 20), 10: (20,)})
        patch.setattr(beyond, "OTHERS", {"1": {10: (20,)}})
        patch.setattr(line, "HORIZONS", (300, 1000))
        patch.setattr(line, "WINDOWS", (1, 5, 10))
        record.main(str(folder))
        yield folder


def test_the_stored_record_is_what_its_rows_say():
    """README and sentence, made anew, and the stored exponents; the figure is there."""
    parts = record.read(FOLDER)
    slopes = list(beyond.slopes(parts[1]))
    stored = json.loads((FOLDER / beyond.NAME).read_text(encoding="utf-8"))
    assert stored["slopes"] == slopes
    assert data_of(FOLDER)["says"] == words.says(parts[0], parts[1], slopes, parts[2])
    assert written(FOLDER) == made(FOLDER)
    assert (FOLDER / record.FIGURE).stat().st_size > 5_000


def test_a_record_of_few_settings_is_made(small):
    """All its files, with manifests; the README is what the rows say."""
    names = {"README.md", "data.json", record.FIGURE, *(part.NAME for part in record.PARTS)}
    assert {path.name for path in small.iterdir()} == names
    assert written(small) == made(small)
    for name in ("data.json", *(part.NAME for part in record.PARTS)):
        manifest = json.loads((small / name).read_text(encoding="utf-8"))["manifest"]
        assert manifest["command"].startswith("python -m experiments.minimax.")


def test_a_record_that_is_there_is_not_solved_again(small, monkeypatch):
    """Nothing is asked of a solver, and equal rows make equal files."""

    def refuses(*given):
        raise AssertionError("was solved again")

    for module, name in ((region, "end"), (beyond, "certified"), (line, "end")):
        monkeypatch.setattr(module, name, refuses)
    before = {path.name: path.read_bytes() for path in small.iterdir()}
    record.main(str(small))
    after = {path.name: path.read_bytes() for path in small.iterdir()}
    assert {name for name in after if after[name] != before[name]} <= {"data.json"}  # manifest


@pytest.mark.parametrize("part", record.PARTS, ids=lambda part: part.NAME)
def test_a_changed_row_makes_the_readme_stale(small, tmp_path, part):
    """Must fail: the number of one row, in any of the three files."""
    for path in small.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert made(tmp_path) == written(tmp_path)
    data = json.loads((tmp_path / part.NAME).read_text(encoding="utf-8"))
    for name in {"low", "lower", "upper", "proved"} & set(data["rows"][0]):
        data["rows"][0][name] += 0.5
    (tmp_path / part.NAME).write_text(json.dumps(data))
    assert made(tmp_path) != written(tmp_path)


@pytest.mark.parametrize("command", [record.main, *(part.main for part in record.PARTS)])
def test_a_folder_that_cannot_be_is_refused(command):
    """Before anything is solved."""
    with pytest.raises(ValueError, match="FOLDER cannot be made"):
        command("/dev/null")


@given(st.floats(-100, 100), st.integers(0, 4))
def test_ends_are_rounded_outward(value, digits):
    """What is printed holds the value, and is no wider than its last digit."""
    low, high = Decimal(words.down(value, digits)), Decimal(words.up(value, digits))
    assert low <= Decimal(value) <= high
    assert high - low <= Decimal(1).scaleb(-digits)


def test_a_setting_that_stayed_open_says_so():
    """In the table; and it is not drawn."""
    row = {"mu_y": "1", "c": 5, "T": 20, "free": False, "error": "too wide"}
    assert words.percent(row) == "open"
    assert figure.losses([row], "1", 5) == ([], [], [])


def test_exponents_that_turn_are_counted():
    """Falls and rises that are certain; intervals that meet are neither."""
    ends = [(3, 4), (1, 2), (1.5, 3), (4, 5)]
    found = [{"mu_y": "1", "c": 5, "low": low, "high": high} for low, high in ends]
    assert words.turned(found) == (1, 1, 3)


def test_a_figure_can_lack_lines(tmp_path):
    """Of rows that are not there yet nothing is drawn, and the rest is."""
    rows = [
        {"T": T, "mu_y": "0", "low": region.without(T), "high": region.without(T)} for T in (3, 9)
    ]
    figure.draw(rows, [], [], tmp_path / "figure.png")
    assert (tmp_path / "figure.png").stat().st_size > 5_000
