"""A loop of its own for what is asynchronous: a browser that is driven in the same process has one in this thread."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def apart(work: Coroutine[Any, Any, T]) -> T:
    """Return what comes of ``work``, done in a thread of its own; raise what it raises."""
    with ThreadPoolExecutor(1) as other:
        return other.submit(asyncio.run, work).result()
