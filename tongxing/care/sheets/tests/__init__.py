"""Entries from lists."""
