"""Posts as a list: hundreds come and go after village elections."""
