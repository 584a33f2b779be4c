"""Single-worker DiLoCo around any optimizer."""
