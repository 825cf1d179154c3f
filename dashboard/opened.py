"""Opened numbers: the rows behind one, as of the moment at which it was shown, straight from its own definition."""

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from sqlalchemy import Connection, Engine

from dashboard.agreement import Agreement
from dashboard.company import Company
from dashboard.followed import EPOCH, FIRSTS, KEPT, NEVER, Followed
from dashboard.kept import Kept
from dashboard.number import Rows
from dashboard.numbers import followup
from dashboard.reading import Reading
from dashboard.settings import Settings
from queries import absent, ages
from queries.candidates import COUNTED
from queries.knowledge import knowing
from queries.leads import LOADED_LATER
from queries.listing import CANDIDATES, Asked, Filter, Group, Kind, Listing, folded
from queries.warehouse import reading

KEPT_VERDICTS = 4
"""For so many moments the verdicts on all leads are kept, for the next page."""


class Column(NamedTuple):
    """A column as it is shown: its name, what people call it, and what it holds."""

    name: str
    label: str
    kind: Kind


class Opened(Protocol):
    """The rows behind one number, over one connection."""

    columns: list[Column]

    def groups(self, filters: Sequence[Filter] = ()) -> list[Group]:
        """Return how many rows there are by reason."""

    def page(self, asked: Asked) -> list[dict[str, Any]]:
        """Return some of the rows."""

    def every(self, asked: Asked) -> Iterator[dict[str, Any]]:
        """Yield all of them."""


class Plain:
    """Rows whose reason the warehouse itself can tell."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self.columns = [Column(one.name, one.label, one.kind) for one in listing.columns]

    def groups(self, filters: Sequence[Filter] = ()) -> list[Group]:
        """Return how many rows there are by reason."""
        return self._listing.groups(filters)

    def page(self, asked: Asked) -> list[dict[str, Any]]:
        """Return some of the rows."""
        return self._listing.page(asked)

    def every(self, asked: Asked) -> Iterator[dict[str, Any]]:
        """Yield all of them."""
        return self._listing.every(asked)


class Verdicts(NamedTuple):
    """How each lead was followed up, and in which place of the columns it stands."""

    place: Mapping[str, int]
    found: Followed


JUDGED = (
    Column("first", "First attempt", "text"),
    Column("due_at", "Due", "instant"),
    Column("working_hours", "Waited, working hours", "number"),
    Column("wall_hours", "Waited, hours", "number"),
    Column("attempts", "Attempts", "number"),
    Column("kept", "Attempts as promised", "text"),
)


OURS = frozenset({"reason", *(one.name for one in JUDGED)})
"""The columns of which the warehouse itself cannot tell what they hold."""


def _plain(asked: Asked) -> bool:
    """Return whether the warehouse itself can put rows in the order asked for."""
    return not any(name in OURS for name, _ in asked.order)


def fits(value: Any, asked: Filter) -> bool:
    """Return whether a value is as asked: the same as the warehouse would say of one of its own.

    >>> fits("Tried in Time", Filter("first", "contains", "in time")), fits(None, Filter("kept", "is not", "kept"))
    (True, True)
    """
    if asked.operation in ("blank", "filled"):
        return (value is None) == (asked.operation == "blank")
    if value is None:
        return asked.operation in ("lacks", "is not")
    one = asked.operand
    value = Decimal(str(value)) if isinstance(one, Decimal) else value
    if asked.operation in ("is", "is not"):
        return bool(value == one) == (asked.operation == "is")
    if asked.operation in ("from", "before"):
        return bool(value >= one) == (asked.operation == "from")
    whole, part = folded(value), folded(one)
    found = {"begins": whole.startswith(part), "ends": whole.endswith(part)}.get(asked.operation, part in whole)
    return found != (asked.operation == "lacks")


def reasons(verdicts: Verdicts, told: Mapping[str, str | None]) -> Callable[[str], str]:
    """Return what says of a judged lead, by its id, why it does not count in a number of which this is told."""
    by, counted, found = told["by"], told["counted"], verdicts.found
    # asked for all leads at once, and read one by one
    again = found.again(int(counted or 0)) if by == "again" else ()

    def reason(lead_id: str) -> str:
        if by == "all":
            return COUNTED
        if lead_id not in verdicts.place:  # the verdicts are those of the first time this moment was opened
            return LOADED_LATER
        place = verdicts.place[lead_id]
        word, state = FIRSTS[found.first[place]], KEPT[found.kept[place]]
        if by == "again":
            return COUNTED if again[place] else followup.why_not_again(word, state)
        if by == "first":
            return COUNTED if word == counted else followup.FIRSTS[word]
        return COUNTED if state == counted else followup.KEPT[state]

    return reason


class Judged:
    """Leads given to reps, whose reason follows from the attempts to reach them."""

    def __init__(self, listing: Listing, verdicts: Verdicts, told: Mapping[str, str | None]) -> None:
        self._listing, self._verdicts = listing, verdicts
        self._reason = reasons(verdicts, told)
        plain = [Column(one.name, one.label, one.kind) for one in listing.columns]
        self.columns = [*plain[:4], *JUDGED, *plain[4:]]

    def groups(self, filters: Sequence[Filter] = ()) -> list[Group]:
        """Return how many leads there are by reason, the counted ones first."""
        found = Counter(reason for _, reason in self._ids(Asked(filters=filters)))
        groups = [Group(reason, count, 0) for reason, count in found.items()]
        return sorted(groups, key=lambda one: (one.reason != COUNTED, -one.rows, one.reason))

    def page(self, asked: Asked) -> list[dict[str, Any]]:
        """Return some of the leads, with how each was followed up."""
        return self._rows(self._asked(asked)[asked.start : asked.start + asked.most])

    def every(self, asked: Asked) -> Iterator[dict[str, Any]]:
        """Yield all leads, with how each was followed up."""
        ids = self._asked(asked)
        for begin in range(0, len(ids), 500):
            yield from self._rows(ids[begin : begin + 500])

    def _asked(self, asked: Asked) -> list[tuple[str, str]]:
        wanted = None if asked.reasons is None else {*asked.reasons}
        found = [one for one in self._ids(asked) if wanted is None or one[1] in wanted]
        return found if _plain(asked) else self._sorted(found, asked)

    def _sorted(self, found: list[tuple[str, str]], asked: Asked) -> list[tuple[str, str]]:
        """Return leads in the order asked for, where a verdict has a say in it; empty ones last, and ties by id."""
        found = sorted(found)
        for name, downwards in reversed(asked.order):
            value = self._values(found, name)
            filled = [one for one in found if value[one[0]] is not None]
            filled.sort(key=lambda one: value[one[0]], reverse=downwards)
            found = filled + [one for one in found if value[one[0]] is None]
        return found

    def _values(self, found: Sequence[tuple[str, str]], name: str) -> Mapping[str, Any]:
        if name in OURS:
            return {one[0]: self._value(one, name) for one in found}
        return self._listing.values(name, ())

    def _value(self, one: tuple[str, str], name: str) -> Any:
        return one[1] if name == "reason" else self._of(one[0])[name]

    def _ids(self, asked: Asked) -> list[tuple[str, str]]:
        """Return the id and the reason of all leads that pass the filters."""
        theirs = [one for one in asked.filters if one.column not in OURS]
        ours = [one for one in asked.filters if one.column in OURS]
        listed = self._listing.ids(asked._replace(filters=theirs, order=asked.order if _plain(asked) else ()))
        found = [(one, reason or self._reason(one)) for one, reason in listed]
        return [one for one in found if all(fits(self._value(one, want.column), want) for want in ours)]

    def _rows(self, ids: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
        rows = self._listing.those([one for one, _ in ids])
        return [rows[one] | self._of(one) | {"reason": reason} for one, reason in ids]

    def _of(self, lead_id: str) -> dict[str, Any]:
        place = self._verdicts.place.get(lead_id)
        return dict.fromkeys(one.name for one in JUDGED) if place is None else self._verdict(place)

    def _verdict(self, place: int) -> dict[str, Any]:
        found = self._verdicts.found
        due = int(found.due_at[place])
        return {
            "first": followup.FIRSTS[FIRSTS[found.first[place]]],
            "due_at": None if due == NEVER else EPOCH + timedelta(microseconds=due),
            "working_hours": round(float(found.working_hours[place]), 4),
            "wall_hours": round(float(found.wall_hours[place]), 4),
            "attempts": int(found.attempts[place]),
            "kept": followup.KEPT[KEPT[found.kept[place]]],
        }


def judge(connection: Connection, company: Company, agreement: Agreement, as_of: datetime) -> Verdicts:
    """Return how each lead was followed up that is judged as of a moment."""
    return verdicts(Reading(as_of.astimezone(company.calendar.zone), company, agreement, connection, Kept()))


def verdicts(reading: Reading) -> Verdicts:
    """Return the same of one reading that keeps nothing from before."""
    found = reading.followed
    name = {number: lead_id for lead_id, number in reading.before.numbers.items()}
    return Verdicts({name[number]: place for place, number in enumerate(found.lead.tolist())}, found)


def behind(connection: Connection, as_of: datetime, rows: Rows, judged: Callable[[], Verdicts]) -> Opened:
    """Return the rows behind a number that was shown as of a moment; ``judged`` is asked where rows are judged.

    Where the rows had to be known by an earlier moment, nothing of after it is seen; where by a later one, what had
    happened by ``as_of`` is seen as it was known then.
    """
    known_at = rows.known_at or as_of
    knowing(connection, known_at if known_at > as_of else None)
    candidates = CANDIDATES[rows.of](min(known_at, as_of).astimezone(UTC), rows.told)
    listing = Listing(connection, candidates, rows.first, rows.after, rows.where)
    return Judged(listing, judged(), rows.told) if rows.of == "given" else Plain(listing)


class Opener:
    """Opens numbers of one company's warehouse."""

    def __init__(self, told: Settings, engine: Engine) -> None:
        self.settings = told
        self._engine = engine
        self._verdicts: OrderedDict[tuple[datetime, datetime | None], Verdicts] = OrderedDict()
        self._judging = threading.Lock()

    @contextmanager
    def opened(self, as_of: datetime, rows: Rows) -> Iterator[Opened]:
        """Yield the rows behind a number that was shown as of a moment; raise ``WarehouseSilent`` when it fails."""
        with reading(self._engine) as connection:
            absent.note(connection, ages.present(connection))
            yield behind(connection, as_of, rows, lambda: self._judged(connection, as_of, rows.known_at))

    def _judged(self, connection: Connection, as_of: datetime, known_at: datetime | None) -> Verdicts:
        """Return the verdicts of a moment, which take much longer than a page of rows, and so are kept."""
        with self._judging:
            company, agreement = self.settings.company, self.settings.agreement
            moment = as_of.astimezone(UTC), known_at
            verdicts = self._verdicts.pop(moment, None) or judge(connection, company, agreement, as_of)
            self._verdicts[moment] = verdicts
            while len(self._verdicts) > KEPT_VERDICTS:
                self._verdicts.popitem(last=False)
        return verdicts
