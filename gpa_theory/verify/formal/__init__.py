"""What does Rocq prove that no Python certificate states?  The claims, and runs that could fail.

Read in this order: `lemmas` (the record that ships, and the check that a claim is a lemma of it),
`statements` (the claims), then their runs: `arbitrary` (any base, any weights), `expectation`
(noise, every outcome of it), `strong` (strong convexity), `attained` (minimax methods).
Public names: those below.
May be imported by `verify.registry` and by `report`; imports the checks of `verify`.
"""

from gpa_theory.verify.formal.lemmas import Lemma as Lemma
from gpa_theory.verify.formal.lemmas import lemma as lemma
from gpa_theory.verify.formal.statements import claims as claims
