"""The worst function that is shown is the one behind the lower end: the run on it attains that."""

import json
from fractions import Fraction

import numpy as np
import pytest

from gpa_theory.__main__ import main
from gpa_theory.report.worst_function import axes_of, drawn
from gpa_theory.worst_case.interval import worst_case
from gpa_theory.worst_case.shown import SAME, shown
from tests.worst_case.settings import CLASSES, METHODS

pytestmark = pytest.mark.solver
SETTING = ["worst-case", "--steps", "4", "--mu-x", ".8", "--mu-y", ".35", "--gamma", ".4"]


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("name", ["gpa", "sgd", "schedule-free", "diloco"])
@pytest.mark.parametrize("metric", ["last", "mean"])
def test_the_run_attains_the_lower_end(name, kind, metric):
    """In the units of the class, over classes, methods and metrics."""
    found = worst_case(METHODS[name], 5, metric, CLASSES[kind], width=1e-3)
    seen = shown(found)
    assert abs(seen.value - found.lower) <= SAME * found.lower
    assert np.linalg.norm(seen.start) <= float(CLASSES[kind].radius) * (1 + 1e-9)


def test_smooth_worst_functions_have_one_dimension():
    """Huber's function lies on a line, and no more is shown of it."""
    assert len(shown(worst_case(METHODS["sgd"], 5, of=CLASSES["smooth"], width=1e-3)).start) == 1


def test_the_json_object_is_the_function():
    """A reader who runs GPA on the pieces by hand gets the metric: max of affine pieces."""
    said = json.loads(json.dumps(shown(worst_case(METHODS["gpa"], 4)).as_json()))
    pieces = [(np.array(p["slope"]), p["offset"]) for p in said["pieces"]]
    x = z = np.array(said["z1"])
    for t in range(3):
        y = 0.35 * x + 0.65 * z
        np.testing.assert_allclose(y, said["y"][t], atol=1e-12)
        heights = [slope @ y + offset for slope, offset in pieces]
        assert heights[t] >= max(heights) - 1e-2  # its own piece, but for what is left out
        z = z - 0.4 * pieces[t][0]
        x = 0.8 * x + 0.2 * z
    value = max(0, *(slope @ x + offset for slope, offset in pieces))
    assert abs(value - said["metric on this run"]) <= 1e-9
    assert abs(value - said["certified lower end"]) <= SAME


@pytest.mark.parametrize("kind", ["lipschitz", "smooth"])
@pytest.mark.parametrize("suffix", [".png", ".svg"])
def test_a_picture_is_drawn(kind, suffix):
    """In the format of its name; equal data, equal bytes."""
    seen = shown(worst_case(METHODS["gpa"], 3, of=CLASSES[kind], width=1e-3))
    picture = drawn(seen, suffix)
    assert picture.startswith(b"\x89PNG" if suffix == ".png" else b"<?xml")
    assert drawn(seen, suffix) == picture


def test_the_plane_holds_the_start_and_the_output():
    """Orthonormal directions in which z_1 and x_T lie."""
    seen = shown(worst_case(METHODS["gpa"], 5))
    directions = axes_of(seen)
    np.testing.assert_allclose(directions @ directions.T, np.eye(2), atol=1e-12)
    for point in (seen.start, seen.x[-1]):
        np.testing.assert_allclose(directions.T @ (directions @ point), point, atol=1e-9)


def test_the_command_writes_the_files(tmp_path, capsys, monkeypatch):
    """Each by its name; without names, an SVG and a JSON file."""
    names = [str(tmp_path / f"worst{suffix}") for suffix in (".png", ".json")]
    assert main([*SETTING, "--show", *names]) == 0
    assert json.loads((tmp_path / "worst.json").read_text(encoding="utf-8"))["dimension"] > 1
    assert (tmp_path / "worst.png").stat().st_size > 10_000
    monkeypatch.chdir(tmp_path)
    assert main([*SETTING, "--show"]) == 0
    assert (tmp_path / "worst_function.svg").exists()
    assert (tmp_path / "worst_function.json").exists()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--show", "a.pdf"], "must end in .png, .svg, .json"),
        (["--show", "/no/such/folder/a.png"], "cannot be written"),
        (["--metric", "best", "--show", "a.png"], "shows functions of the plain metrics"),
    ],
)
def test_what_cannot_be_shown_is_refused(options, words, capsys):
    """Exit 2, before anything is solved."""
    assert main([*SETTING, *options]) == 2
    assert words in capsys.readouterr().err


def test_points_of_the_run_are_in_the_units_of_the_user():
    """z_2 = z_1 − γ g_1 with the user's γ and slopes."""
    found = worst_case(METHODS["sgd"], 3, of=CLASSES["scaled"])
    seen = shown(found)
    moved = seen.z[0] - float(Fraction(0.3)) * seen.slopes[0]
    np.testing.assert_allclose(seen.z[1], moved, atol=1e-9)
