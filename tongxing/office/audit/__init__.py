"""The auditor's pages: what was done, who read what, who was refused, and whether the logs are whole."""
