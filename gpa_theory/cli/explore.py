"""Open the explorer: one page, served on loopback, in which μ_x, μ_y and γ are dragged.

`--export FILE.html` writes the same page as one file that works offline; `--json` prints the
numbers of a state instead.  A state is what the page's address holds after `#`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from urllib.parse import quote

from gpa_theory.cli import exits
from gpa_theory.cli.guard import complain, one_line
from gpa_theory.core.validation import refuse
from gpa_theory.core.writing import check_target, write_whole


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa explore`."""
    parser.add_argument("--port", type=int, help="port on 127.0.0.1 (default: any free)")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    parser.add_argument(
        "--state", default="", metavar="LINK", help="open here, e.g. 'mux=0.9&T=50'"
    )
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument(
        "--export", metavar="FILE.html", help="write one offline file, serve nothing"
    )
    shape.add_argument("--json", action="store_true", help="print the numbers of the state as JSON")


def main(options: argparse.Namespace) -> int:
    """Run `gpa explore`."""
    from gpa_theory.explore.about import about
    from gpa_theory.explore.setting import from_link
    from gpa_theory.report.manifest import collect

    _check_used(options)
    if options.export is not None:
        check_target(_call(options), "--export", options.export)
    setting = from_link(options.state)
    if options.json:
        from gpa_theory.explore.observation import observe

        print(json.dumps(observe(setting).content(), indent=2))
        return exits.OK
    command = ["gpa", "explore", *(["--state", setting.link()] if options.state else [])]
    if options.export is not None:
        command += ["--export", Path(options.export).name]
    made_by = about(" ".join(command), collect(command, setting.seed))
    if options.export is not None:
        from gpa_theory.explore.assemble import assemble

        return _write(options, assemble(made_by, setting).html)
    from gpa_theory.explore.server import serve

    with serve(made_by, options.port or 0, setting) as server:
        address = server.address
        if options.state:  # quoted: it is printed, and opened by a browser
            address += "#" + quote(options.state.lstrip("#"), safe="=&.,+-_%")
        print(address, flush=True)
        if not options.no_browser:
            _open(address)
        server.serve_forever()
    return exits.OK


def _check_used(options: argparse.Namespace) -> None:
    """Refuse what only a served page has, where none is served."""
    if options.export is None and not options.json:
        return
    for flag, given in (("--port", options.port is not None), ("--no-browser", options.no_browser)):
        if given:
            raise refuse("gpa explore", flag, "is not used: nothing is served")


def _call(options: argparse.Namespace) -> str:
    return f"gpa explore --export {Path(options.export).name}"


def _write(options: argparse.Namespace, html: str) -> int:
    target = Path(options.export)
    try:
        write_whole(target, html)
    except OSError as error:
        reason = error.strerror or error  # the page is quickly made again: no copy is kept
        said = f"`{_call(options)}`: --export could not be written: {reason}; nothing has changed"
        complain("gpa", said)
        return exits.UNWRITTEN
    print(
        f"{one_line(target.name, 200)}: {len(html.encode()) / 1000:.0f} kB, one file, works offline"
    )
    return exits.OK


def _open(address: str) -> None:
    import webbrowser

    if not webbrowser.open(address):
        print("gpa: no browser was found; open the address above yourself", file=sys.stderr)
