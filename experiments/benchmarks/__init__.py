"""How long does it take?  Each module is a command that makes one record of paired times.

Read `paired` first: contenders take turns, and every ratio is of two times in one round.  `optim`
times optimizer steps, `worst_case` certified worst cases, `explorer` the page's frames.
Public: the commands `python -m experiments.benchmarks.NAME FOLDER`.
Imports the package it measures.  May be imported by nobody.
"""
