"""From which horizon on does GPA overtake its base?  Predicted from short runs, then tested.

Read `runs` (the prediction, and the runs behind it), `verdict` (consistent, refuted or not
resolved), then `lines` and `figure`.  The keys of the preset's table are in `preset.horizon_table`.
Public: `shorts`, `ladder`, `measure`, `judged`.
Imports `study.preset`, `study.watched`, `stats` and what these import.
May be imported by `extras`, `plan` and `record` of a study.
"""

from experiments.study.horizon.runs import ladder as ladder
from experiments.study.horizon.runs import measure as measure
from experiments.study.horizon.runs import shorts as shorts
from experiments.study.horizon.verdict import judged as judged
