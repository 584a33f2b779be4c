"""Do the statistics keep their level?  Studies of known truth, and their record."""
