"""Single-worker DiLoCo around any optimizer: the method that GPA smooths, as a baseline.

Read in this order: `optimizer` (the class), `anchors` (the outer step), `groups` (what a parameter
group keeps).
Public name: `DiLoCo`.
May be imported by whoever trains; it stands beside `gpa` on `wrapper` and does not use it.
"""

from gpa_theory.optim.diloco.optimizer import DiLoCo as DiLoCo
