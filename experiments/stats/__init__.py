"""What may be said of a few seeds: crossings, intervals that hold their level, verdicts, power.

Read `curves` (losses of several seeds), `welch` (the test of two means), `crossing_set` (where a
curve may equal a target), `speedup` (steps saved), `verdicts` (three values, and the n that would
resolve it), `paired` (arms that share seeds), `looks` (several looks at one level); `over_seeds`
has the intervals of single numbers, `pooled` those within a grid, `ranks` compares orders.
Public: `Curves`, `compare`, `Transfer`, `interval`, `share`.
Imports numpy and the intervals of the package; scipy only where numbers are judged, since a machine
that only trains may lack it.  May be imported by `study` and `interval_coverage`.
"""

from experiments.stats.curves import Curves as Curves
from experiments.stats.over_seeds import interval as interval
from experiments.stats.over_seeds import share as share
from experiments.stats.verdicts import Transfer as Transfer
from experiments.stats.verdicts import compare as compare
