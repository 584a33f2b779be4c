"""Certify the worst case of a method over a function class: an interval, and what stands behind it.

Convention: x_1 = z_1, T evaluation points x_1 … x_T; subgradient steps at y_1 … y_{T−1} make
z_2 … z_T; a gradient at y_T is not used.  Decimals are taken exactly (.83 is 83/100).
Exit code 4: no interval as narrow as asked for was found.
"""

from __future__ import annotations

import argparse
import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gpa_theory.cli import exits
from gpa_theory.core.metrics import METRICS
from gpa_theory.core.validation import refuse

if TYPE_CHECKING:
    from gpa_theory.worst_case.model.methods import Averaged
    from gpa_theory.worst_case.model.result import WorstCase

LONGEST, LARGEST = 300, 1000  # characters of a number on the command line; its exponent
OF_DIAMETER = {("last", "exponential")}  # whose proved bound needs more than G and D


def exact(text: str) -> Fraction:
    """Return a decimal or a fraction as it is written; its size is limited before it is read."""
    _, _, exponent = text.lower().partition("e")
    digits = exponent.strip().lstrip("+-").lstrip("0")
    if len(text) > LONGEST or len(digits) > len(str(LARGEST)) or int(f"0{digits}") > LARGEST:
        rule = f"at most {LONGEST} characters and an exponent of at most {LARGEST}"
        raise argparse.ArgumentTypeError(f"{text[:20]!r}… is out of range: {rule}")
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number") from None


def add_class(parser: argparse.ArgumentParser) -> None:
    """Declare what describes the function class."""
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--lipschitz", type=exact, help="G: |g| ≤ G (default 1 without --smoothness)")
    kind.add_argument("--smoothness", type=exact, help="L: gradients are L-Lipschitz")
    parser.add_argument(
        "--strong-convexity", type=exact, default=Fraction(0), help="σ, with --smoothness"
    )
    parser.add_argument("--radius", type=exact, default=Fraction(1), help="D ≥ |z_1 − x*|")


def add_metric(parser: argparse.ArgumentParser) -> None:
    """Declare the metric."""
    _, *others = METRICS
    parser.add_argument("--metric", default="last", help=f"last (default), {', '.join(others)}")


def function_class(options: argparse.Namespace) -> Any:
    """Return the class the options describe."""
    from gpa_theory.worst_case.model.classes import FunctionClass

    lipschitz = options.lipschitz
    if lipschitz is None and options.smoothness is None:
        lipschitz = Fraction(1)
    return FunctionClass(lipschitz, options.smoothness, options.strong_convexity, options.radius)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa worst-case`."""
    parser.add_argument("--steps", type=int, required=True, help="T")
    parser.add_argument("--mu-x", type=exact, help="constant μ_x in [0, 1)")
    parser.add_argument("--uniform", action="store_true", help="c_t = 1/t (Schedule-Free) for μ_x")
    parser.add_argument("--mu-y", type=exact, required=True, help="μ_y in [0, 1]")
    parser.add_argument(
        "--gamma", type=exact, nargs="+", required=True, help="γ, or the T−1 steps γ_1 …"
    )
    add_metric(parser)
    add_class(parser)
    parser.add_argument("--width", type=float, help="largest relative width (default: by T)")
    parser.add_argument(
        "--solver", default="auto", help="auto, clarabel, whole, triangular, sparse, cvxpy"
    )
    parser.add_argument("--certificate", metavar="FILE", help="write an exact certificate as JSON")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def main(options: argparse.Namespace) -> int:
    """Run `gpa worst-case`."""
    from gpa_theory.core.certificate import CertificateError
    from gpa_theory.worst_case.model.result import WorstCaseError

    check_target(options)
    try:
        found = solve(options)
        bound = proved_bound(found, options)
        proof = _proof(found, options.certificate)
    except (WorstCaseError, CertificateError) as error:
        print(f"gpa: {error}", file=sys.stderr)
        return exits.UNDECIDED
    if options.json:
        print(json.dumps(describe(found, bound, proof), indent=2, ensure_ascii=False))
        return exits.OK
    print(found.words)
    if bound is not None:
        print(f"proved bound {bound:.9g}")
    print(
        f"solver       {found.solver} ({found.status}); both ends certified for f {found.of.words}"
    )
    if proof is not None:
        print(f"certificate  metric ≤ {proof.statement.bound} (proved), {options.certificate}")
    return exits.OK


def check_target(options: argparse.Namespace) -> None:
    """Raise, before anything is solved, if --certificate asks for a file that cannot be written."""
    if options.certificate is None:
        return
    call = f"gpa worst-case --certificate {options.certificate}"
    if options.smoothness is not None:
        rule = "needs a Lipschitz class, without --smoothness: its multipliers round to fractions"
        raise refuse(call, "--certificate", rule)
    if len(options.gamma) > 1:
        raise refuse(call, "--certificate", "needs one step --gamma: files hold no schedules")
    from gpa_theory.worst_case.rational.stored import check_storable, check_writable

    method = method_of(options)
    try:
        check_storable(method, options.steps)
    except ValueError as error:
        raise refuse(call, "--certificate", f"cannot hold it: {error}") from None
    try:
        check_writable(Path(options.certificate))
    except OSError as error:
        raise refuse(call, "--certificate", f"cannot be written: {_reason(error)}") from None


def _reason(error: OSError) -> str:
    return error.strerror or str(error)


def method_of(options: argparse.Namespace) -> Averaged:
    """Return the method that the options describe."""
    from gpa_theory.core.averaging import Exponential, Uniform
    from gpa_theory.core.recursion import GPA
    from gpa_theory.worst_case.model.methods import Averaged

    if options.uniform == (options.mu_x is not None):
        raise refuse("gpa worst-case", "--mu-x or --uniform", "is needed, and not both")
    averaging = Uniform() if options.uniform else Exponential(options.mu_x)
    gamma = options.gamma[0] if len(options.gamma) == 1 else options.gamma
    return Averaged(GPA(averaging, options.mu_y), gamma)


def solve(options: argparse.Namespace) -> WorstCase:
    """Return the interval that the options ask for."""
    from gpa_theory.worst_case.interval import worst_case

    return worst_case(
        method_of(options),
        options.steps,
        options.metric,
        function_class(options),
        width=options.width,
        solver=options.solver,
    )


def proved_bound(found: WorstCase, options: argparse.Namespace) -> float | None:
    """Return the proved bound that needs only G and D at the same constants, if there is one."""
    averaging = "uniform" if options.uniform else "exponential"
    proved = METRICS[found.metric].bounded and (found.metric, averaging) not in OF_DIAMETER
    if found.of.is_smooth or len(options.gamma) > 1 or not proved:
        return None
    if found.metric == "telescoped" and found.steps > 1:
        from gpa_theory.worst_case.extremal.telescoped import closed_form

        return float(closed_form(options.gamma[0], found.steps, found.of))
    from gpa_theory.symbolic.rates import bound
    from gpa_theory.symbolic.readings import READINGS

    if (found.metric, averaging) not in READINGS:
        return None
    known = {
        "lipschitz": float(found.of.lipschitz),
        "radius": float(found.of.radius),
        "steps": found.steps,
        "gamma": float(options.gamma[0]),
        "mu_x": options.mu_x,
    }
    bounded = bound("ogd", found.metric, averaging)
    return bounded.at(**{name: float(known[name]) for name in bounded.parameters})


def _proof(found: WorstCase, target: str | None) -> Any:
    if target is None:
        return None
    from gpa_theory.worst_case.rational.rounding import prove
    from gpa_theory.worst_case.rational.stored import save

    proof = prove(found)
    try:
        save(proof, Path(target))
    except OSError as error:
        call = f"gpa worst-case --certificate {target}"
        raise refuse(call, "--certificate", f"cannot be written: {_reason(error)}") from None
    return proof


def describe(found: WorstCase, bound: float | None, proof: Any) -> dict[str, Any]:
    """Return the JSON object of `gpa worst-case`."""
    names = [*found.program.samples.names, "x*"]
    return {
        "lower": found.lower,
        "upper": found.upper,
        "width": found.width,
        "label": "certified",
        "bound": bound,
        "metric": found.metric,
        "class": found.of.words,
        "solver": found.solver,
        "certificate": None if proof is None else str(proof.statement.bound),
        "multipliers": {
            f"{names[i]}, {names[j]}": value
            for i, row in enumerate(found.flow.tolist())
            for j, value in enumerate(row)
            if value > 1e-6
        },
    }
