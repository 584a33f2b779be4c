"""The command line: thin.  Each command is one file; heavy imports happen inside it."""
