"""Models with a member axis: every parameter has shape [M, …], one device trains M runs at once."""
