"""Worst functions in closed form."""
