"""Certify the worst case of a method over a function class: an interval, and what stands behind it.

The method is GPA around subgradient steps, or one of yours: `--method FILE.py:NAME`, a function
`NAME(x, g, steps)` of the start, a subgradient oracle and T, that returns the output (see
`gpa_theory.certify`; the file is run).

Convention: x_1 = z_1, T evaluation points x_1 … x_T; subgradient steps at y_1 … y_{T−1} make
z_2 … z_T; a gradient at y_T is not used.  Decimals are taken exactly (.83 is 83/100).  μ_x, μ_y
and γ may be lists of T − 1 numbers, formulas in t and T, or come from a file.  The metrics best,
min f(x_t) − f*, and gradient, |g(x_T)|², --start-gap and --diameter are for short horizons (T ≤ 40;
projected: 20).
Exit codes: 4 no interval as narrow as asked for, or no certificate, was found; 6 the certificate
could not be written, and is kept elsewhere.
"""

from __future__ import annotations

import argparse
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from gpa_theory.cli import exits
from gpa_theory.cli.arguments import count, exact
from gpa_theory.cli.asking.filed import add_files, asked, check_files, save
from gpa_theory.cli.asking.options import MORE_METRICS, add_questions, fill_radius
from gpa_theory.cli.asking.proved import proved_bound
from gpa_theory.cli.asking.showing import add_show, check_show, show
from gpa_theory.cli.asking.told import as_json, in_words
from gpa_theory.cli.asking.varying import add_varying, gather, scheduled, varies
from gpa_theory.cli.guard import complain
from gpa_theory.cli.own import named
from gpa_theory.cli.streams import print_json
from gpa_theory.core.metrics import METRICS
from gpa_theory.core.validation import refuse

if TYPE_CHECKING:
    from gpa_theory.worst_case.model.methods import Averaged
    from gpa_theory.worst_case.model.result import WorstCase
    from gpa_theory.worst_case.questions.answer import Answer


def add_class(parser: argparse.ArgumentParser) -> None:
    """Declare what describes the function class."""
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--lipschitz", type=exact, help="G: |g| ≤ G (default 1 without --smoothness)")
    kind.add_argument("--smoothness", type=exact, help="L: gradients are L-Lipschitz")
    parser.add_argument(
        "--strong-convexity", type=exact, default=Fraction(0), help="σ, with --smoothness"
    )
    parser.add_argument("--radius", type=exact, help="D ≥ |z_1 − x*| (default 1, or --diameter)")


def add_metric(parser: argparse.ArgumentParser, more: tuple[str, ...] = ()) -> None:
    """Declare the metric."""
    _, *others = (*METRICS, *more)
    parser.add_argument("--metric", default="last", help=f"last (default), {', '.join(others)}")


def function_class(options: argparse.Namespace) -> Any:
    """Return the class the options describe."""
    from gpa_theory.worst_case.model.classes import FunctionClass

    lipschitz = options.lipschitz
    if lipschitz is None and options.smoothness is None:
        lipschitz = Fraction(1)
    radius = Fraction(1) if options.radius is None else options.radius
    return FunctionClass(lipschitz, options.smoothness, options.strong_convexity, radius)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa worst-case`."""
    parser.add_argument("--steps", type=count, required=True, help="T")
    parser.add_argument("--method", metavar="FILE.py:NAME", help="a method of yours, for μ and γ")
    add_varying(parser)
    add_metric(parser, MORE_METRICS)
    add_class(parser)
    add_questions(parser)
    parser.add_argument("--width", type=float, help="largest relative width (default: by T)")
    parser.add_argument(
        "--solver", default="auto", help="auto, clarabel, whole, triangular, sparse, cvxpy"
    )
    add_files(parser)
    add_show(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def main(options: argparse.Namespace) -> int:
    """Run `gpa worst-case`."""
    from gpa_theory.core.certificate import CertificateError
    from gpa_theory.worst_case.model.result import WorstCaseError
    from gpa_theory.worst_case.questions.answer import Answer

    gather(options)
    fill_radius(options)
    check_files(options, method_of)
    check_show(options)
    code, proof = exits.OK, None
    try:
        found = solve(options)
    except WorstCaseError as error:
        complain("gpa", str(error))
        return exits.UNDECIDED
    bound = proved_bound(found.metric, found.steps, found.of, options)
    if isinstance(found, Answer):
        print_json(as_json(found, bound)) if options.json else print(in_words(found, bound))
        return exits.OK
    if asked(options):
        from gpa_theory.worst_case.rational.rounding import prove

        try:
            proof = prove(found)
        except CertificateError as error:  # the interval is certified all the same
            complain("gpa", str(error))
            code = exits.UNDECIDED
    if options.json:
        print_json(describe(found, bound, proof))
    else:
        print(_text(found, bound, proof))
    return code or save(proof, options) or show(found, options.show)


def _text(found: WorstCase, bound: float | None, proof: Any) -> str:
    lines = [found.words]
    if bound is not None:
        lines.append(f"proved bound {bound:.9g}")
    ends = f"both ends certified for f {found.of.words}"
    lines.append(f"solver       {found.solver} ({found.status}); {ends}")
    if proof is not None:
        lines.append(f"certificate  metric ≤ {proof.statement.bound} (proved)")
    return "\n".join(lines)


def method_of(options: argparse.Namespace) -> Averaged:
    """Return the method that the options describe, if its μ_x and μ_y are constant."""
    for name in ("mu_y", "gamma"):
        if getattr(options, name) is None:
            raise refuse("gpa worst-case", f"--{name.replace('_', '-')}", "is needed, or --method")
    from gpa_theory.core.averaging import Exponential, Uniform
    from gpa_theory.core.recursion import GPA
    from gpa_theory.worst_case.model.methods import Averaged

    if options.uniform == (options.mu_x is not None):
        raise refuse("gpa worst-case", "--mu-x or --uniform", "is needed, and not both")
    averaging = Uniform() if options.uniform else Exponential(options.mu_x)
    gamma = options.gamma[0] if len(options.gamma) == 1 else options.gamma
    return Averaged(GPA(averaging, options.mu_y), gamma)


def _own_method(options: argparse.Namespace) -> Any:
    """Return the method in the user's file; what describes GPA does not go with it."""
    given = {"--mu-x": options.mu_x, "--mu-y": options.mu_y, "--gamma": options.gamma}
    for flag, value in given.items():
        if value is not None:
            raise refuse("gpa worst-case --method", flag, "describes GPA, and is not used")
    if options.uniform:
        raise refuse("gpa worst-case --method", "--uniform", "describes GPA, and is not used")
    return named("gpa worst-case", "--method", options.method)


def _method(options: argparse.Namespace) -> Any:
    if options.method is not None:
        return _own_method(options)
    return scheduled(options) if varies(options) else method_of(options)


def solve(options: argparse.Namespace) -> WorstCase | Answer:
    """Return the interval that the options ask for."""
    from gpa_theory.worst_case.certifying import certify

    return certify(
        _method(options),
        options.steps,
        options.metric,
        function_class(options),
        width=options.width,
        solver=options.solver,
        start_gap=options.start_gap,
        diameter=options.diameter,
    )


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
