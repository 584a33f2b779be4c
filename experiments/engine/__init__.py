"""One run of an ensemble: plan, train, evaluate at the right sequence, checkpoint, resume.

Read `config` (all that determines a run) with `rules` (what its keys must be), `loop` (the run
itself), then what it uses: `ranks` (one process or many), `checkpoints` with `sealing` (their
checksums), `journal` (the run's folder), `plan` and `room` (what it will take), `sinks`.
Public: `RunConfig`, `train`.
Imports `arms` and `workloads`, never a study.  May be imported by `study` and `cli`.
"""

from experiments.engine.config import RunConfig as RunConfig
from experiments.engine.loop import train as train
