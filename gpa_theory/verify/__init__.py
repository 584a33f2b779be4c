"""Claims beside measurements: what the project states, checked, with an error budget."""
