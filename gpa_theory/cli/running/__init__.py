"""What does `gpa run` run on, where it is no problem of the catalog?

`data` reads a CSV file into a problem.
Public: `data.add_arguments`, `data.own_problem`.
It imports `core` and, when asked, the problems.
May be imported by `cli`.
"""
