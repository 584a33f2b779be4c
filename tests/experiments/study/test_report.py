"""The README of experiments and of every study is what the data say, no more and no less."""

import json
import re
import shutil
from pathlib import Path

import pytest

from experiments.__main__ import main
from experiments.study.record import records, report, setting_map

PLACES = records.found()
MADE = [p for p in PLACES if records.regenerate(p, draw=False) is not None]


def names(places):
    return [p.name for p in places]


def data_of(place):
    return json.loads((place / "data.json").read_text(encoding="utf-8"))


def study():
    """Return the data of a recorded study of arms."""
    found = [data_of(p) for p in PLACES]
    return next(d for d in found if records.is_study(d) and d["comparisons"])


def test_there_are_records():
    """Studies, and records of other kinds, all in the table."""
    text = "\n".join(records.table())
    assert all(f"(records/{place.name}/README.md)" in text for place in PLACES)
    assert 1 <= len(MADE) < len(PLACES)


def test_the_table_of_records_is_up_to_date():
    """`python -m experiments report` would change nothing."""
    text = records.README.read_text(encoding="utf-8")
    assert records.rendered(text) == text


@pytest.mark.parametrize("place", MADE, ids=names(MADE))
def test_the_readme_of_a_record_is_what_its_data_say(place):
    """Made anew it is the same, and every figure it shows is there."""
    text = records.regenerate(place, draw=False)
    assert (place / "README.md").read_text(encoding="utf-8") == text
    for name in (part.split(")")[0] for part in text.split("](")[1:]):
        assert (place / name).stat().st_size > 5_000


@pytest.mark.parametrize("place", PLACES, ids=names(PLACES))
def test_records_carry_their_manifest(place):
    """Versions, commit, command and source hash; no path of a machine."""
    data = data_of(place)
    found = data.get("manifest") or data["environment"]
    assert {"versions", "commit", "command", "hashes", "python"} <= set(found)
    assert str(Path.cwd()) not in json.dumps(data)


def test_a_changed_number_makes_it_stale(tmp_path):
    """The twin: another estimate in the data is another README and another table."""
    place = next(p for p in MADE if records.is_study(data_of(p)) and data_of(p)["comparisons"])
    copy = tmp_path / place.name
    shutil.copytree(place, copy)
    data, before = data_of(copy), list(records.table(tmp_path))
    arm = next(a for a, c in data["comparisons"].items() if "fewer" in c)
    data["comparisons"][arm]["fewer"]["estimate"] = 0.777
    (copy / "data.json").write_text(json.dumps(data))
    changed = records.regenerate(copy, draw=False)
    assert "77.7%" in changed
    assert changed != (copy / "README.md").read_text(encoding="utf-8")
    assert list(records.table(tmp_path)) != before


def test_report_rewrites_what_is_stale_and_check_only_says_so(tmp_path, monkeypatch, capsys):
    """Exit code 1 under --check, then the files are made, then there is nothing to do."""
    place = next(p for p in MADE if records.is_study(data_of(p)))
    shutil.copytree(place, tmp_path / "records" / place.name)
    (tmp_path / "records" / place.name / "README.md").write_text("old")
    (tmp_path / "README.md").write_text(f"head\n{records.BEGIN}\n{records.END}\ntail\n")
    monkeypatch.setattr(records, "README", tmp_path / "README.md")
    monkeypatch.setattr(records, "found", lambda folder=None: [tmp_path / "records" / place.name])
    assert main(["report", "--check"]) == 1
    assert "stale: README.md" in capsys.readouterr().out
    assert (tmp_path / "records" / place.name / "README.md").read_text() == "old"
    assert main(["report"]) == 0
    assert main(["report", "--check"]) == 0
    text = (tmp_path / "README.md").read_text()
    assert text.startswith("head\n")
    assert text.endswith("tail\n")
    assert place.name in text


@pytest.mark.parametrize("text", ["", records.BEGIN, f"{records.END}{records.BEGIN}"])
def test_markers_must_be_there(text):
    """Nothing is overwritten that was not marked for it."""
    with pytest.raises(ValueError, match="once, in this order"):
        records.rendered(text)


def test_a_record_of_another_kind_says_what_it_says(tmp_path):
    """`says` of the data, or a paragraph of the README, or its title; with none it is refused."""
    place = tmp_path / "2020-01-01_other"
    place.mkdir()
    (place / "data.json").write_text('{"manifest": {"command": "make 2020-01-01_other"}}')
    (place / "README.md").write_text("# A title\n\nSays: one\ntwo\n\nMore.")
    assert list(records.table(tmp_path))[-1].endswith("| `make FOLDER` | one two |")
    (place / "README.md").write_text("# A title\n\nMore.")
    assert list(records.table(tmp_path))[-1].endswith("| A title |")
    (place / "README.md").write_text("More.")
    with pytest.raises(ValueError, match="must have a title"):
        list(records.table(tmp_path))
    (place / "data.json").write_text('{"says": "three"}')
    assert list(records.table(tmp_path))[-1].endswith("| `see its README` | three |")


def test_every_line_of_a_comparison_has_n_and_an_interval():
    """Or says why there is none."""
    data = study()
    lines = list(report.summary(data, "nats"))
    for arm in data["comparisons"]:
        line = next(line for line in lines if line.startswith(f"* `{arm}`"))
        assert ("n = " in line and "interval [" in line) or "stopped" in line


def test_no_record_gives_an_interval_of_r_squared_beyond_one():
    """Of all READMEs; the twin: the pattern finds one that does."""
    pattern = re.compile(r"R² \S+ \[[^,\]]+, ([^\]]+)\]")
    found = [x for p in MADE for x in pattern.findall((p / "README.md").read_text("utf-8"))]
    assert found
    assert max(map(float, found)) <= 1
    assert pattern.findall("R² -0.72 [-3.9, 2.4] with") == ["2.4"]


def grid(sd=0.001):
    """Return a study whose arm was tried on a map with its least at (0.5, 0.9)."""
    table = [
        {"mu_x": x, "mu_y": y, "lr": 0.1, "n": 2, "losses": [loss - sd, loss + sd], "loss": loss}
        for x in (0.5, 0.9)
        for y in (0.0, 0.9)
        for loss in [2 + abs(x - 0.5) + abs(y - 0.9)]
    ]
    return {"choices": {"gpa": {"table": table}, "ema": {"table": []}}}


def test_the_map_names_its_best_and_what_cannot_be_told_from_it(tmp_path):
    """Small spread: one setting; the twin, large spread: all of them."""
    assert setting_map.names(grid()) == {"gpa": "map_gpa.png"}
    assert setting_map.best_and_alike(grid()["choices"]["gpa"]["table"])[:2] == (
        (0.5, 0.9),
        {(0.5, 0.9)},
    )
    assert len(setting_map.best_and_alike(grid(1.0)["choices"]["gpa"]["table"])[1]) == 4
    text = "\n".join(setting_map.lines(grid(), "gpa", "nats"))
    assert "n = 2 seeds at 4 settings (*measured*), each at lr = 0.1" in text
    setting_map.draw(grid(), "gpa", "nats", tmp_path / "map.png")
    assert (tmp_path / "map.png").stat().st_size > 5_000


def test_a_map_with_diverged_settings_is_still_a_map(tmp_path):
    """They are never alike the best, and are drawn as what they are."""
    data = grid()
    data["choices"]["gpa"]["table"][0] |= {"losses": [None, 2.0], "loss": None}
    _, alike, *_ = setting_map.best_and_alike(data["choices"]["gpa"]["table"])
    assert (0.5, 0.0) not in alike
    setting_map.draw(data, "gpa", "nats", tmp_path / "map.png")
    assert (tmp_path / "map.png").stat().st_size > 5_000
