"""Convex problems: losses, domains, constants and certified minima."""
