"""Care models: what a region has promised its children, as data with a citation."""
