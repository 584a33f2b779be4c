"""Numbers: problems with certified minima, runs on them, and what may be concluded from floats."""
