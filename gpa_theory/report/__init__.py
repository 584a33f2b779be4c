"""What do people take away?  Tables, citations, the proofs page, and where a number came from.

Read in this order: `tables` (claims and outcomes), `cite` with `hypotheses` and `unicode` (a claim
as a LaTeX theorem), `proofs` and `proofs_page` (the lemma behind a claim), `manifest` (which code
made a result), `readme` (writes the table of claims).
Public names: those below.
Imports `verify` and `symbolic`.  May be imported by `cli`, `experiments` and tests.
"""

from gpa_theory.report.cite import bibtex as bibtex
from gpa_theory.report.cite import theorem as theorem
from gpa_theory.report.manifest import collect as collect
from gpa_theory.verify.formal.lemmas import lemma as lemma
