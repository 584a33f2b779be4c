"""What a study leaves behind: report, figures, and the list of records."""
