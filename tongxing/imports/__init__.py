"""Lists from outside: uploaded, understood, shown with every problem, and written in chunks that can be repeated."""
