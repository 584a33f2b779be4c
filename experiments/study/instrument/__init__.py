"""The step identity as an instrument: what holds on a training run, by how much, and its controls.

Read `audits` (one audited run, and what all say together), `controls`, then what is read off an
audit: `sign_map`, `base_regret` with `ladder`, `last_iterate`; `figures` and `last_iterate_figure`
draw them.
Public: `AuditJob`.
Imports `study.preset`, `study.watched`, `stats` and what these import.
May be imported by `extras`, `plan` and `record` of a study.
"""

from experiments.study.instrument.audits import AuditJob as AuditJob
