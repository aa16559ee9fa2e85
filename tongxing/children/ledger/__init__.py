"""The children's ledger as a kind of list: what a row means, whose file it is, what it changes (`LEDGER_KINDS`)."""
