"""Days on which offices work, and the seasons of a child's year."""
