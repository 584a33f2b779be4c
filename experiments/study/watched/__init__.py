"""Single runs that are watched while they train: plain, audited, measured."""
