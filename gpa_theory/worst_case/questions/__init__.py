"""What else can be asked: other metrics, other starts, projected steps?

Read `question` (a worst case as linear forms), `posing` (other metrics, f(x_1) − f* ≤ Δ),
`projecting` (steps projected onto a convex set of diameter R), `found` (a solver's floats),
`solving` (where they come from), `ends` (both ends made exact), `searching` (the best of several)
and `answer` (the interval).

Unlike the room's `interval`, which knows one kind of program and is fast at long horizons, this one
takes any forms, at short horizons.
Of the package it imports `core`, `model`, `certify`, `rational` and `solvers`.
May be imported by `certifying`, `cli`, `experiments` and tests.
"""

from gpa_theory.worst_case.questions.answer import Answer as Answer
