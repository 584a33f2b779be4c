"""Derive, check and transfer the convergence theory of Generalized Primal Averaging.

The public nouns, each imported on first use so that `import gpa_theory` stays instant:

* what GPA is: `Averaging` (`Uniform`, `Polynomial`, `Exponential`, `Warmed`, `BiasCorrected`),
  `GPA`, `Iterates`, `run`;
* what other methods are inside GPA: `Converted`, made by `from_nesterov`, `from_heavy_ball`,
  `from_qhm`, `from_schedule_free`, `from_ema`, `from_acsa` and `from_diloco`; each has its `to_…`;
* how a proof looks: `Point`, `Premise`, `Certificate`, `Assumption`;
* what is proved: `Bound`, made by `bound(base, metric)` or for any base by `bound(regret=…)`;
  `minimax`, whether a method attains DG/√T; on quadratics `stability_limit` and
  `stationary_variance`;
* what is certified: `certify`, the worst case of a `Method` or of a plain function of yours over a
  `FunctionClass`; `tune`, the constants of a family with the least one;
* what is measured: `Problem` (`load`; `problem` and `finite_sum` from your data, on a `Ball` or a
  `Box`), `Trajectory`, made by `simulate`;
* what is claimed: `Claim`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpa_theory.core.faces import on_first_use

if TYPE_CHECKING:
    from gpa_theory.core.assumptions import Assumption as Assumption
    from gpa_theory.core.averaging import Averaging as Averaging
    from gpa_theory.core.averaging import Exponential as Exponential
    from gpa_theory.core.averaging import Polynomial as Polynomial
    from gpa_theory.core.averaging import Uniform as Uniform
    from gpa_theory.core.certificate import Certificate as Certificate
    from gpa_theory.core.certificate import Premise as Premise
    from gpa_theory.core.conversions.acsa import from_acsa as from_acsa
    from gpa_theory.core.conversions.acsa import to_acsa as to_acsa
    from gpa_theory.core.conversions.averages import from_ema as from_ema
    from gpa_theory.core.conversions.averages import from_schedule_free as from_schedule_free
    from gpa_theory.core.conversions.averages import to_ema as to_ema
    from gpa_theory.core.conversions.averages import to_schedule_free as to_schedule_free
    from gpa_theory.core.conversions.converted import Converted as Converted
    from gpa_theory.core.conversions.diloco import from_diloco as from_diloco
    from gpa_theory.core.conversions.diloco import to_diloco as to_diloco
    from gpa_theory.core.conversions.momentum import from_heavy_ball as from_heavy_ball
    from gpa_theory.core.conversions.momentum import from_nesterov as from_nesterov
    from gpa_theory.core.conversions.momentum import from_qhm as from_qhm
    from gpa_theory.core.conversions.momentum import to_heavy_ball as to_heavy_ball
    from gpa_theory.core.conversions.momentum import to_nesterov as to_nesterov
    from gpa_theory.core.conversions.momentum import to_qhm as to_qhm
    from gpa_theory.core.gram import Point as Point
    from gpa_theory.core.recursion import GPA as GPA
    from gpa_theory.core.recursion import Iterates as Iterates
    from gpa_theory.core.recursion import run as run
    from gpa_theory.core.windows import BiasCorrected as BiasCorrected
    from gpa_theory.core.windows import Warmed as Warmed
    from gpa_theory.numeric.problems.catalogue import load as load
    from gpa_theory.numeric.problems.domain import Ball as Ball
    from gpa_theory.numeric.problems.domain import Box as Box
    from gpa_theory.numeric.problems.domain import Space as Space
    from gpa_theory.numeric.problems.finite_sum import finite_sum as finite_sum
    from gpa_theory.numeric.problems.own import problem as problem
    from gpa_theory.numeric.problems.problem import Problem as Problem
    from gpa_theory.numeric.trajectory import Trajectory as Trajectory
    from gpa_theory.numeric.trajectory import simulate as simulate
    from gpa_theory.symbolic.bound import Bound as Bound
    from gpa_theory.symbolic.quadratics.stability import stability_limit as stability_limit
    from gpa_theory.symbolic.quadratics.variance import stationary_variance as stationary_variance
    from gpa_theory.symbolic.rates import bound as bound
    from gpa_theory.verify.claims import Claim as Claim
    from gpa_theory.worst_case.certifying import certify as certify
    from gpa_theory.worst_case.minimax.verdict import minimax as minimax
    from gpa_theory.worst_case.model.classes import FunctionClass as FunctionClass
    from gpa_theory.worst_case.model.methods import Method as Method
    from gpa_theory.worst_case.tuning import tune as tune

_HOME = {
    "Assumption": "core.assumptions",
    "Averaging": "core.averaging",
    "Exponential": "core.averaging",
    "BiasCorrected": "core.windows",
    "Polynomial": "core.averaging",
    "Warmed": "core.windows",
    "Uniform": "core.averaging",
    "Certificate": "core.certificate",
    "Premise": "core.certificate",
    "from_acsa": "core.conversions.acsa",
    "to_acsa": "core.conversions.acsa",
    "from_ema": "core.conversions.averages",
    "from_schedule_free": "core.conversions.averages",
    "to_ema": "core.conversions.averages",
    "to_schedule_free": "core.conversions.averages",
    "Converted": "core.conversions.converted",
    "from_diloco": "core.conversions.diloco",
    "to_diloco": "core.conversions.diloco",
    "from_heavy_ball": "core.conversions.momentum",
    "from_nesterov": "core.conversions.momentum",
    "from_qhm": "core.conversions.momentum",
    "to_heavy_ball": "core.conversions.momentum",
    "to_nesterov": "core.conversions.momentum",
    "to_qhm": "core.conversions.momentum",
    "Point": "core.gram",
    "GPA": "core.recursion",
    "Iterates": "core.recursion",
    "run": "core.recursion",
    "load": "numeric.problems.catalogue",
    "finite_sum": "numeric.problems.finite_sum",
    "Ball": "numeric.problems.domain",
    "Box": "numeric.problems.domain",
    "Space": "numeric.problems.domain",
    "problem": "numeric.problems.own",
    "Problem": "numeric.problems.problem",
    "Trajectory": "numeric.trajectory",
    "simulate": "numeric.trajectory",
    "Bound": "symbolic.bound",
    "bound": "symbolic.rates",
    "stability_limit": "symbolic.quadratics.stability",
    "stationary_variance": "symbolic.quadratics.variance",
    "Claim": "verify.claims",
    "FunctionClass": "worst_case.model.classes",
    "Method": "worst_case.model.methods",
    "certify": "worst_case.certifying",
    "minimax": "worst_case.minimax.verdict",
    "tune": "worst_case.tuning",
}
__getattr__, __dir__, __all__ = on_first_use(__name__, _HOME)
