"""Runs that are watched while they train: made in memory, silent, their end can be read.

Read `plain` (such a run), `audited` (one member, under an audit), then `measured` (a whole
ensemble, inner products only).
Public: `Plain`, `Audited`, `Measured`; `audited.audited` audits a run from beginning to end.
Imports the engine and the package's audit; instrument, ranks and horizon import it.
"""

from experiments.study.watched.audited import Audited as Audited
from experiments.study.watched.measured import Measured as Measured
from experiments.study.watched.plain import Plain as Plain
