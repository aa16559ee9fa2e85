"""Logging what was done, and reading it."""
