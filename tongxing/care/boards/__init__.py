"""Who is behind: a person's own list, the boards of those above, the calendar and the coverage of promises."""
