"""Named tolerances, each with the reason for its size.  A bare number in a test is a smell."""

# Parity of one arithmetic with Fractions after a handful of steps: a few hundred roundings of
# 2^-53 each (float64) or 2^-24 (float32), relative to values of order one.
PARITY_FLOAT64 = 1e-12
PARITY_FLOAT32 = 1e-5

# Two closed forms of the same number: a dozen roundings of 2^-53.
ROUNDING = 1e-14
