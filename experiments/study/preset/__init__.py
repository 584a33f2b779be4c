"""What a study does: its preset, the runs that follow from it, and how long they take.

Read `preset` (what a study does) with `keys`, `seeds`, `audit_table`, `horizon_table` and
`prior_table` (what every key must be, checked before anything is spent), `grid` (where a grid
ends), `jobs` (the runs, and the choice of a setting), then `timing`.
Public: `Preset`, `load`, `Job`, `Choice`.
Imports `arms`, `engine` and `workloads`, no other room of a study.
May be imported by all of `study`, by `cli` and by `paired_looks`.
"""

from experiments.study.preset.jobs import Choice as Choice
from experiments.study.preset.jobs import Job as Job
from experiments.study.preset.preset import Preset as Preset
from experiments.study.preset.preset import load as load
