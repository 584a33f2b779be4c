"""Where does a window cost nothing, and what does it cost beyond?  The map of the minimax region.

Read `region` (the end of the free region against T and μ_y, certain signs), `beyond` (certified
worst cases outside it, at fixed (1−μ_x)T), `line` (lower ends at long horizons, and a proof that
the loss has no bound), then `figure`, `words` (the README) and `record` (makes all); `log_log` is a
record of its own (is the log-log bound tight?).  Each but `figure` and `words` is a command, such
as `python -m experiments.minimax.record FOLDER`.
Public: nothing; the manifest of a record names its command.
May be imported by tests.
"""
