"""The command that the record of 2026-11-25 names; its code is `experiments.worst_case.scale`."""

import sys

from experiments.worst_case.scale import main

if __name__ == "__main__":
    main(*sys.argv[1:])
