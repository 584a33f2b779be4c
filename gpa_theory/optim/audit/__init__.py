"""The exact step identity on a live run: does the convex theory transfer to this training?

Read in this order: `observer` (`Audit`, the observer of a run), `weights` and `points` (where a
step is looked at), `loss` (f of one batch, and nothing but a function), `measure` and `products`
(f, gradients, inner products), `terms` (the identity with rounding floors), `record` (the lines of
a file), `mean` and `cost`, `columns` (the records as arrays); on these `verdict`, `summary` and
`plot`; `report` hands them out, and `replay` audits a run against its own end.
Public names: `Audit`, `AuditReport`, `replay`.  May be imported by `experiments` and tests.
"""

from gpa_theory.optim.audit.observer import Audit as Audit
from gpa_theory.optim.audit.replay import replay as replay
from gpa_theory.optim.audit.report import AuditReport as AuditReport
