"""Paired comparisons with the peers: ratios of medians, never single times."""
