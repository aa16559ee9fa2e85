"""What must happen by a time: one mechanism for links of a chain, states of a case, letters, agreements that run out."""
