"""What exactly does each claim say, as a theorem that can be printed?

Read in this order: `setting` (the sentences that many begin with), `identities`, `regrets`,
`conversions`, `general`, `minimax`, `schedules`, `methods`, `quadratics`, `numbers` (the record of
what was run), `worst_cases`, `exceeding`, `measured`; then `table`, which has the statement of
every claim.
Hypotheses are written by hand; formulas that an object of the package carries are taken from it.
Public names: those below.
May be imported by `report`.
"""

from gpa_theory.report.statements.table import statement as statement
