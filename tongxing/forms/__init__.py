"""What is asked about each kind of entry: one definition gives the office form, the phone form, the checks, the Excel template and the statistics."""
