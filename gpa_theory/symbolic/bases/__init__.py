"""How much regret does a base optimizer have?  One file per proof; `core.bases` has the words.

Read in this order: `methods` (how each base moves), `regret` (what such a bound says),
`gradient_descent` (the shortest proof), `stated` (a regret that the user states), then any other
file.
Public names: `Regret`; each file makes one or two of them, and `symbolic.rates.REGRETS` lists them.
May be imported by `symbolic.statement`, `symbolic.rates`, `symbolic.telescoped`,
`symbolic.schedules`,
`symbolic.theorems` and `report`; imports the engine and `schemes`.
"""

from gpa_theory.symbolic.bases.regret import Regret as Regret
