"""What can be done from a terminal?  `gpa COMMAND …`, one file per command.

Read in this order: `main` (the table of commands), `guard` (the parser; the one place where errors
and signals become messages and exit codes) on `streams` (which take whatever is printed) and
`spelling` (μ as mu, where an encoding has no Greek) and `endings` (Ctrl-C and its like), `exits`,
`arguments` (numbers of a sane size), `own` (a name from a file of the user), `results` (a result
reaches its file or is kept), `bounding` (what `gpa bound` prints), `asking` (what
more `gpa worst-case` takes), then any command:
`add_arguments` declares its options, `main` runs it, its docstring is its help.
Public names: `main.run`; `guard.guarded` for other programs of the project.
May be imported by `gpa_theory.__main__`, `experiments` and tests; imports everything, but only
inside `main`, so that `--help` is instant.
"""
