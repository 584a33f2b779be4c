"""Studies: arms × grid × seeds, tuned fairly, judged on fresh seeds, stopped by the clock."""
