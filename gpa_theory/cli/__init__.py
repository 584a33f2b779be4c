"""What can be done from a terminal?  `gpa COMMAND …`, one file per command.

Read in this order: `main` (the parser; the one place where errors become exit codes), `exits`, then
any command: `add_arguments` declares its options, `main` runs it, its docstring is its help.
Public names: `main.run`.
May be imported by `gpa_theory.__main__` and tests; imports everything, but only inside `main`, so
that `--help` is instant.
"""
