"""How good is each method at its best constants, and how far does certification reach?

Read `table` (tuned last iterates, method against method) with `figure`; `smooth` (where Huber's
function is the worst), `scale` (long horizons and what they take), `certificates` (makes the exact
certificates that the package ships).  Each is a command: `python -m experiments.worst_case.table`.

Public: nothing; a record's manifest names the command.  Nobody imports these but each other and
the shims beside this folder, which keep the commands of earlier records working.
"""
