"""Taking over the checkpoints of others."""
