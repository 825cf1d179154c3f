"""What is written: actions, notes, each side's word, and screens; as pages of ours write it, and then changed."""

import json
import random
from typing import Any

from tests.fuzz.board import Asked
from tests.fuzz.bodies import TEXTS, TREES, many

HEAD = ((b"host", b"127.0.0.1:8050"), (b"content-type", b"application/json"))
WEEK, WORDS = "2026-W46", ("Call back", "", " ", "x" * 3000, "\x00", "\u202e", "é", "<script>", "' OR 1=1 --", "=1+1")
IDS = ("a" * 32, "b" * 32, "x", "", "../x", "a" * 500, "0189f7c2-4a0e-7b1c-8d2e-3f4a5b6c7d8e")


def plain(dice: random.Random) -> tuple[str, str, dict[str, Any]]:
    """Return a method, an address, and what is said there."""
    word, name = dice.choice(WORDS), dice.choice(IDS)
    turns = {"pages": dice.choice((["/"], ["/", "/meeting"], [], ["/today"], ["//evil.example"])), "every": 60}
    said: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (
            "POST",
            "/api/meeting/actions",
            {"week": WEEK, "id": name, "side": "sales", "text": word, "owner": "Ada", "due_on": "2026-12-01"},
        ),
        ("PATCH", "/api/meeting/actions", {"seen_in": WEEK, "id": name, "was": 1, "text": word}),
        ("PATCH", "/api/meeting/actions", {"seen_in": WEEK, "id": name, "was": 1, "done": True, "outcome": word}),
        ("PATCH", "/api/meeting/actions", {"seen_in": WEEK, "id": name, "was": 2, "removed": True}),
        (
            "POST",
            "/api/meeting/notes",
            {"week": WEEK, "step": dice.randrange(9), "text": word, "was": dice.randrange(3)},
        ),
        (
            "POST",
            "/api/meeting/promises",
            {
                "week": WEEK,
                "id": name,
                "side": "sales",
                "value": dice.choice(("18,400", "1e5", "-1", word)),
                "by": "Ada",
            },
        ),
        ("POST", "/api/screens", {"code": "ABCD 2345", "name": word, **turns}),
        ("PATCH", "/api/screens", {"id": name, "name": word, **turns}),
        ("PATCH", "/api/screens", {"id": name, "reload": True}),
        ("DELETE", "/api/screens", {"id": name}),
        ("POST", "/api/screen", {}),
        ("POST", "/api/painted", {"wall": word, "age": 3, "number": 7, "size": "1920x1080", "build": "x", "page": "/"}),
        ("POST", "/sign-out", {}),
    )
    return dice.choice(said)


def case(seed: int, number: int) -> Asked:
    """Return the write of this number."""
    dice = random.Random(f"writes/{seed}/{number}")
    method, path, said = plain(dice)
    told: Any = said
    for _ in range(dice.choice((0, 1, 1, 2))):
        way = dice.choice([one for one in TREES if one is not many])
        told = way(dice, told)
    body = json.dumps(told, ensure_ascii=dice.random() < 0.7).encode("utf-8", "surrogatepass")
    if dice.random() < 0.2:
        body = dice.choice(TEXTS)(dice, body)
    more = dice.choice(((), (), (), ((b"origin", b"https://evil.example"),), ((b"sec-fetch-site", b"cross-site"),)))
    return Asked(method, path.encode(), (*HEAD, *more), (body,))
