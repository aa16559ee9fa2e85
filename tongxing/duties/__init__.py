"""Promises about one subject in one window, or after one event; what was done discharges them."""
