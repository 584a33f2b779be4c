"""What random tests draw from, small rationals, interior constants, averagings; and how often."""

from fractions import Fraction

from hypothesis import settings
from hypothesis import strategies as st

from gpa_theory.core.averaging import Exponential, Polynomial, Uniform
from gpa_theory.core.windows import BiasCorrected, Warmed

reals = st.fractions(min_value=-3, max_value=3, max_denominator=8)
interior = st.fractions(min_value=Fraction(1, 16), max_value=Fraction(15, 16), max_denominator=16)
closed = st.fractions(min_value=0, max_value=1, max_denominator=16)
positive = st.fractions(min_value=Fraction(1, 8), max_value=4, max_denominator=8)
AVERAGINGS = {  # by the names of core.averaging.AVERAGINGS
    "uniform": st.just(Uniform()),
    "polynomial": st.fractions(min_value=0, max_value=4, max_denominator=4).map(Polynomial),
    "exponential": interior.map(Exponential),
    "warmed": interior.map(Warmed),
    "bias_corrected": interior.map(BiasCorrected),
}
averagings = st.one_of(*AVERAGINGS.values())
seeds = st.integers(min_value=0, max_value=2**32 - 1)  # of numpy Generators

PROFILE = settings().max_examples  # 25 in dev, 200 in ci, 5,000 at night: see conftest.py
# For laws whose 200 examples take more than about a second, or are drawn for each row of a table.
# Most are identities of rational functions: where one is false, almost every example shows it.
costly = settings(max_examples=50 if PROFILE == 200 else PROFILE)
