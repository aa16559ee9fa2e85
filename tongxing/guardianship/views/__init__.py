"""The pages of guardianship."""
