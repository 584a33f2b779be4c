"""Runs that are watched while they train: they write nothing, and stay in memory to be read.

Read `plain` (such a run), `audited` (one member, under an audit), then `measured` (a whole
ensemble, inner products only).
Public: `Plain`, `Audited`, `Measured`; `audited.audited` audits a run from beginning to end.
Imports `engine` and the audit of the package.
May be imported by `instrument`, `ranks` and `horizon`.
"""

from experiments.study.watched.audited import Audited as Audited
from experiments.study.watched.measured import Measured as Measured
from experiments.study.watched.plain import Plain as Plain
