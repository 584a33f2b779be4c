"""Does a method attain the minimax rate DG/√T?  Decided by a certificate that needs no solver.

Step sizes are in units of a = D/(G√T).  `matched` is γ_t = a(1 − t/T)/(1 − μ_x^{T−t}), `linear` is
a(1 − t/T), `constant` is a; a file holds γ_1 … γ_{T−1}, one to a line, as decimals or fractions.
A matrix is a JSON list of rows, row t holding the t − 1 numbers h_{t1} … h_{t,t−1}; it is judged up
to a common factor, which is then to be chosen so that T·h_{T,T−1} = a.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gpa_theory.cli import exits
from gpa_theory.cli.arguments import count, exact
from gpa_theory.cli.results import deliver
from gpa_theory.cli.streams import print_json
from gpa_theory.core.validation import refuse
from gpa_theory.core.writing import check_target

if TYPE_CHECKING:
    from gpa_theory.worst_case.minimax.adversary import Adversary

NAMED = ("matched", "linear", "constant")
LARGEST = 64 * 2**20  # bytes of a file
SHOWN = 12  # steps up to which the function that beats a method is built unasked: milliseconds
LARGEST_SHOWN = 40  # and asked for: its fractions grow with T


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa minimax`."""
    parser.add_argument("--steps", type=count, help="T")
    parser.add_argument("--mu-x", type=exact, help="constant μ_x in [0, 1)")
    parser.add_argument(
        "--mu-y", type=exact, default=Fraction(0), help="μ_y in [0, 1]; 0 by default"
    )
    parser.add_argument(
        "--schedule", help=f"{', '.join(NAMED)}, or a file of steps; matched by default"
    )
    parser.add_argument("--matrix", metavar="FILE", help="any fixed-step method: its h, as JSON")
    one = Fraction(1)
    parser.add_argument("--radius", type=exact, default=one, help="D: |z_1 − u| ≤ D; 1 by default")
    parser.add_argument("--lipschitz", type=exact, default=one, help="G: |g_t| ≤ G; 1 by default")
    parser.add_argument(
        "--largest", action="store_true", help="also the largest μ_x up to which matched decay is"
    )
    parser.add_argument(
        "--adversary", metavar="FILE", help="write the function that beats a method as JSON"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def main(options: argparse.Namespace) -> int:
    """Run `gpa minimax`: 0 if the certificate decides, 4 if signs stay open."""
    from gpa_theory.worst_case.minimax.threshold import largest_mu_x
    from gpa_theory.worst_case.minimax.verdict import minimax

    if options.adversary is not None:
        check_target(_call(options), "--adversary", options.adversary)
    scale: dict[str, Any] = {"radius": options.radius, "lipschitz": options.lipschitz}
    if options.matrix is not None:
        _refuse_beside_a_matrix(options)
        found = minimax(matrix=_matrix(options.matrix), **scale)
    else:
        for name in ("steps", "mu_x"):
            if getattr(options, name) is None:
                flag = f"--{name.replace('_', '-')}"
                raise refuse("gpa minimax", flag, "is needed, or --matrix")
        schedule = _schedule(options.schedule)
        if options.largest and schedule != "matched":
            raise refuse("gpa minimax --largest", "--schedule", "must be matched")
        constants: dict[str, Any] = {"mu_x": options.mu_x, "mu_y": options.mu_y, **scale}
        found = minimax(steps=options.steps, schedule=schedule, **constants)
    beaten = None
    if found.minimax is False and options.adversary:
        beaten = _beaten(options, found.steps)
    elif found.minimax is False and found.steps <= SHOWN:
        with contextlib.suppress(ValueError):  # steps too far apart in size: proved all the same
            beaten = _beaten(options, found.steps)
    said = {
        "minimax": found.minimax,
        "verdict": found.verdict,
        "first_negative": found.first_negative,
        "value": found.value,
        "reason": found.reason,
        "exceeded_by": beaten and _exceeds(beaten),
        "steps": found.steps,
        "source": "this project",
    }
    if options.largest:
        said["largest_mu_x"] = largest_mu_x(options.steps, options.mu_y)[0]
    if options.json:
        print_json(said)
    else:
        print(_text(said))
    if found.minimax is None:
        return exits.UNDECIDED
    if options.adversary is None:
        return exits.OK
    if beaten is None:
        raise refuse(_call(options), "--adversary", "has nothing to hold: the method is minimax")
    return deliver(_call(options), "--adversary", options.adversary, _as_json(beaten))


def _call(options: argparse.Namespace) -> str:
    return f"gpa minimax --adversary {options.adversary}"


def _beaten(options: argparse.Namespace, steps: int) -> Adversary:
    """Return the function on which the method is above DG/√T."""
    from gpa_theory.worst_case.minimax.adversary import adversary
    from gpa_theory.worst_case.minimax.family import steps_of
    from gpa_theory.worst_case.minimax.schedules import SCHEDULES

    if steps > LARGEST_SHOWN:
        raise refuse(_call(options), "--adversary", f"needs T ≤ {LARGEST_SHOWN}: fractions grow")
    if options.matrix is not None:
        found = adversary(_matrix(options.matrix))
    else:
        given = _schedule(options.schedule)
        gamma = SCHEDULES[given](steps, options.mu_x, Fraction) if isinstance(given, str) else given
        found = adversary(steps_of(steps, options.mu_x, options.mu_y, gamma), Fraction(1))
    if found is None:
        raise ArithmeticError("the adversary says minimax, the verdict does not")
    return found


def _exceeds(beaten: Adversary) -> float:
    """Return how far f(x_T) − f(u) is above DG/√T at least, relative to it, rounded down."""
    from gpa_theory.numeric.exact import down

    return down(beaten.ratio() - 1)


def _as_json(beaten: Adversary) -> str:
    """Return the function as JSON, every number a fraction."""

    def text(value: Any) -> Any:
        return [text(v) for v in value] if isinstance(value, list) else str(value)

    said = {
        "is": "f = max_t (<slopes[t], x> + offsets[t]) from z_1 = 0 in R^T, G = 1 and D^2 = a^2 T"
        " up to eta: slopes at most sqrt(1 + eta) long, u at most sqrt(1 + eta) D away; piece"
        " order[t] (from 0) is the largest at p_{t+1}, and ratio = (f(p_T) - f(u))/((1 + eta)^2 a)",
        "h": text([list(row) for row in beaten.steps]),
        "a": text(beaten.a),
        "slopes": text(list(beaten.slopes)),
        "offsets": text(list(beaten.offsets)),
        "order": list(beaten.order),
        "u": text(beaten.u),
        "ratio": text(beaten.ratio()),
    }
    return json.dumps(said, indent=1) + "\n"


def _text(said: dict[str, Any]) -> str:
    lines = [f"{said['verdict']}", f"reason       {said['reason']}"]
    meaning = {
        True: f"f(x_T) − f(u) ≤ DG/√T = {said['value']:.6g} at a = D/(G√T); from T − 1 subgradients"
        " no deterministic method does better, in dimension ≥ T",
        False: f"in dimension ≥ T the worst case is above DG/√T = {said['value']:.6g}",
        None: f"the minimax value DG/√T is {said['value']:.6g}",
    }[said["minimax"]]
    lines.append(f"value        {meaning}")
    if said["exceeded_by"] is not None:
        lines.append(
            f"adversary    a maximum of affine pieces has f(x_T) − f(u) ≥ (1 + e)DG/√T, e ="
            f" {said['exceeded_by']:.3g}, run in fractions; the worst case may be larger"
        )
    if "largest_mu_x" in said:
        lines.append(
            f"largest μ_x  {said['largest_mu_x']:.10g} for matched decay at this T and μ_y"
            " (minimax there, proved, and not just above; below it seen on a grid)"
        )
    return "\n".join(lines)


def _refuse_beside_a_matrix(options: argparse.Namespace) -> None:
    """Raise if anything is given that a matrix says already."""
    given = {"steps": None, "mu_x": None, "mu_y": 0, "schedule": None, "largest": False}
    for name, default in given.items():
        if getattr(options, name) != default:
            raise refuse("gpa minimax --matrix", f"--{name.replace('_', '-')}", "is not used")


def _number(call: str, name: str, text: Any) -> Fraction:
    """Return a decimal or a fraction exactly."""
    try:
        return exact(str(text).strip())
    except argparse.ArgumentTypeError as error:
        raise refuse(call, name, f"must be a decimal or a fraction p/q: {error}") from None


def _read(flag: str, path: str) -> str:
    """Return the text of a file."""
    call = f"gpa minimax {flag} {path}"
    try:
        target = Path(path)
        if not target.is_file() or target.stat().st_size > LARGEST:
            raise refuse(call, flag, f"must be a file of at most {LARGEST} bytes")
        return target.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(call, flag, f"cannot be read: {error}") from None


def _schedule(given: str | None) -> str | list[Fraction]:
    if given is None or given in NAMED:
        return given or "matched"
    call = f"gpa minimax --schedule {given}"
    lines = (line.strip() for line in _read("--schedule", given).splitlines())
    return [_number(call, "--schedule", line) for line in lines if line]


def _matrix(path: str) -> list[list[Fraction]]:
    """Return the rows of a matrix, every number as it is written."""
    text, call = _read("--matrix", path), f"gpa minimax --matrix {path}"
    try:
        rows = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        raise refuse(call, "--matrix", "must be JSON: a list of rows") from None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise refuse(call, "--matrix", "must be a list of rows, each a list of numbers")
    return [[_number(call, "--matrix", value) for value in row] for row in rows]
