"""Units: schools with their classes, departments, organisations. They are public and belong to a place."""
