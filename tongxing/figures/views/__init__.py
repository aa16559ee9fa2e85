"""Pages of statistical tables and of what is sent up."""
