"""Training loops to copy: the optimizer in each of the usual surroundings, run by the tests.

Read `plain` first; `ddp` and `fsdp2` are started by torchrun, `trainer` and `lightning` need the
packages of the extra "interop".
Public: nothing to import; each module is a script.
Imports `gpa_theory.optim` alone, through its face, as a user would.  May be imported by nobody.
"""
