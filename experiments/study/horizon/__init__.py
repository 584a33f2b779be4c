"""From which horizon on does averaging pay?  Predicted from short runs, then tested."""
