"""What a study does: its preset, the runs that follow from it, and how long they take."""
