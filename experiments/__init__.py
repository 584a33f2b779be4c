"""Experiments: each script makes one record, with its data, its figure and its manifest."""
