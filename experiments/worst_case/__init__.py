"""The worst-case record: table, figure, scale, smooth classes, certificates."""
