"""Do the bounds order settings as their final losses do?

Read `bounds` (the bounds of every setting, from cheap runs), `transfer` (τ, its interval, and what
trusting a bound costs), then `figure`.
Public: `bounds.wanted`, `bounds.prepared`, `transfer.summary`.
Imports `study.preset`, `study.watched`, `stats` and the bounds of the package.
May be imported by `extras`, `plan` and `record` of a study.
"""
