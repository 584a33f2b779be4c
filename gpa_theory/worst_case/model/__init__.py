"""What a worst case is about: methods, classes, samples, the program."""
