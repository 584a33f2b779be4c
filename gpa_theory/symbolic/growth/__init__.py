"""How does a bound move with T?

Read in this order: `rate` (its leading order), `break_even` (from which T on averaging costs
little).
Public: `Rate`.
May be imported by `symbolic.bound` and all above it; imports the engine.
"""

from gpa_theory.symbolic.growth.rate import Rate as Rate
