"""One GPA step in place: the arithmetic and the types it runs in."""
