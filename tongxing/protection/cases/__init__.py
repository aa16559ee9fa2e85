"""Pages of cases: the board, the case itself, its acts and papers."""
