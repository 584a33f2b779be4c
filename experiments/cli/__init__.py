"""The command line: one module per command of `python -m experiments`, each thin.

Read `commands` (the table of them), then any command; `durations` reads "5m" and "2e9", `files`
asks whether what is named can be read and written, `signals` lets Ctrl-C wait while libraries are
loaded.  Whatever is heavy is imported when a command runs, so that --help is quick.
Public: `COMMANDS`, `Command`.
Imports everything below.  May be imported by `experiments.__main__`.
"""

from experiments.cli.commands import COMMANDS as COMMANDS
from experiments.cli.commands import Command as Command
