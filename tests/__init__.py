"""The tests: the same tree again, plus what only a running whole can show. ``python3 -m tests`` runs them all."""
