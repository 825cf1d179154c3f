"""The screens of a store, on SQLite and on PostgreSQL: codes, tokens, names, and being shut out for good."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.engine import URL

from dashboard.store import screens, tables
from dashboard.store.backup import backed_up, restored
from dashboard.store.connections import reading
from dashboard.store.door import Store, opened
from dashboard.store.faults import Unknown
from dashboard.store.screens import CODE_LASTS, MOST_TRIES, TRY_LASTS, Screen, TooMany
from dashboard.store.sessions import Person
from queries.faults import Refused

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
A_SECOND = timedelta(seconds=1)


def ask(store: Store, name: str = "one", at: datetime = NOON, address: str = "192.0.2.7", most: int = 20) -> None:
    store.screens.ask(f"ask-{name}", f"CODE{name}", address, at, most)


def take(store: Store, code: str = "CODEone", name: str = "Hall", at: datetime = NOON, who: str = "mia") -> Screen:
    return store.screens.take(code, who, name, ["/", "/meeting"], 30, at)


def paired(store: Store, name: str = "one", called: str = "Hall") -> Screen:
    ask(store, name)
    take(store, f"CODE{name}", called)
    found = store.screens.fetch(f"ask-{name}", f"token-{name}", NOON)
    assert found
    return found


def test_a_screen_waits_is_paired_by_its_code_and_fetches_its_token_once(store: Store) -> None:
    ask(store)
    assert store.screens.fetch("ask-one", "token-one", NOON) is None
    made = take(store)
    assert store.screens.by_token("token-one") is None
    fetched = store.screens.fetch("ask-one", "token-one", NOON + A_SECOND)
    assert fetched and (fetched.screen_id, fetched.name, fetched.pages, fetched.every) == (
        made.screen_id, "Hall", ("/", "/meeting"), 30,
    )  # fmt: skip
    assert store.screens.by_token("token-one") == fetched
    with pytest.raises(Unknown, match="no longer taken"):
        store.screens.fetch("ask-one", "token-two", NOON)
    assert store.screens.by_token("token-two") is None and store.screens.by_token("token-one") == fetched


def test_a_token_that_is_fetched_twice_at_the_same_moment_is_given_once(store: Store) -> None:
    for round_ in range(10):
        ask(store, f"{round_}")
        take(store, f"CODE{round_}", f"Hall {round_}")
        found = at_once(
            lambda number, name=f"{round_}": store.screens.fetch(f"ask-{name}", f"{name}/{number}", NOON), 4
        )
        given = [one for one in found if isinstance(one, Screen)]
        assert len(given) == 1 and all(isinstance(one, Screen | Unknown) for one in found)
        assert sum(store.screens.by_token(f"{round_}/{number}") is not None for number in range(4)) == 1


def test_a_code_that_is_typed_twice_at_the_same_moment_pairs_one_screen(store: Store) -> None:
    ask(store)
    found = at_once(lambda number: take(store, name=f"Hall {number}", who=f"{number}"), 4)
    assert sorted(type(one).__name__ for one in found) == ["Screen", "Unknown", "Unknown", "Unknown"]
    assert len(store.screens.all()) == 1


def at_once(act: Callable[[int], Any], many: int) -> list[Any]:
    """Return what came of so many doing the same at the same moment: a result, or what was refused."""
    together = Barrier(many)

    def one(number: int) -> Any:
        together.wait(10)
        try:
            return act(number)
        except Refused as refused:
            return refused

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))


def test_a_code_lasts_ten_minutes_and_is_used_once(store: Store) -> None:
    assert timedelta(minutes=10) == CODE_LASTS
    ask(store)
    with pytest.raises(Unknown, match="no screen shows this code now"):
        take(store, at=NOON + CODE_LASTS)
    with pytest.raises(Unknown, match="no longer taken"):
        store.screens.fetch("ask-one", "token", NOON + CODE_LASTS)
    assert take(store, at=NOON + CODE_LASTS - A_SECOND).name == "Hall"
    with pytest.raises(Unknown):
        take(store, name="Other")


def test_a_code_is_its_own_and_no_part_of_it_nor_another_is(store: Store) -> None:
    ask(store)
    for code in ("CODEon", "CODEone ", "codeone", "", "%", "CODE___", "x" * 10_000):
        with pytest.raises(Unknown):
            take(store, code, who=f"who {code[:9]}")


def test_five_wrong_codes_are_enough_for_ten_minutes_and_only_for_who_typed_them(store: Store) -> None:
    assert (5, timedelta(minutes=10)) == (MOST_TRIES, TRY_LASTS)
    ask(store)
    for number in range(MOST_TRIES):
        with pytest.raises(Unknown):
            take(store, f"WRONG{number}")
    for code in ("CODEone", "WRONG"):
        with pytest.raises(TooMany, match="5 wrong codes were typed: wait ten minutes"):
            take(store, code)
    assert take(store, who="another").name == "Hall"
    ask(store, "two", NOON + TRY_LASTS)
    assert take(store, "CODEtwo", "Two", NOON + TRY_LASTS).name == "Two"


def test_wrong_codes_are_counted_however_many_are_typed_at_once(store: Store) -> None:
    found = at_once(lambda number: take(store, f"WRONG{number}"), 8)
    assert sorted(type(one).__name__ for one in found) == ["TooMany"] * 3 + ["Unknown"] * 5


def test_only_so_many_screens_wait_at_one_address_and_at_all(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        ask(store, f"{number}", most=3)
    with pytest.raises(TooMany, match="too many screens wait"):
        ask(store, "more", most=3)
    monkeypatch.setattr(screens, "MOST_WAITING", 4)
    ask(store, "elsewhere", address="192.0.2.8", most=3)
    with pytest.raises(TooMany):
        ask(store, "third place", address="192.0.2.9", most=3)
    ask(store, "later", NOON + CODE_LASTS, most=3)


def test_a_name_is_one_screens_alone_in_whatever_letters_until_that_one_is_gone(store: Store) -> None:
    first = paired(store, called="Über der Tür")
    other = paired(store, "two", "Straße")
    ask(store, "three")
    for name in ("Über der Tür", " über der tür ", "ÜBER DER TÜR", "STRASSE"):
        with pytest.raises(Refused, match="another screen is called"):
            take(store, "CODEthree", name)
        if name != "STRASSE":
            with pytest.raises(Refused, match="another screen is called"):
                store.screens.move(other.screen_id, name, ["/"], 30)
    assert store.screens.move(first.screen_id, "über der TÜR", ["/"], 30).name == "über der TÜR"
    store.screens.revoke(first.screen_id, NOON)
    assert take(store, "CODEthree", "Über der Tür").name == "Über der Tür"


@pytest.mark.parametrize(
    ("name", "pages", "every", "said"),
    [
        ("", ["/"], 30, "name: is empty"),
        ("  ", ["/"], 30, "name: is empty"),
        ("x" * 61, ["/"], 30, "write at most 60"),
        ("a\0b", ["/"], 30, "NUL"),
        ("Hall", [], 30, "pages: name between one and 12"),
        ("Hall", ["/"] * 13, 30, "pages: name between one and 12"),
        ("Hall", ["/"], 4, "every: write between 5 seconds and a day"),
        ("Hall", ["/"], 86_401, "every: write between 5 seconds and a day"),
    ],
)
def test_what_is_no_name_no_page_and_no_turn_is_refused(
    store: Store, name: str, pages: list[str], every: int, said: str
) -> None:
    one = paired(store, called="Stays")
    ask(store, "two")
    with pytest.raises(Refused, match=said):
        store.screens.take("CODEtwo", "mia", name, pages, every, NOON)
    with pytest.raises(Refused, match=said):
        store.screens.move(one.screen_id, name, pages, every)
    assert [found.name for found in store.screens.all()] == ["Stays"]


def test_a_screen_is_moved_reloaded_seen_and_shut_out_for_good(store: Store) -> None:
    one = paired(store)
    moved = store.screens.move(one.screen_id, "Lobby", ["/data"], 60)
    assert (moved.name, moved.pages, moved.every) == ("Lobby", ("/data",), 60)
    assert store.screens.reload(one.screen_id).reloads == 1
    store.screens.seen(one.screen_id, NOON + A_SECOND)
    found = store.screens.of(one.screen_id)
    assert found and found.seen_at == NOON + A_SECOND and store.screens.all() == [found]
    gone = store.screens.revoke(one.screen_id, NOON)
    assert gone.revoked_at == NOON and store.screens.all() == [] and store.screens.by_token("token-one") == gone
    for act in (
        lambda: store.screens.move(one.screen_id, "Lobby", ["/"], 60),
        lambda: store.screens.reload(one.screen_id),
        lambda: store.screens.revoke(one.screen_id, NOON),
        lambda: store.screens.seen(one.screen_id, NOON),
        lambda: store.screens.revoke("nobody", NOON),
    ):
        with pytest.raises(Unknown, match="there is no such screen"):
            act()


def test_nothing_is_kept_by_which_a_screen_or_a_sign_in_could_be_used(store: Store) -> None:
    ask(store, "waits", address="192.0.2.77")
    paired(store)
    with pytest.raises(Unknown):
        take(store, "WRONGCODE", who="typist@example.com")
    begin(store, "token of mia")
    secrets = ("ask-waits", "CODEwaits", "token-one", "token of mia", "192.0.2.77", "WRONGCODE", "typist@example.com")
    kept = " ".join(everything(store))
    assert "Hall" in kept and [one for one in secrets if one in kept] == []


def begin(store: Store, token: str, email: str = "mia@example.com", at: datetime = NOON) -> None:
    ends, idle = at + timedelta(hours=24), at - timedelta(hours=4)
    store.sessions.begin(token, Person("sub", email, "Mia", ("a", "b")), at, ends, idle)


def everything(store: Store) -> Iterator[str]:
    with reading(store.engine) as connection:
        for table in tables.ACCESS:
            for row in connection.execute(select(table)):
                yield from map(str, row)


def test_a_sign_in_is_kept_seen_and_ended_and_those_that_are_over_are_forgotten(store: Store) -> None:
    begin(store, "old", at=NOON - timedelta(hours=24))
    begin(store, "idle", at=NOON - timedelta(hours=5))
    begin(store, "used", at=NOON - timedelta(hours=5))
    store.sessions.seen("used", NOON - A_SECOND)
    begin(store, "new")
    assert [store.sessions.of(name) is not None for name in ("old", "idle", "used", "new")] == [
        False,
        False,
        True,
        True,
    ]
    found = store.sessions.of("new")
    assert found and found.person == Person("sub", "mia@example.com", "Mia", ("a", "b"))
    store.sessions.end("new")
    store.sessions.end("new")
    assert store.sessions.of("new") is None
    begin(store, "other", "olga@example.com")
    assert store.sessions.end_all(["MIA@example.com", "nobody@example.com"]) == 1
    assert store.sessions.of("other") is not None


def test_a_backup_lets_in_nobody(store: Store, tmp_path: Path) -> None:
    """Put back, it would let in whoever was shut out since."""
    paired(store)
    ask(store, "waits")
    begin(store, "token of mia")
    file = tmp_path / "kept.db"
    backed_up(store.engine.url, file)
    whole = file.read_bytes()
    with closing(opened(URL.create("sqlite", database=str(tmp_path / "other.db")))) as other:
        restored(file, other.engine.url)
        assert list(everything(other)) == []
    assert b"Hall" not in whole and b"mia@example.com" not in whole
    restored(file, store.engine.url, replace=True)
    assert store.screens.by_token("token-one") and store.sessions.of("token of mia"), "nobody is shut out either"
