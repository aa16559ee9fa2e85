"""Papers about a guardian who does not guard: 劝诫书, 告诫书, and the application to revoke guardianship."""
