"""Entries kept in Excel: the empty sheet of a kind of work, and the import of what was written into it."""
