"""Do the statistics keep their level?  Studies whose truth is known, and their record.

Read `studies` (null and planted studies on real runs), then `record` (README and figure).
Public: `Design`, `calibrate`.
Imports `engine`, `stats` and `study.run`.
May be imported by `study.record` and the command `experiments.cli.calibrate`.
"""

from experiments.study.calibration.studies import Design as Design
from experiments.study.calibration.studies import calibrate as calibrate
