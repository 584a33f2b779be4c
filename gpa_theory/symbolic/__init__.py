"""Theorems derived by machine from the recursion: identities, regret bounds, rates, proofs."""
