"""One self-contained HTML page from the small files in `page/`: no request, no build step.

Styles, scripts and data are inlined, and the page carries a content security policy that allows
these alone, by their hashes: no other script can run, and no request can leave the page.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from gpa_theory.explore import parity, table, tour
from gpa_theory.explore.about import About
from gpa_theory.explore.setting import LIMITS, PROBLEMS, SHOWN, VERSION, Setting
from gpa_theory.explore.standing import LABELS
from gpa_theory.explore.toys import toy

STYLES = ("page.css", "drawing/plot.css")  # plot.css also goes into every downloaded figure
SCRIPTS = (  # in this order, in one scope
    "drawing/format.js",
    "state.js",
    "mirror/problems.js",
    "mirror/kernel.js",
    "mirror/record.js",
    "mirror/bounds.js",
    "mirror/standing.js",
    "mirror/vacuous.js",
    "mirror/result.js",
    "mirror/parity.js",
    "drawing/svg.js",
    "drawing/labels.js",
    "drawing/plot.js",
    "drawing/table.js",
    "drawing/captions.js",
    "views/waterfall.js",
    "views/gap.js",
    "drawing/heat.js",
    "views/square.js",
    "views/paths.js",
    "views/kernel.js",
    "views/readouts.js",
    "views/regret.js",
    "copied.js",
    "takeaway.js",
    "glossary.js",
    "download.js",
    "controls.js",
    "agreement.js",
    "page.js",
)


@dataclass(frozen=True, slots=True)
class Page:
    """The HTML and the policy that a server repeats as a header."""

    html: str
    policy: str


@cache
def source(name: str) -> str:
    """Return one file of the page."""
    return files("gpa_theory.explore").joinpath("page", name).read_text(encoding="utf-8")


def assemble(about: About, initial: Setting | None = None, *, served: bool = False) -> Page:
    """Return the page, opened at `initial`; a served page may ask its own server for Python.

    >>> from gpa_theory.explore.about import about
    >>> page = assemble(about("gpa explore --export page.html"))
    >>> "http" in page.policy, page.html.count("<script")
    (False, 2)
    """
    style = "\n".join(source(name) for name in STYLES)
    script = "(() => {\n" + "\n".join(source(name) for name in SCRIPTS) + "\n})();"
    policy = _policy(script, style, served)
    slots = {
        "POLICY": policy,
        "STYLE": style,
        "DATA": _json(_data(about, initial or Setting(), served)),
        "SCRIPT": script,
    }
    html = source("page.html")
    for name, text in slots.items():
        html = html.replace(f"@@{name}@@", text, 1)
    return Page(html, policy)


def _policy(script: str, style: str, served: bool) -> str:
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(script)}'",
            f"style-src '{_hash(style)}'",
            "img-src data: blob:",
            "connect-src 'self'" if served else "connect-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        )
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _json(data: dict[str, Any]) -> str:
    """Return JSON that cannot end the script element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c")


def _data(about: About, initial: Setting, served: bool) -> dict[str, Any]:
    return {
        "version": VERSION,
        "limits": LIMITS,
        "bases": SHOWN,
        "problems": {name: _problem(name) for name in PROBLEMS},
        "initial": initial.link(),
        "standard": Setting().link(),
        "served": served,
        "tour": tour.links(),
        "table": table.packaged(),
        "stamp": parity.stamp(),
        "golden": [] if served else parity.golden(),  # a served page asks anew instead
        "agrees": parity.AGREES,
        "labels": LABELS,
        "plotStyle": source("drawing/plot.css"),
        "manifest": about.manifest,
        "bibtex": about.bibtex,
    }


def _problem(name: str) -> dict[str, Any]:
    found = toy(name)
    return {
        "kind": found.kind,
        "shape": found.shape,
        "start": found.problem.start.tolist(),
        "words": found.words,
        "lipschitz": found.lipschitz,
        "everywhere": found.everywhere,
        "curvature": found.curvature,
    }
