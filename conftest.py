"""Fixtures of every test, wherever it stands."""

pytest_plugins = ["tests.plugin", "tests.people", "tests.seeds", "pytester"]
