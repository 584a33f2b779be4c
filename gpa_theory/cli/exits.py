"""Exit codes, the same for every command."""

OK = 0
VIOLATED = 1
USAGE = 2
INTERNAL = 3
UNDECIDED = 4
NOTHING_SELECTED = 5
UNWRITTEN = 6  # the work was done, but its result could not be written where it was asked for
INTERRUPTED = 130  # 128 + the number of SIGINT; other signals likewise
