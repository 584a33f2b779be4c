"""Last iterates at μ_y = 0: from the tails of a run to any weights, and what constant μ_x costs.

Read in this order: `tails` (how tails of regret bound any weighted sum of gaps), `window` (the sum
S that constant steps and constant μ_x make of it), `log_log` (the bound DG√(S/T) at numbers).
Public: nothing; `symbolic.theorems` lists the proofs.
May be imported by `symbolic.theorems`, `verify` and `cli`; imports the engine and `evaluation`.
"""
