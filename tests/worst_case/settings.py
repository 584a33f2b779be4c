"""Settings that several worst-case tests share: classes, methods and metrics, μ in the interior."""

from fractions import Fraction

from gpa_theory.worst_case.model.classes import FunctionClass
from gpa_theory.worst_case.model.methods import DiLoCo, gpa, polyak_ruppert, schedule_free, sgd

LIPSCHITZ = FunctionClass(lipschitz=1)
SCALED = FunctionClass(lipschitz=3, radius=Fraction(1, 2))
SMOOTH = FunctionClass(smoothness=2, radius=Fraction(3, 2))
STRONG = FunctionClass(smoothness=1, strong_convexity=Fraction(1, 5))
CLASSES = {"lipschitz": LIPSCHITZ, "scaled": SCALED, "smooth": SMOOTH, "strong": STRONG}
METHODS = {
    "gpa": gpa(0.8, 0.35, 0.4),
    "primal-averaging": gpa(0.6, 1, 0.5),
    "ema": gpa(0.7, 0, 0.3),
    "schedule": gpa(0.5, 0.25, [0.5, 0.4, 0.3, 0.2]),
    "sgd": sgd(0.3),
    "schedule-free": schedule_free(0.9, 0.5),
    "polyak-ruppert": polyak_ruppert(0.5),
    "diloco": DiLoCo(0.4, 0.2, 0.7, inner_steps=2),
}
METRICS = ("last", "average", "mean", "base")  # those that every method has
CONSTANT_MU_X = ("gpa", "primal-averaging", "ema", "schedule", "sgd")  # the others need one
