"""Measurements, run as commands: ``python -m tests.bench.NAME``."""
