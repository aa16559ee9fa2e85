"""Notices to all post-holders of a place: who has read them, who has confirmed them, and nothing about a child in them (LHK-2)."""
