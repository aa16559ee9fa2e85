"""Reading the register: whole files, lists, search, history."""
