"""Descent with its own averaging: from the tails of a run to any weights, and how far it reaches.

Read in this order: `tails` (how tails of regret bound any weighted sum of gaps), `balanced` (bounds
D²/(2γT) + (γG²/2)K at numbers), `window` (the sum that constant steps and constant μ_x make of the
tails at μ_y = 0), `log_log` (that bound), `reach` (the mean, for any μ_y, as μ_x tends to 1).
Public: nothing; `symbolic.theorems` lists the proofs.
May be imported by `symbolic.theorems`, `verify`, `cli` and `experiments`; imports the engine,
`bases`, `minimax` and `evaluation`.
"""
