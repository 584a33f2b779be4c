"""Does the theory transfer to training?  Workloads, arms, an engine, studies and their records.

Read `workloads` and `arms` (what is trained, and how), `engine` (one run), `study` (what is asked
of many), then `stats` (what may be said).  `canvas` is where every figure begins; `benchmarks`,
`worst_case` and `bounds_against_runs` make records of other kinds; `examples` are loops to copy.
Public: the command `python -m experiments`, whose commands are in `cli`.
It may import anything of `gpa_theory`, where nothing imports it.
"""
