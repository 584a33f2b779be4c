"""What GPA *is*, with the standard library alone: the words that every other room shares.

Read in this order: `averaging` and `recursion` (the method), `windows` (two more averagings),
`two_buffer` (its stored form), `gram` and `certificate` (vectors by name, and what a proof is),
`assumptions`, `bases`, `metrics`, `identity` and `labels` (what all layers say, said once), `atlas`
(regret bounds of many methods),
`conversions` (other methods as settings of GPA, and back), `validation` (how bad input is refused),
`writing` (how a result reaches its file), `faces` (how a package hands its names on).
Public names: those below; `BASES`, `METRICS` and `AVERAGINGS` are tables to add a row to.
May be imported by everyone; imports no numerical library and nothing else of the package.
"""

from gpa_theory.core.assumptions import Assumption as Assumption
from gpa_theory.core.averaging import AVERAGINGS as AVERAGINGS
from gpa_theory.core.averaging import Averaging as Averaging
from gpa_theory.core.averaging import Exponential as Exponential
from gpa_theory.core.averaging import Polynomial as Polynomial
from gpa_theory.core.averaging import Uniform as Uniform
from gpa_theory.core.bases import BASES as BASES
from gpa_theory.core.bases import Base as Base
from gpa_theory.core.certificate import Certificate as Certificate
from gpa_theory.core.certificate import CertificateError as CertificateError
from gpa_theory.core.certificate import Premise as Premise
from gpa_theory.core.gram import Point as Point
from gpa_theory.core.labels import Label as Label
from gpa_theory.core.metrics import METRICS as METRICS
from gpa_theory.core.metrics import Metric as Metric
from gpa_theory.core.recursion import GPA as GPA
from gpa_theory.core.recursion import Iterates as Iterates
from gpa_theory.core.recursion import run as run
