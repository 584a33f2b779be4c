"""Data: batch t of seed k is a function of (k, t), so that a run is resumed by one integer."""
