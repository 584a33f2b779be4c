"""Where samples come from: batch t of seed k is a function of (k, t), so one integer resumes a run.

Read `chunks` (rows of tokens dealt out without repeats), then the sources: `stdlib` with `twins`
(bytes, split by content), `digits`, `glyphs`, `folder` (ImageNet), `shards` with `hub`, `reach`
and `sources` (token files, and how they are made).
Public: the classes of those modules; the command `experiments prepare` writes shards.
Imports no other room.  May be imported by `workloads` and, for that command, by `cli`.
"""
