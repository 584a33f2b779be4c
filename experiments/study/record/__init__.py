"""What a study leaves behind: its README and figures, and the table of all records.

Read `report` (the README, a function of the data alone) with `standing` (how far each arm was
tuned) and `command` (what makes it again), `figures` and `setting_map` (what it shows), then
`records` (every record as one table).
Public: `report.write`, `report.summary`, `records.found`, `records.regenerate`.
Imports the lines and the figure of every question.  May be imported by `cli`.
"""
