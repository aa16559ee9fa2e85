"""Places: the five levels from province to village, and what became of them."""
