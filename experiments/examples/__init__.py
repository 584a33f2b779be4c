"""Short programs around the optimizer; the README shows them, a test runs them."""
