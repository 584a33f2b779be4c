"""Statistics of comparisons: crossings, intervals that hold their level, verdicts, power, ranks."""
