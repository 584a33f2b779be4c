"""From any answer of any solver to a bound that is certain."""
