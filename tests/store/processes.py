"""Real processes for the tests: each forked in milliseconds from one that has read the libraries already."""

import multiprocessing
from collections.abc import Callable, Iterator
from typing import Any

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.store.children"])
KILLED = -9
PATIENCE = 120
"""Seconds after which a process that should have ended has failed; none takes a hundredth of it."""


def begun(work: Callable[..., None], *given: Any) -> Any:
    """Return a process that does ``work``."""
    process = CONTEXT.Process(target=work, args=given, daemon=True)
    process.start()
    return process


def ended(process: Any) -> int | None:
    """Wait for a process, and return how it ended: 0 well, -9 killed."""
    process.join(PATIENCE)
    return process.exitcode  # type: ignore[no-any-return]


def killed_before_each(work: Callable[..., None], *given: Any) -> Iterator[int]:
    """Yield 1, 2, 3 … after a process was killed before that change of ``work``, until one came to its end."""
    statement = 1
    while (code := ended(begun(work, *given, statement))) == KILLED:
        yield statement
        statement += 1
    assert code == 0
