"""Exit codes, the same for every command."""

OK = 0
VIOLATED = 1
USAGE = 2
INTERNAL = 3
UNDECIDED = 4
NOTHING_SELECTED = 5
INTERRUPTED = 130
