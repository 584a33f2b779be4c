"""How jobs are run: one after another or in parallel, kept as they finish."""
