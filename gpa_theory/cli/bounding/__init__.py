"""What does `gpa bound` print, of one bound or of all that are known?

Read in this order: `closer` (bounds of descent alone that may be the smaller ones), `told` (one
bound, as JSON or as text), `listed` (the atlas, and a row of it as a stated regret).
Public: `told.describe`, `listed.show_list`.
It imports `core` and the streams of `cli`.
May be imported by `cli`.
"""
