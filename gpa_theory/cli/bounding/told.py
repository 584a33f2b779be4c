"""What `gpa bound` tells of a bound: one JSON object, or lines of text."""

from __future__ import annotations

import argparse
from typing import Any

from gpa_theory.cli.bounding.listed import as_stated, row_of, standing
from gpa_theory.core.atlas.row import COMMON, DERIVED, DISCOUNTED, Row
from gpa_theory.core.bases import ANY, BASES
from gpa_theory.core.labels import Label
from gpa_theory.core.validation import refuse

CONSTANTS = ("lipschitz", "radius", "diameter", "coordinate_diameter", "dimension", "epsilon")
NUMBERS = (*CONSTANTS, "steps", "gamma", "mu_x")


def own_constants(options: argparse.Namespace) -> dict[str, float]:
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


def describe(bound: Any, values: dict[str, Any], options: argparse.Namespace) -> dict[str, Any]:
    """Return the JSON object of `gpa bound`: what was asked, and what is known of it."""
    chosen = bound.choices_at(**values)
    base = {**BASES, ANY.name: ANY}[bound.base]
    row = row_of(options)
    why = bound.vacuous(moves=base.bounded_steps, **values)
    inputs = {n: getattr(options, n) for n in ("metric", "averaging", "mu_y", *NUMBERS)}
    inputs = {"base": base.name, **inputs}
    if base is ANY:
        inputs |= {n: getattr(options, n) for n in ("regret", "discounted_regret")}
        if row is not None:
            stated = as_stated(row, options)
            formulas = {
                "regret": stated.get("regret"),
                "discounted_regret": stated.get("discounted"),
            }
            inputs |= {"base": row.name, **formulas}
        inputs["constants"] = own_constants(options)
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
        "formula": _formula(bound, row, options),
        "assumptions": _assumed(bound, row),
        "label": _label(bound, row),
        "source": bound.source if row is None else _source(bound, standing(row)),
        "update": base.update if row is None else row.method,
        "inputs": inputs,
    }


def _formula(bound: Any, row: Row | None, options: argparse.Namespace) -> str:
    """Return the formula; where the regret is stated at one μ_x, all of it is at that μ_x."""
    if row is None or row.kind != DISCOUNTED:
        return str(bound.formula)
    from gpa_theory.symbolic.engine.symbols import mu_x

    return str(bound.formula.subs(mu_x, options.mu_x))


def _assumed(bound: Any, row: Row | None) -> list[str]:
    """Return all hypotheses; of a row of the atlas with the meaning of every constant."""
    if row is None:
        return list(bound.hypotheses)
    unproved = "" if row.label == DERIVED else " (stated, not proved)"
    said = [words.replace(" (stated, not proved)", unproved) for words in bound.hypotheses]
    own = [f"{name}: {words}" for name, words in row.constants.items()]
    common = [COMMON[name] for name in row.meanings if name in ("D", "G", "R", "R_inf")]
    return [*said, *(c for c in common if not any(c in words for words in said)), *own]


def _label(bound: Any, row: Row | None) -> str:
    """Return how the number is known: no better than the regret that it rests on."""
    is_reported = row is not None and row.label != DERIVED
    return (Label.REPORTED if is_reported else bound.label).value


def _source(bound: Any, regret: str) -> str:
    """Return the source of a bound whose regret is that of a row: the user stated nothing."""
    conversion, of, _ = bound.source.partition("; regret: ")
    return f"{conversion}{of}{regret}"


def _rate(found: dict[str, Any]) -> str:
    return f"rate         ({found['constant']}) · {found['order']}"


def _break_even(found: dict[str, Any]) -> str:
    steps, share = found["steps"], found["share"]
    return f"break-even   from T = {steps} on averaging costs ≤ {share:g} of the regret bound"


def text(bound: Any, found: dict[str, Any]) -> str:
    """Return the same as lines of text."""
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
    for name, words in (("rate", _rate), ("break_even", _break_even)):
        if name in found:
            other = "" if found[name]["of"] == found["formula"] else f"; of {found[name]['of']}"
            lines.append(words(found[name]) + other)
    lines.append(f"update       {found['update']}")
    any_mu_y = "; any 0 ≤ μ_y ≤ 1" if bound.any_mu_y else ""
    lines.append("assumes      " + "; ".join(found["assumptions"]) + any_mu_y)
    lines.append(f"source       {found['source']}")
    return "\n".join(lines)
