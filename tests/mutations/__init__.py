"""Bugs planted one at a time in a copy of the project, to see the tests catch them: ``python -m tests.mutations``."""
