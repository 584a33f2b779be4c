"""Exact worst cases over function classes: intervals that are proofs, and certificates."""
