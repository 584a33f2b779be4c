"""The command that the record of 2026-11-25 names; its code is `experiments.worst_case.figure`."""

import sys

from experiments.worst_case.figure import main

if __name__ == "__main__":
    main(*sys.argv[1:])
