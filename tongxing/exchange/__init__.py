"""What goes to other offices and comes back: their blank sheets filled (套表), and what was given to whom."""
