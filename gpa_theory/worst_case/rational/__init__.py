"""Worst-case certificates in rational arithmetic."""
