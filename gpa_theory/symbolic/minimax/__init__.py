"""The multipliers of the minimax certificate of GPA with constant μ_x, for every T, by machine.

Read in this order: `carried` (an induction over the places of a row), `rows` (the closed form of
the multipliers for any schedule, and why two rows decide), `matched` (what matched decay makes of
them), `first_column` (only the first column can be negative), `limit` (where the free region ends
for large T), `uniform_mean` (Schedule-Free is minimax for every μ_y).
Public: nothing; `symbolic.theorems` lists the proofs but that of `limit`, which serves an argument
on paper.
May be imported by `symbolic.theorems` and `symbolic.schedules`; imports the engine and
`quadratics.step`.
"""
