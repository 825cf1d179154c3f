"""Weeks in minutes: the wall and the server through thousands of refreshes, with what they hold measured on the way.

``python -m tests.soak wall --refreshes 20160`` and ``python -m tests.soak server --refreshes 10000``.
"""

T95 = 2.03
"""Student's t for a two-sided 95 % interval with some 35 measures."""
