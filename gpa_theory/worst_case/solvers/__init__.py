"""Ways to solve the program; none of them is believed."""
