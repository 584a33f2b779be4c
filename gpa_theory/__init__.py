"""Derive, check and transfer the convergence theory of Generalized Primal Averaging."""
