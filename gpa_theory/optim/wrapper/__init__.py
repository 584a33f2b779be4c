"""What surrounds the step: modes, loading, hooks, reading out x."""
