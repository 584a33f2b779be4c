"""The exact step identity, measured on a live run."""
