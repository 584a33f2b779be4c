"""Evaluate a proved bound: its value, its terms, the constants it tunes, its label and source.

The bounds hold for every 0 ≤ μ_y ≤ 1.  `--metric last` needs `--diameter`, the bound R on
|z_t − u|; without `--mu-x` it uses the horizon rule.  With `--mu-y 0` it needs D alone, and where
R is given too the smaller of the two bounds is printed; so it is for the mean, where the cost of
averaging is bounded by ρGD or by how far the steps reach.  A number that the bound does not use is
refused.  A bound larger than what holds without any theorem is called vacuous.

For a base of your own, state its regret: `--regret "C*sqrt(T)" --constant C=3`; the bound then
rests on that.  It must be linear regret, Σ⟨g_t, z_t − u⟩.

`--list` prints the atlas of regret bounds: what is proved, what is reported and why it is not, and
which methods have none.  `--base` takes a name of it.
"""

from __future__ import annotations

import argparse
from typing import Any

from gpa_theory.cli import exits
from gpa_theory.cli.arguments import count
from gpa_theory.cli.bounding.closer import closer, values_of
from gpa_theory.cli.bounding.listed import DEFAULTS, as_stated, row_of, show_list
from gpa_theory.cli.bounding.told import NUMBERS, describe, own_constants, text
from gpa_theory.cli.streams import print_json
from gpa_theory.core.bases import BASES, OGD
from gpa_theory.core.metrics import BOUNDED
from gpa_theory.core.validation import check_range, refuse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa bound`."""
    parser.add_argument(
        "--list", action="store_true", help="print all known regret bounds, and end"
    )
    parser.add_argument(
        "--base", help=f"{', '.join(BASES)}, or another name of --list; ogd by default"
    )
    stated = parser.add_mutually_exclusive_group()
    stated.add_argument(
        "--regret", help="instead of --base: R_T ≤ this, in T and constants, for any base"
    )
    stated.add_argument("--discounted-regret", help="Σ_{t≥2} μ_x^{T−t} r_t ≤ this, for last")
    parser.add_argument(
        "--constant", action="append", default=[], metavar="NAME=VALUE", help="of the stated regret"
    )
    parser.add_argument("--against", help="for which u the stated regret holds, in words")
    parser.add_argument("--domain", help="on which domain it holds, in words")
    parser.add_argument(
        "--not-linearized", action="store_true", help="it bounds Σ f(z_t) − f(u): refused"
    )
    parser.add_argument(
        "--metric", default=DEFAULTS["metric"], help=f"{', '.join(BOUNDED)}; average by default"
    )
    parser.add_argument(
        "--averaging", default=DEFAULTS["averaging"], help="exponential (μ_x) or uniform"
    )
    parser.add_argument("--mu-x", type=float, help="constant μ_x in [0, 1)")
    parser.add_argument(
        "--mu-y", type=float, help="μ_y in [0, 1]; only --metric last has a bound of its own at 0"
    )
    parser.add_argument("--steps", type=count, help="T")
    parser.add_argument("--lipschitz", type=float, help="G: |g_t| ≤ G")
    parser.add_argument("--radius", type=float, help="D: |z_1 − u| ≤ D")
    parser.add_argument("--diameter", type=float, help="R: |z_t − u| ≤ R for all t")
    parser.add_argument("--coordinate-diameter", type=float, help="R_∞, per coordinate")
    parser.add_argument("--dimension", type=count, help="d")
    parser.add_argument("--epsilon", type=float, help="ε: f(u) ≤ inf f + ε; 0 by default")
    parser.add_argument("--gamma", type=float, help="step size (or its scale); tuned if not given")
    parser.add_argument(
        "--rate", action="store_true", help="and its leading order in T, all else being fixed"
    )
    parser.add_argument(
        "--break-even",
        type=float,
        metavar="SHARE",
        help="and the T from which averaging costs at most this share of the regret bound",
    )
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print one JSON object")
    shape.add_argument("--latex", action="store_true", help="print the inequality as LaTeX")


def main(options: argparse.Namespace) -> int:
    """Run `gpa bound`."""
    if options.list:
        return show_list(options)
    if options.steps is None:
        raise refuse("gpa bound", "--steps", "is needed")
    bound, values = _choose(options)
    if options.latex:
        print(bound.latex())
        return exits.OK
    found = describe(bound, values, options) | _asked_too(options)
    if options.json:
        print_json(found)
    else:
        print(text(bound, found))
    return exits.OK


def _asked_too(options: argparse.Namespace) -> dict[str, Any]:
    """Return rate and break-even horizon of the bound by conversion and regret, if asked for."""
    found: dict[str, Any] = {}
    if not options.rate and options.break_even is None:
        return found
    if options.metric == "last" and options.mu_y == 0 and options.diameter is None:
        rule = "are of the bound for every μ_y, which needs --diameter"
        raise refuse(_call(options), "--rate and --break-even", rule)
    bound, values = _for_any_base(options)
    if options.rate:
        rate = bound.rate()
        found["rate"] = {"order": str(rate.order), "constant": str(rate.constant)}
        found["rate"]["of"] = str(bound.formula)
    if options.break_even is not None:
        from gpa_theory.symbolic.growth.break_even import break_even

        known = {name: value for name, value in values.items() if name != "steps"}
        steps = break_even(bound, options.break_even, **known)
        of = str(bound.formula)
        found["break_even"] = {"share": options.break_even, "steps": steps, "of": of}
    return found


def _choose(options: argparse.Namespace) -> tuple[Any, dict[str, Any]]:
    """Return the bound asked for, tuned where the user left a choice, and the numbers it takes."""
    if options.mu_y is not None:
        check_range(f"gpa bound --mu-y {options.mu_y}", "mu_y", options.mu_y, 0, 1)
    given = _given(options)
    other = closer(options, given)
    if other is None or (options.latex and options.metric != "last"):
        return _for_any_base(options)
    is_allowed = other.allows(given.get("mu_x", 0), options.steps)
    if options.metric == "last" and options.latex:
        if not is_allowed:
            raise refuse(_call(options), "--mu-x", "is outside the window μ_x^(T−1) ≤ 1/T")
        return other, {}
    values = values_of(other, given, _call(options))
    if options.metric == "last" and options.diameter is None:
        return other, values
    found = _for_any_base(options)
    if not is_allowed:
        return found
    return min(found, (other, values), key=lambda one: one[0].at(**one[1]))


def _given(options: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(options, name) for name in NUMBERS if getattr(options, name) is not None}


def _for_any_base(options: argparse.Namespace) -> tuple[Any, dict[str, Any]]:
    """Return the bound that conversion and regret give, and the numbers it takes."""
    bound = _theorem(options)
    if "mu_x" in bound.parameters and options.mu_x is None:
        if options.metric != "last" or options.gamma is not None:
            raise refuse("gpa bound", "--mu-x", "is needed")
        bound = bound.horizon()
    elif options.gamma is None and "gamma" in bound.parameters:
        bound = _at_the_best_step(bound, options)
    given = _given(options) | own_constants(options)
    used = (*bound.parameters, *(("epsilon",) if bound.per_epsilon != 0 else ()))
    for name in given:
        if name != "steps" and name not in used:
            raise refuse(_call(options), _flag(name), f"is not used (used: {', '.join(used)})")
    if options.latex:
        return bound, {}
    for name in bound.parameters:
        if name not in given:
            raise refuse(_call(options), _flag(name), f"({_meaning(name)}) is needed")
    return bound, {name: value for name, value in given.items() if name in used}


def _at_the_best_step(bound: Any, options: argparse.Namespace) -> Any:
    """Return the bound with γ tuned, or ask for it where there is no closed form."""
    try:
        return bound.tuned("gamma")
    except ValueError as error:
        raise refuse(_call(options), "--gamma", f"is needed: {error}") from None


def _theorem(options: argparse.Namespace) -> Any:
    """Return the bound around a base of the table, or around any base with a stated regret."""
    from gpa_theory.symbolic.rates import bound as theorem

    known = {name: getattr(options, name) for name in ("against", "domain")}
    known = {name: words for name, words in known.items() if words is not None}
    if options.not_linearized:
        known["linearized"] = False
    stated = options.regret is not None or options.discounted_regret is not None
    row = None if stated else row_of(options)
    if not stated and (known or (options.constant and row is None)):
        raise refuse("gpa bound", "--regret", "is needed: something is said of it")
    if row is not None:
        given: dict[str, Any] = as_stated(row, options)
        return theorem(None, options.metric, options.averaging, **given)
    return theorem(
        options.base if stated else options.base or OGD.name,
        options.metric,
        options.averaging,
        regret=options.regret,
        discounted=options.discounted_regret,
        **known,
    )


def _call(options: argparse.Namespace) -> str:
    if options.regret is not None:
        return f"gpa bound --regret {options.regret!r} --metric {options.metric}"
    return f"gpa bound --base {options.base or OGD.name} --metric {options.metric}"


def _flag(name: str) -> str:
    from gpa_theory.symbolic.engine.symbols import WORDS

    return f"--{name.replace('_', '-')}" if name in WORDS else f"--constant {name}=…"


def _meaning(name: str) -> str:
    from gpa_theory.symbolic.engine.symbols import WORDS

    if name not in WORDS:
        return "a constant of the stated regret"
    return "the bound R on |z_t − u| for all t" if name == "diameter" else str(WORDS[name])
