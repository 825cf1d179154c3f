"""What a wall says of itself is noted, unless it is nothing that could be told on."""

import json

from dashboard.walls import Walls


def test_half_a_letter_is_not_noted() -> None:
    walls = Walls()
    for told in ({"wall": "\ud800"}, {"wall": "Hall", "page": "\ud800"}, {"wall": "Hall", "size": "\udfff"}):
        walls.note(json.dumps({"age": 1, "number": 2, **told}).encode(), 1.0)
    assert walls.told == {}
    walls.note(b'{"wall": "Hall", "age": 1, "number": 2}', 2.0)
    assert list(walls.told) == ["Hall"]
