"""What a page's heap is made of: the machine code that the browser compiles is not the page's to give back."""

import json
from typing import Any

from playwright.sync_api import CDPSession

NOT_THE_PAGES = {"code", "native"}
"""V8's compiled code with what belongs to it, and the browser's own objects, which its heap size leaves out."""


def held_kb(session: CDPSession) -> float:
    """Return the kilobytes of objects, arrays, texts and closures that scripts hold, from a snapshot of the heap."""
    chunks: list[str] = []

    def took(event: dict[str, Any]) -> None:
        chunks.append(event["chunk"])

    session.on("HeapProfiler.addHeapSnapshotChunk", took)
    session.send("HeapProfiler.takeHeapSnapshot", {"reportProgress": False})
    session.remove_listener("HeapProfiler.addHeapSnapshotChunk", took)
    told = json.loads("".join(chunks))
    fields, kinds = (told["snapshot"]["meta"][name] for name in ("node_fields", "node_types"))
    wide, kind, size = len(fields), fields.index("type"), fields.index("self_size")
    nodes = told["nodes"]
    held = [nodes[at + size] for at in range(0, len(nodes), wide) if kinds[kind][nodes[at + kind]] not in NOT_THE_PAGES]
    return float(sum(held)) / 1024
