"""One GPA step in place: what the numbers in the tensors do, and in which types.

Read in this order: `groups` (what a parameter group keeps), `update` (the two halves around the
base's step), `passage` (both halves for one group), `masters` and `rounding` (half precision, δ in
bfloat16), `native`, `columns` and kernels.cpp (the same halves, compiled for a CPU).
Public names: none; users meet them through `optim.GPA`.
The bottom of `optim`: every other room may import it, and it imports none of them.
"""
