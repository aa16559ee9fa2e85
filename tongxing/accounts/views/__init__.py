"""What people see of accounts: one module a subject."""
