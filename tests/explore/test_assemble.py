"""The assembled page: one file, nothing from elsewhere, a policy that allows just that."""

import base64
import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from gpa_theory.explore import parity, table
from gpa_theory.explore.about import about, bibtex
from gpa_theory.explore.assemble import SCRIPTS, STYLES, assemble
from gpa_theory.explore.notebook import show
from gpa_theory.explore.setting import Setting
from tests.tolerances import PACKAGED_WIDTH

FOLDER = Path(parity.__file__).parent / "page"
LARGEST = 200_000  # bytes of an exported file, as promised


@pytest.fixture(scope="module")
def html():
    return assemble(about("gpa explore")).html


def test_it_is_small_and_whole(html):
    """An exported file stays below 200 kB and no slot is left open."""
    assert len(html.encode()) <= LARGEST
    assert "@@" not in html


def test_nothing_is_loaded(html):
    """No address, no external script, style, font or picture; w3.org names SVG and nothing more."""
    addresses = set(re.findall(r"https?://[^\s\"'`)}\\]+", html.split('id="data"')[0]))
    code = html.rpartition("<script>")[2]
    addresses |= set(re.findall(r"https?://[^\s\"'`)}\\]+", code))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    assert not re.search(r"<(script|link|img|iframe)[^>]+(src|href)=(?!\"data:,\")", html)


def test_the_policy_names_exactly_this_script_and_style(html):
    """The hashes in the policy are those of the two inline blocks; nothing is 'unsafe'."""
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html).group(1)
    for kind, tag in (("script", "<script>"), ("style", "<style>")):
        body = html.split(tag, 1)[1].split(f"</{kind}>", 1)[0]
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "unsafe" not in policy
    assert "connect-src 'none'" in policy


def test_data_cannot_leave_its_element():
    """A manifest that tries to close the script element stays data."""
    evil = {"command": "</script><script>alert(1)</script>"}
    html = assemble(about("x", evil)).html
    assert html.count("<script") == 2
    text = html.split('id="data">', 1)[1].split("</script>", 1)[0]
    assert json.loads(text)["manifest"] == evil


def test_every_file_of_the_page_is_used_and_short():
    """Each file in page/ is assembled, and has at most 250 lines."""
    paths = [path for path in FOLDER.rglob("*") if path.is_file()]
    names = {path.relative_to(FOLDER).as_posix() for path in paths}
    assert names == {*SCRIPTS, *STYLES, "page.html"}
    for path in paths:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 250, path.name


def test_the_stamp_is_of_this_code():
    """The packaged parity stamp was made from this JavaScript and this Python."""
    stamp = parity.stamp()
    assert stamp is not None, (
        "the mirror changed: `python -m tests.explore.comparison` stamps it anew"
    )
    assert stamp["values"] >= 100_000
    assert stamp["worst"] <= parity.AGREES


def test_a_stamp_of_other_code_is_not_shown(tmp_path, monkeypatch):
    """A stamp whose hash is not this code's is dropped: the check can fail."""
    monkeypatch.setattr(parity, "STAMP", tmp_path / "parity.json")
    assert parity.stamp() is None
    parity.write(7, 0.0, "none")
    assert parity.stamp()["values"] == 7
    parity.STAMP.write_text(parity.STAMP.read_text().replace(parity.compared(), "0" * 64))
    assert parity.stamp() is None


def test_the_notebook_shows_the_same_page():
    """`show` embeds the page in a frame of its own, opened at the setting, and saves it."""
    shown = show(mu_x=0.9, steps=50)
    assert 'sandbox="allow-scripts allow-downloads"' in shown._repr_html_()
    assert Setting(mu_x=0.9, steps=50).link() in shown.html
    assert "gpa_theory.explore.show(mu_x=0.9, steps=50)" in shown.html


def test_a_notebook_without_html_gets_a_line(tmp_path):
    """The plain text says what the top of the page says, and is no page of HTML."""
    assert "f(x_T) − f* = 3.47e-10 (measured); |g_t| ≤ G held" in repr(show())
    assert "diverged at step 729" in repr(show(mu_x=0, gamma=2.6))
    assert len(repr(show())) < 300
    assert str([show()]) == f"[{show()!r}]"


def test_a_notebook_page_is_saved_whole_or_not_at_all(tmp_path):
    """`save` writes the file, and refuses a link and a folder."""
    shown, target, link = show(steps=20), tmp_path / "page.html", tmp_path / "link.html"
    shown.save(target)
    assert target.read_text(encoding="utf-8") == shown.html
    link.symlink_to(target)
    for place in (link, tmp_path):
        with pytest.raises(ValueError, match="path cannot be written"):
            shown.save(place)


@pytest.mark.parametrize(
    "height", [0, 199, 20_001, 10**400, 300.5, float("nan"), "900", True, None]
)
def test_a_frame_has_a_sensible_height(height):
    """The height of the frame is an integer in a range, and the refusal is short."""
    with pytest.raises(ValueError, match="height must") as refusal:
        show(height=height)
    assert len(str(refusal.value)) < 120


def test_showing_needs_no_notebook():
    """`show` works where IPython cannot be imported."""
    code = "import sys; sys.modules['IPython'] = None\n" + (
        "from gpa_theory.explore import show; print(len(show(steps=5)._repr_html_()) > 10_000)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"


def test_bibtex_has_what_the_page_rests_on():
    """The project, the paper and the regret bound are cited."""
    assert re.findall(r"^@\w+\{([^,]+),", bibtex(), re.MULTILINE) == [
        "gpatheory2026",
        "defazio2025smoothing",
        "zinkevich2003online",
    ]


def test_the_table_is_what_the_solver_certifies():
    """Three intervals of the packaged table, solved anew, overlap the packaged ones."""
    from fractions import Fraction

    from gpa_theory.worst_case.interval import worst_case
    from gpa_theory.worst_case.model.methods import gpa

    found = table.packaged()
    per_layer, shares = len(found["mu_x"]) * len(found["mu_y"]), len(found["mu_y"])
    for t, c, i, j in ((0, 1, 3, 4), (1, 2, 7, 2), (1, 0, 0, 8)):
        k = (t * len(found["scale"]) + c) * per_layer + i * shares + j
        exact = [
            Fraction(str(v)) for v in (found["mu_x"][i], found["mu_y"][j], found["gamma"][t][c])
        ]
        solved = worst_case(gpa(*exact), found["T"][t])
        assert found["lower"][k] <= solved.upper
        assert solved.lower <= found["upper"][k]
        assert found["upper"][k] - found["lower"][k] < PACKAGED_WIDTH * found["upper"][k]
