"""A register as large as a province's: invented families in the real villages, written set-based, a county a transaction."""
