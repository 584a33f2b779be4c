"""Single-worker DiLoCo around any optimizer: the method that GPA smooths, as a baseline.

Read in this order: `optimizer` (the class), `anchors` (the outer step), `groups` (what a parameter
group keeps).
Public name: `DiLoCo`.
It is built on `wrapper`, as `gpa` is, and does not use `gpa`.
May be imported by whoever trains (`experiments`), and by `integrations`.
"""

from gpa_theory.optim.diloco.optimizer import DiLoCo as DiLoCo
