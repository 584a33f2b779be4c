"""How good is each method at its best constants, and how far does certification reach?

Read `table` (tuned last iterates, method against method) with `figure`; `smooth` (where Huber's
function is the worst), `scale` (long horizons and what they take), `certificates` (makes the exact
certificates that the package ships), `looseness` (every proved bound over its certified worst case,
with its `looseness_words`), `five_lines` (a method of one's own, with PEPit beside it).
Then the `zoo`, many methods in a few lines each: `zoo_averaged` (what is GPA), `zoo_momentum`,
`zoo_smooth`, and `zoo_table`, which tunes them all alike, with its `zoo_words`.
Each but the methods is a command: `python -m experiments.worst_case.table`.

Public: nothing; the manifest of a record names its command.
May be imported by the modules `experiments.worst_case_table`, `experiments.worst_case_figure`,
`experiments.worst_case_scale` and `experiments.worst_case_smooth`, which keep the commands of
earlier records working.
"""
