"""The arms of a study: optimizers with their settings, over members, and schedules."""
