"""What does Rocq prove that no Python certificate states?  The claims, and runs that could fail.

Read in this order: `lemmas` (the record that ships, and the check that a claim is a lemma of it),
`statements` (the claims), then their runs: `arbitrary` (any base, any weights),
`windows` (averagings whose window grows), `expectation`
(noise, every outcome of it), `strong` (strong convexity), `smooth`, `attained` (minimax methods)
and `unbiased` (the same with noise); `necessity` (that nothing else is minimax) with the runs of
`refuted`; `schedules` (more claims) with the runs of `descent`.
Public names: those below.
May be imported by `verify.registry`, `verify.exceeding`, `verify.multipliers`, `verify.drawn_back`
and by `report`; imports the checks of `verify`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gpa_theory.core.faces import on_first_use

if TYPE_CHECKING:
    from gpa_theory.verify.formal.lemmas import Lemma as Lemma
    from gpa_theory.verify.formal.lemmas import lemma as lemma
    from gpa_theory.verify.formal.statements import claims as claims

_HOME = {  # the record is read where no check is to run
    "Lemma": "lemmas",
    "claims": "statements",
    "lemma": "lemmas",
}
__getattr__, __dir__, __all__ = on_first_use(__name__, _HOME)
