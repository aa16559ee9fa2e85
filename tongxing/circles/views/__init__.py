"""The pages of circles and plans."""
