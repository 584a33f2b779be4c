"""One GPA step in place: what the numbers in the tensors do, and in which types.

Read in this order: `groups` (what a parameter group keeps), `update` (the two halves around the
base's step), `passage` (both halves for one group), `around` and `watch` (the base's own step, and
what it left out), `masters` and `rounding` (half precision, δ in bfloat16), `native`, `columns` and
`kernels.cpp` (the same halves, compiled for a CPU).
Public names: none; users meet them through `optim.GPA`.
It lies at the bottom and imports no other room of `optim`.
May be imported by every room of `optim`, and by `experiments`.
"""
