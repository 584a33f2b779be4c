"""A certificate as a Rocq file: the theorem for this method, class and horizon, and its proof.

The file states the bound in the vocabulary of the project's development and proves it by the
checker of `proofs/rocq/certificates`: `coqc` computes with integers and trusts nothing written
here.  It compiles beside the compiled development: `coqc -Q proofs/rocq GPA FILE.v`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

from gpa_theory.core.averaging import Exponential, Uniform, rho
from gpa_theory.core.gram import basis
from gpa_theory.core.metrics import METRICS
from gpa_theory.core.validation import refuse
from gpa_theory.worst_case.model.methods import Averaged
from gpa_theory.worst_case.model.sampling import readout
from gpa_theory.worst_case.rational.integral import BITS, Integral, factored, integral
from gpa_theory.worst_case.rational.statement import START, Statement, points
from gpa_theory.worst_case.rational.stored import Stored

WIDTH = 98  # of a line
STATED = {  # the metrics that the development can state, without − f u
    "last": "f (x {T}%nat)",
    "base": "f (z {T}%nat)",
    "average": "f (mean x {T})",
    "mean": "rsum (fun t => f (x t)) {T} / {T}",
    "telescoped": "rsum (fun t => f (x t)) {T} / {T} - {past} * (f (x 1%nat) - f (x {T}%nat))",
}


def check_stated(call: str, metric: str) -> None:
    """Raise unless the development can state the metric."""
    if metric in METRICS and metric not in STATED:
        raise refuse(call, "metric", f"must be one of {', '.join(STATED)} to become a theorem")


@dataclass(frozen=True, slots=True)
class _Constants:
    """The constants of a method, as a theorem needs them."""

    mu_x: Fraction | None  # None: c_t = 1/t
    mu_y: Fraction
    gamma: Fraction

    @property
    def averaging(self) -> str:
        return "uniform" if self.mu_x is None else f"(exponential {_real(self.mu_x)})"

    @property
    def described(self) -> str:
        kind = "uniform" if self.mu_x is None else "exponential"
        given = [self.mu_y, self.gamma] if self.mu_x is None else [self.mu_x, self.mu_y, self.gamma]
        parts = " ".join(f"{v.numerator} {v.denominator}" for v in given)
        return f"{kind}_method {parts}"

    def denominator(self, steps: int, metric: str) -> int:
        """Return what the development's places of y_t, x_t and the metric's point divide."""
        found = 1
        for t in range(2, steps + 1):
            found *= t if self.mu_x is None else self.mu_x.denominator
        found *= self.gamma.denominator * self.mu_y.denominator
        return found * (steps if metric == "average" else 1)


def _constants(of: Statement) -> _Constants:
    method: Any = of.method
    if not isinstance(method, Averaged) or isinstance(method.gamma, tuple):
        raise refuse("theorem()", "method", "must be GPA with a constant step")
    averaging = method.method.averaging
    if not isinstance(averaging, (Exponential, Uniform)):
        raise refuse("theorem()", "averaging", "must be Exponential or Uniform")
    mu_x = Fraction(averaging.mu_x) if isinstance(averaging, Exponential) else None
    return _Constants(mu_x, Fraction(method.method.mu_y), Fraction(method.gamma))


def _real(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"({value.numerator} / {value.denominator})"


def _listed(items: Iterable[str]) -> str:
    """Return a list of Rocq on lines of at most `WIDTH` characters where items allow it."""
    lines, line = [], "["
    for k, item in enumerate(items):
        part = item if k == 0 else f"; {item}"
        if len(line) + len(part) > WIDTH:
            lines.append(line + (";" if k else ""))
            line, part = "   ", item
        line += part
    return "\n".join([*lines, line + "]"])


def _rows(rows: Iterable[Iterable[str]]) -> str:
    return "[\n  " + ";\n  ".join(_listed(row) for row in rows) + "]"


def _point(name: str) -> str:
    """Return the development's name of a sampled point: y3 is AtY 3.

    >>> _point("x20"), _point("mean")
    ('(AtX 20)', 'AtMean')
    """
    return "AtMean" if name == "mean" else f"(At{name[0].upper()} {name[1:]})"


def _metric(of: Statement, unit: int) -> list[str]:
    """Return the metric's values: weight, point, and the number of the sample that lies there."""
    names = [START, *(f"g(y{t})" for t in range(1, of.steps))]
    trace = of.method.play(lambda t, y: basis(names[t]), basis(names[0]), of.steps)
    found = points(of)
    return [
        f"({int(weight * unit)}, {_point(name)}, {found.positions.index(at) + 1}%nat)"
        for name, at, weight in readout(of.method, of.steps, of.metric, trace)
    ]


def theorem(of: Stored, name: str = "bound_holds") -> str:
    """Return the Rocq file of a certificate; Lipschitz classes and the metrics of `STATED`.

    Errors: `ValueError` for a method, class or metric that the development does not state;
    `CertificateError` for multipliers that prove nothing.
    """
    s = of.statement
    check_stated(f"theorem(metric={s.metric!r})", s.metric)
    constants = _constants(s)
    past = Fraction(0)
    if s.metric == "telescoped":
        past = rho(Exponential(constants.mu_x), Fraction(2)) / s.steps
    unit = lcm(s.steps, past.denominator) if s.metric in ("mean", "telescoped") else 1
    whole = integral(s, of.flow, of.norms, constants.denominator(s.steps, s.metric), unit)
    columns = factored(whole.left_over(), whole.common * whole.unit)
    stated = STATED[s.metric].format(T=s.steps, past=_real(past))
    return "\n".join(
        (
            _HEAD,
            _asked(s, constants, whole),
            _given(s, whole, columns),
            "Lemma accepted : check asked given = true.",
            "Proof. vm_cast_no_check (eq_refl true). Qed.\n",
            _proved(s, constants, stated, name),
        )
    )


_HEAD = """(** A worst-case bound, with its proof, as `gpa worst-case --rocq` writes it.  Beside the
    compiled development, `coqc -Q proofs/rocq GPA FILE.v` checks it. *)

From Coq Require Import Reals ZArith List Lra.
From GPA Require Import Definitions Multipliers Places WorstCase.
Import ListNotations.
Open Scope Z_scope.
"""


def _asked(of: Statement, constants: _Constants, whole: Integral) -> str:
    limits = {"radius": of.of.radius, "lipschitz": of.of.lipschitz, "bound": of.bound}
    entries = [f"of_method := {constants.described}", f"horizon := {of.steps}%nat"]
    entries.append(f"metric := {_listed(_metric(of, whole.unit))}")
    entries += [
        f"{name}_num := {v.numerator}; {name}_den := {v.denominator}" for name, v in limits.items()
    ]
    return "Definition asked : question := {|\n  " + ";\n  ".join(entries) + "\n|}.\n"


def _given(of: Statement, whole: Integral, columns: list[list[int]]) -> str:
    outputs = _listed(_point(name) for name in points(of).names[of.steps - 1 :])
    arcs = _rows([f"({i}%nat, {value})" for i, value in row] for row in whole.arcs)
    entries = [
        f"outputs := {outputs}",
        f"common := {whole.common}",
        "multipliers := {|",
    ]
    inner = [
        f"over := {whole.unit}",
        f"arcs := {arcs}",
        f"norms := {_listed(map(str, whole.norms))}",
        f"scale := {4**BITS}",
        f"share := {whole.common * whole.unit}",
        f"factor := {_rows(map(str, column) for column in columns)}",
    ]
    body = ";\n  ".join(entries) + "\n  " + ";\n  ".join(inner)
    return "Definition given : evidence := {|\n  " + body + "\n|} |}.\n"


_PROVED = """Open Scope R_scope.

Theorem {name} :
  forall (V : Type) (space : InnerSpace V) (f : V -> R) (z x y g : nat -> V) (u : V),
  lipschitz_class {G} f ->
  subgradient_run {c} {mu_y} {gamma} f z x y g {T} ->
  (forall v, f u <= f v) -> sqnorm (z 1%nat -v u) <= {D} ^ 2 ->
  {stated} - f u <= {bound}.
Proof.
  intros V space f z x y g u Class Run Least Near.
  assert (Method : described (of_method asked) {c} {mu_y} {gamma} {T}).
  {{ apply {kind}_described; (split; [ reflexivity | lra ]). }}
  destruct (worst_case_sound asked given {c} {mu_y} {gamma} {G} {D}
    {bound} f z x y g u accepted Method) as [Unit Sum];
    try assumption; try (unfold asked;
      cbn [radius_num radius_den lipschitz_num lipschitz_den bound_num bound_den]; lra).
  unfold asked, given in Unit, Sum.
  cbn [metric metric_sum here at_ horizon multipliers over] in Unit, Sum. cbn [rsum]. lra.
Qed.

Print Assumptions {name}.
"""


def _proved(of: Statement, constants: _Constants, stated: str, name: str) -> str:
    return _PROVED.format(
        name=name,
        G=_real(of.of.lipschitz),
        D=_real(of.of.radius),
        c=constants.averaging,
        kind=constants.averaging.strip("()").split()[0],
        mu_y=_real(constants.mu_y),
        gamma=_real(constants.gamma),
        T=of.steps,
        stated=stated,
        bound=_real(of.bound),
    )
