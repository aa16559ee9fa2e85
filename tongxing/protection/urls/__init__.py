"""The addresses of reports and cases."""
