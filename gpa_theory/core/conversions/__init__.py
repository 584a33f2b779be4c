"""Other methods as settings of GPA, and settings of GPA as other methods, identities told apart.

The question: with which constants is GPA the method I know, and what exactly is equal?
Read in this order: `converted` (what a conversion returns), `momentum` (Nesterov, heavy ball, QHM),
`averages` (Schedule-Free, an average of the weights), `diloco` (the one heuristic), `varying` (a
μ_y that changes from step to step), `acsa` (which needs one).
Public names: `Converted`, `from_nesterov`, `from_heavy_ball`, `from_qhm`, `from_schedule_free`,
`from_ema`, `from_diloco`, `from_acsa`, `to_nesterov`, `to_heavy_ball`, `to_qhm`,
`to_schedule_free`, `to_ema`, `to_diloco`, `to_acsa`.
May be imported by everyone; rests on the recursion and the averagings of `core` alone.
"""
