"""Evaluate a proved bound: its value, its terms, the constants it tunes, its label and source.

The bounds hold for every 0 ≤ μ_y ≤ 1.  `--metric last` needs `--diameter`, the bound R on
|z_t − u|; without `--mu-x` it uses the horizon rule.  With `--mu-y 0` it needs D alone, and where
R is given too the smaller of the two bounds is printed.  A number that the bound does not use is
refused.  A bound larger than what holds without any theorem is called vacuous.

For a base of your own, state its regret: `--regret "C*sqrt(T)" --constant C=3`; the bound then
rests on that.  It must be linear regret, Σ⟨g_t, z_t − u⟩.
"""

from __future__ import annotations

import argparse
from typing import Any

from gpa_theory.cli import exits
from gpa_theory.cli.arguments import count
from gpa_theory.cli.streams import print_json
from gpa_theory.core.bases import ANY, BASES, OGD
from gpa_theory.core.metrics import BOUNDED
from gpa_theory.core.validation import check_range, refuse

CONSTANTS = ("lipschitz", "radius", "diameter", "coordinate_diameter", "dimension", "epsilon")
NUMBERS = (*CONSTANTS, "steps", "gamma", "mu_x")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of `gpa bound`."""
    parser.add_argument("--base", help=f"{', '.join(BASES)}; ogd by default")
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
        "--metric", default="average", help=f"{', '.join(BOUNDED)}; average by default"
    )
    parser.add_argument("--averaging", default="exponential", help="exponential (μ_x) or uniform")
    parser.add_argument("--mu-x", type=float, help="constant μ_x in [0, 1)")
    parser.add_argument(
        "--mu-y", type=float, help="μ_y in [0, 1]; only --metric last has a bound of its own at 0"
    )
    parser.add_argument("--steps", type=count, required=True, help="T")
    parser.add_argument("--lipschitz", type=float, help="G: |g_t| ≤ G")
    parser.add_argument("--radius", type=float, help="D: |z_1 − u| ≤ D")
    parser.add_argument("--diameter", type=float, help="R: |z_t − u| ≤ R for all t")
    parser.add_argument("--coordinate-diameter", type=float, help="R_∞, per coordinate")
    parser.add_argument("--dimension", type=count, help="d")
    parser.add_argument("--epsilon", type=float, help="ε: f(u) ≤ inf f + ε; 0 by default")
    parser.add_argument("--gamma", type=float, help="step size (or its scale); tuned if not given")
    shape = parser.add_mutually_exclusive_group()
    shape.add_argument("--json", action="store_true", help="print one JSON object")
    shape.add_argument("--latex", action="store_true", help="print the inequality as LaTeX")


def main(options: argparse.Namespace) -> int:
    """Run `gpa bound`."""
    bound, values = _choose(options)
    if options.latex:
        print(bound.latex())
        return exits.OK
    found = describe(bound, values, options)
    if options.json:
        print_json(found)
    else:
        print(_text(bound, found))
    return exits.OK


def _choose(options: argparse.Namespace) -> tuple[Any, dict[str, Any]]:
    """Return the bound asked for, tuned where the user left a choice, and the numbers it takes."""
    if options.mu_y is not None:
        check_range(f"gpa bound --mu-y {options.mu_y}", "mu_y", options.mu_y, 0, 1)
    at_z = _at_base_iterates(options)
    if at_z is None:
        return _for_any_mu_y(options)
    given = _given(options)
    for name in given.keys() - {*at_z.parameters, "diameter"}:
        raise refuse(_call(options), _flag(name), "is not used at μ_y = 0")
    found = at_z, {} if options.latex else {n: given[n] for n in at_z.parameters}
    if options.diameter is None or options.latex:
        return found
    other = _for_any_mu_y(options)
    if options.mu_x is not None and not at_z.allows(options.mu_x, options.steps):
        return other
    return min(other, found, key=lambda one: one[0].at(**one[1]))


def _at_base_iterates(options: argparse.Namespace) -> Any:
    """Return the bound that holds at μ_y = 0 alone, if it is asked for and has its numbers."""
    own = options.regret is not None or options.discounted_regret is not None
    asked = (options.metric, options.averaging, options.mu_y) == ("last", "exponential", 0)
    needed = options.radius is not None and options.lipschitz is not None
    if own or not asked or not needed or options.base not in (None, OGD.name):
        return None
    from gpa_theory.symbolic.schedules.log_log import LogLog

    return LogLog(frozenset({"gamma", "mu_x"} & _given(options).keys()))


def _given(options: argparse.Namespace) -> dict[str, Any]:
    return {name: getattr(options, name) for name in NUMBERS if getattr(options, name) is not None}


def _for_any_mu_y(options: argparse.Namespace) -> tuple[Any, dict[str, Any]]:
    """Return the bound that holds for every μ_y, and the numbers it takes."""
    bound = _theorem(options)
    if "mu_x" in bound.parameters and options.mu_x is None:
        if options.metric != "last" or options.gamma is not None:
            raise refuse("gpa bound", "--mu-x", "is needed")
        bound = bound.horizon()
    elif options.gamma is None and "gamma" in bound.parameters:
        bound = bound.tuned("gamma")
    given = _given(options) | _own_constants(options)
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


def _theorem(options: argparse.Namespace) -> Any:
    """Return the bound around a base of the table, or around any base with a stated regret."""
    from gpa_theory.symbolic.rates import bound as theorem

    known = {name: getattr(options, name) for name in ("against", "domain")}
    known = {name: words for name, words in known.items() if words is not None}
    if options.not_linearized:
        known["linearized"] = False
    stated = options.regret is not None or options.discounted_regret is not None
    if not stated and (known or options.constant):
        raise refuse("gpa bound", "--regret", "is needed: something is said of it")
    return theorem(
        options.base if stated else options.base or OGD.name,
        options.metric,
        options.averaging,
        regret=options.regret,
        discounted=options.discounted_regret,
        **known,
    )


def _own_constants(options: argparse.Namespace) -> dict[str, float]:
    """Return the constants of a stated regret by name."""
    found: dict[str, float] = {}
    for text in options.constant:
        name, _, value = text.partition("=")
        name = name.strip()
        call, rule = f"gpa bound --constant {text}", "must be NAME=VALUE, each name once"
        if not name.isidentifier() or name in found or name in NUMBERS:
            raise refuse(call, "--constant", rule)
        try:
            found[name] = float(value)
        except ValueError:
            raise refuse(call, "--constant", rule) from None
    return found


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


def describe(bound: Any, values: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    """Return the JSON object of `gpa bound`: what was asked, and what is known of it."""
    chosen = bound.choices_at(**values)
    base = {**BASES, ANY.name: ANY}[bound.base]
    why = bound.vacuous(moves=base.bounded_steps, **values)
    inputs = {n: getattr(options, n) for n in ("metric", "averaging", "mu_y", *NUMBERS)}
    inputs = {"base": base.name, **inputs}
    if base is ANY:
        inputs |= {n: getattr(options, n) for n in ("regret", "discounted_regret")}
        inputs["constants"] = _own_constants(options)
    if bound.per_epsilon != 0 and options.epsilon is None:
        inputs["epsilon"] = 0.0
    return {
        "value": bound.at(**values),
        "vacuous": bool(why),
        **({"reason": why} if why else {}),
        "terms": bound.terms_at(**values),
        "gamma": chosen.get("gamma", options.gamma),
        "mu_x": chosen.get("mu_x", options.mu_x),
        "metric": options.metric,
        "quantity": bound.quantity,
        "formula": str(bound.formula),
        "assumptions": list(bound.hypotheses),
        "label": bound.label.value,
        "source": bound.source,
        "update": base.update,
        "inputs": inputs,
    }


def _text(bound: Any, found: dict[str, Any]) -> str:
    lines = [f"{found['quantity']} ≤ {found['value']:.6g}   [{found['label']}]"]
    if found["vacuous"]:
        lines.append(f"vacuous      {found['reason']}")
    lines += [f"  {name:10} {value:.6g}" for name, value in found["terms"].items()]
    lines.append(f"  = {found['formula']}")
    tuned = bound.choices
    for name in ("gamma", "mu_x"):
        if found[name] is not None:
            how = "tuned" if any(s.name == name for s in tuned) else "given"
            lines.append(f"{name:12} {found[name]:.6g} ({how})")
    if bound.per_epsilon != 0:
        epsilon = found["inputs"]["epsilon"]
        lines.append(f"{'epsilon':12} {epsilon:.6g}" + (" (u minimizes f)" if epsilon == 0 else ""))
    lines.append(f"update       {found['update']}")
    at_z = any("μ_y" in words for words in found["assumptions"])
    any_mu_y = "" if at_z else "; any 0 ≤ μ_y ≤ 1"
    lines.append("assumes      " + "; ".join(found["assumptions"]) + any_mu_y)
    lines.append(f"source       {found['source']}")
    return "\n".join(lines)
