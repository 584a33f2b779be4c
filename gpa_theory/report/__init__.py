"""What do people take away?  Tables, citations, the proofs page, and where a number came from.

Read in this order: `printed` (the claims in words, as a record), `tables` (claims and outcomes),
`statements` (what a claim says as a theorem), `cite` with `unicode` (it with its sources, and
BibTeX), `remeasured` (writes the numbers of statements anew), `proofs` and `proofs_page` (the
lemma behind a claim), `manifest` (which code made a result), `worst_function` (a picture), `readme`
(writes what is generated).
Public names: those below.
Imports `verify`, `symbolic` and `worst_case`.  May be imported by `cli`, `experiments` and tests.
"""

from gpa_theory.report.cite import bibtex as bibtex
from gpa_theory.report.cite import theorem as theorem
from gpa_theory.report.manifest import collect as collect
from gpa_theory.verify.formal.lemmas import lemma as lemma
