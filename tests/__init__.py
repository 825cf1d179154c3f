"""The tests: the same tree again, plus what only a running whole can show. ``python3 -m tests`` runs them all."""

import os

# what the tests and campaigns serve, they serve to this machine alone, unless they say another way in
os.environ.setdefault("SMARKETING_ACCESS", "open")
