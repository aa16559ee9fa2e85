"""Reports and cases: from an alarm to a closed case."""
