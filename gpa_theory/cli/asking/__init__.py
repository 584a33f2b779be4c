"""What more does `gpa worst-case` take: other questions, and constants that change with t?

Read `options` (what is asked beside the plain metric and start), `varying` (μ_x, μ_y and γ as lists
or from a file) on `formulas` (or as formulas in t), `proved` (the bound beside the interval),
`filed` (certificates and theorems as files), `showing` (the worst function) and `told` (an answer
in words and as JSON).
Public: the functions of these modules.
May be imported by the commands of `cli` and tests.
"""
