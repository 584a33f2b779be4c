"""The step identity as an instrument on training runs: audits, controls, signs, ladder."""
