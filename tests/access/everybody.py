"""The fourteen who may ask: what each of them carries, and from where they ask."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from tests.access.boards import ELSEWHERE, OLD_KEY, PROBE, PROXY_SECRET, House
from tests.access.planted import ADA

PEOPLE = ("rep", "manager", "operator")
STRANGERS = ("anonymous", "ended", "tampered", "rotated key", "forged header")
"""Who would be let in if they signed in (once more)."""
SHUT = ("other company", "disabled", "foreign screen", "probe")
"""Who is known, and is not let in here."""
EVERYBODY = (*STRANGERS, *PEOPLE, "other company", "disabled", "screen", "revoked screen", "foreign screen", "probe")


class Asker(NamedTuple):
    """One of them: the headers that they send, and the address of their connection."""

    headers: Mapping[str, str]
    peer: str


def everybody(house: House) -> dict[str, Asker]:
    """Return the fourteen, each with a sign-in or a token of their own."""
    carried = _carried(house)
    told = {name: Asker(headers, f"192.0.2.{number + 1}") for number, (name, headers) in enumerate(carried.items())}
    told["foreign screen"] = told["foreign screen"]._replace(peer=ELSEWHERE)
    assert set(told) == set(EVERYBODY) and len(told) == 14
    return told


def _carried(house: House) -> dict[str, dict[str, str]]:
    name = datetime.now(UTC).isoformat()
    screen, away = house.screen(f"Hall {name}")[1], house.screen(f"Away {name}")[1]
    gone_id, gone = house.screen(f"Gone {name}")
    house.store.screens.revoke(gone_id, datetime.now(UTC))
    tampered = house.signed_in("mia@example.com")
    cookies = {
        "ended": house.signed_in("mia@example.com", ended=True),
        "tampered": tampered[:-4] + "AAAA",
        "rotated key": house.signed_in("mia@example.com", key=OLD_KEY),
        "rep": house.signed_in(ADA),
        "manager": house.signed_in("mia@example.com"),
        "operator": house.signed_in("olga@example.com"),
        "other company": house.signed_in("mia@example.org"),
        "disabled": house.signed_in("gone@example.com"),
        "screen": screen,
        "revoked screen": gone,
        "foreign screen": away,
    }
    told: dict[str, dict[str, str]] = {one: {"cookie": cookie} for one, cookie in cookies.items()}
    told["anonymous"] = {}
    told["forged header"] = {
        "x-forwarded-user": "olga", "x-forwarded-email": "olga@example.com", "x-smarketing-proxy": PROXY_SECRET[:-1],
        "x-forwarded-for": "127.0.0.1", "authorization": f"Bearer {PROBE[:-1]}",
    }  # fmt: skip
    told["probe"] = {"authorization": f"Bearer {PROBE}"}
    return told
