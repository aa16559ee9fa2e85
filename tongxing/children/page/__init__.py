"""The page of a child's file: what the templates draw, put together from the file in memory."""
