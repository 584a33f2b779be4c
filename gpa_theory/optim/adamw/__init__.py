"""GPA around AdamW in one pass over memory, wherever that computes the same step.

Read in this order: `optimizer` (the class), `backends` (which way the next step goes, and why),
`state` and `columns` (what it finds in the tensors), `cpu` (the compiled step), `cuda` and
`kernels` (the Triton step).
Public name: `GPAAdamW`.
May be imported by whoever trains (`experiments`); inside `optim` no other room needs it.
"""

from gpa_theory.optim.adamw.optimizer import GPAAdamW as GPAAdamW
