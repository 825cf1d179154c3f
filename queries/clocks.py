"""Whether this machine's clock may be believed: the warehouse's own clock and its rows bear witness."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, text

from queries.ages import EVENTS
from queries.faults import ClockDoubted

AGREE = timedelta(minutes=5)
"""Clocks this close to each other agree: what is owed by now moves little in that time."""


def refuse(connection: Connection, now: datetime, believed: datetime | None) -> None:
    """Raise ``ClockDoubted`` when ``now``, which this machine's clock says, cannot be the time.

    ``believed`` is the time by the last good look and the seconds that went by since; None where there was none. A
    clock that was set differs from it. What it was set to is believed unless rows contradict: rows of a time that the
    clock has gone back behind, or, where the warehouse has no clock of its own, no row yet of the time it skipped to.
    """
    theirs = _servers(connection)
    if theirs is not None and abs(now - theirs) > AGREE:
        off = f"{_span(now, theirs)} {'ahead of' if now > theirs else 'behind'} the warehouse's"
        raise ClockDoubted(f"the server's clock is {off}: one of them has to be set right")
    if believed is None or abs(now - believed) <= AGREE:
        return
    if now < believed and _happened(connection, now + AGREE, believed):
        raise ClockDoubted(f"the server's clock went back {_span(now, believed)}, behind rows that are there already")
    if now > believed and theirs is None and not _happened(connection, believed + AGREE, now + AGREE):
        raise ClockDoubted(f"the server's clock was put forward {_span(now, believed)}, and no row yet bears it out")


def _servers(connection: Connection) -> datetime | None:
    """Return the time by the warehouse's own clock; None where the warehouse is a file of this machine."""
    if connection.dialect.name != "postgresql":
        return None
    found: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return found


def _happened(connection: Connection, since: datetime, until: datetime) -> bool:
    """Return whether any row happened between the two instants. Source: the events of leads, activities, deals."""
    return any(
        connection.execute(
            select(table.c[instant]).where(table.c[instant] >= since, table.c[instant] < until).limit(1)
        ).first()
        for table, instants in EVENTS.values()
        for instant in instants
    )


def _span(one: datetime, other: datetime) -> str:
    """Return in words how far two instants lie apart.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 11, 28, 12, tzinfo=UTC)
    >>> _span(noon, noon + timedelta(seconds=3599)), _span(noon, noon.replace(year=1970))
    ('60 minutes', '20,454 days')
    """
    minutes = round(abs(one - other) / timedelta(minutes=1))
    if minutes < 180:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 3 * 1440 else f"{minutes // 1440:,} days"
