"""GPA around AdamW in one pass, on every backend."""
