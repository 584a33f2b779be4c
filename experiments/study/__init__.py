"""Studies: arms × grid × seeds, tuned fairly, judged on fresh seeds, stopped by the clock.

Read `preset` (what a study does), `run` (how its runs are made), `flow` (from preset to data) with
`judging` and `extras`, then the questions it can ask: `instrument`, `ranks`, `horizon`,
`calibration`, each on runs that are `watched`; `plan` says what it will cost, with
what `prior` knows before, and `record` writes what it found.
Public: `flow.Study`, `preset.load`, `plan.lines`, `record.report.write`.
Imports `engine`, `stats` and what is below them.  May be imported by `cli` and `paired_looks`.
"""
