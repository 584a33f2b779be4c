"""What a proof is: symbols, axioms, fields, parts."""
