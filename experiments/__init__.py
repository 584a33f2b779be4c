"""Does the theory transfer to training?  Workloads, arms, an engine, studies and their records.

Read `workloads` and `arms` (what is trained, and how), `engine` (one run), `study` (what is asked
of many), then `stats` (what may be said).  `canvas` is where every figure begins, `locking` keeps
two processes out of one folder, `placing` makes that of a record, `reading` reads only what is a
file; `benchmarks`, `worst_case`, `bounds_against_runs`, `interval_coverage` and `paired_looks` make
records of other kinds; `examples` are loops to copy.
Public: the command `python -m experiments`, whose commands are in `cli`.
It may import anything of `gpa_theory`, where nothing imports it.
"""
