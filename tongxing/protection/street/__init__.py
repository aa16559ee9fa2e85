"""The page of a child on the street: describe, search and match, green channel, family, escort, handing over."""
