"""What is known of a worst case in the end: an interval, and what stands behind its two ends."""

from __future__ import annotations

from dataclasses import dataclass

from gpa_theory.core.metrics import METRICS
from gpa_theory.worst_case.model.ball_vector import Array
from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import Method
from gpa_theory.worst_case.model.program import Program
from gpa_theory.worst_case.model.witness import Witness


@dataclass(frozen=True, slots=True)
class WorstCase:
    """A worst case: the interval that holds it, the multipliers and the function behind its ends.

    `flow` and `norms` are those of the normalized class (G = D = 1, or L−σ = D = 1).
    """

    lower: float
    upper: float
    metric: str
    steps: int
    method: Method
    of: FunctionClass
    program: Program
    flow: Array
    norms: Array
    witness: Witness
    solver: str
    status: str

    @property
    def width(self) -> float:
        """Return (upper − lower)/upper."""
        return (self.upper - self.lower) / self.upper if self.upper > 0 else 0.0

    @property
    def words(self) -> str:
        """Return the interval in one line."""
        span = f"[{self.lower:.9g}, {self.upper:.9g}]"
        metric = METRICS[self.metric].gap("f*")
        return f"max {metric} ∈ {span} (certified, relative width {self.width:.1e})"


class WorstCaseError(RuntimeError):
    """No interval was as narrow as requested; the message gives the one found, and the status."""
