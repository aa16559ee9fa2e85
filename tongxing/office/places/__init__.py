"""Pages about places. They stand here because a page asks who is at the desk, and accounts stand above places."""
