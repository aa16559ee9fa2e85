"""The desk of 12355, the line for young people: calls, counselling, call-backs, and what is handed on."""
