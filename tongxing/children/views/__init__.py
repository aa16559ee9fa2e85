"""The register's pages: each view turns a request into one query or one act, and an answer."""
