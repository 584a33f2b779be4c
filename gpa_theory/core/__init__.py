"""What GPA *is*, with the standard library alone: averaging, recursion, Gram algebra, proofs."""
