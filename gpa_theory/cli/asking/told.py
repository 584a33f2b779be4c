"""An answer of `worst_case.questions` in words and as a JSON object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gpa_theory.worst_case.questions.answer import Answer

LEAST = 1e-6  # multipliers that are printed


def in_words(found: Answer, bound: float | None) -> str:
    """Return the lines that `gpa worst-case` prints."""
    lines = [found.words]
    if bound is not None:
        lines.append(f"proved bound {bound:.9g}")
    lines.append(f"solver       Clarabel ({found.status}); both ends exact for f {found.of_words}")
    return "\n".join(lines)


def as_json(found: Answer, bound: float | None) -> dict[str, Any]:
    """Return the JSON object of `gpa worst-case`, with the names that it has for any question."""
    return {
        "lower": found.lower,
        "upper": found.upper,
        "width": found.width,
        "label": "certified",
        "bound": bound,
        "metric": found.metric,
        "class": found.of_words,
        "solver": "Clarabel",
        "certificate": None,
        "multipliers": {
            name: float(value) for name, value in found.proof.multipliers.items() if value > LEAST
        },
    }
