"""The sending of a week: once to each reader of ``[meeting] mail_to``, whatever restarts in between."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from typing import NamedTuple

from dashboard.packing.letter import letter
from dashboard.packing.post import Post, PostUnsure, Taken, hand_over
from dashboard.packing.week import read
from dashboard.settings import Settings
from dashboard.store.door import Store
from dashboard.words import many
from queries.faults import Refused


class NobodyNamed(Refused):
    """The company's file names nobody to whom a week is sent."""


class Mailed(NamedTuple):
    """What became of the mail of one week."""

    week: str
    taken: Taken
    had: int
    """So many readers had it before."""


def send(told: Settings, store: Store, server: Post, name: str, at: datetime, again: bool = False) -> Mailed:
    """Send a week that was kept to whoever has not had it yet, or ``again`` to all; return what became of it.

    Raises ``NobodyNamed``, ``NotKept``, ``PostRefused`` when the server takes it for nobody now: then nobody is
    remembered as having it; and ``PostUnsure`` when nobody knows whether it did: then it stays begun.
    """
    readers = told.company.meeting.mail_to
    if not readers:
        raise NobodyNamed('nobody is named to send it to: write mail_to = ["ann@example.com"] under [meeting]')
    mine = list(readers) if again else waiting(store, name, readers)
    if not mine:
        return Mailed(name, Taken((), (), ()), len(readers))
    mail = letter(read(told, store, name, at), server.sender, mine)
    begun = store.mails.begin(name, mine, at)
    # another sender may have begun with some of them meanwhile
    taken = _handed_over(store, server, mail, name, mine if again else begun, at)
    return Mailed(name, taken, len(readers) - len(mine))


def waiting(store: Store, name: str, readers: Sequence[str]) -> list[str]:
    """Return who has not had a week; one for whom that is not known may have it, and is left to a person to decide."""
    there = store.mails.of(name, readers)
    return [one for one in readers if one not in there.sent and one not in there.unsure]


def _handed_over(store: Store, server: Post, mail: EmailMessage, name: str, mine: Sequence[str], at: datetime) -> Taken:
    if not mine:
        return Taken((), (), ())
    try:
        taken = hand_over(server, mail, mine)
    except PostUnsure:
        # it may have come: the rows stay begun, and whether it is sent once more is a person's to decide
        raise
    except Refused:
        store.mails.failed(name, mine)
        raise
    store.mails.ended(name, [*taken.sent, *taken.never], at)
    store.mails.failed(name, taken.later)
    return taken


def said(done: Mailed) -> str:
    """Return in a sentence what became of a mail; no address is in it."""
    sent, later, never = (len(some) for some in done.taken)
    if not (sent or later or never):
        return f"{done.week} was sent before, or its sending was begun and never ended; --again sends it once more"
    told = [f"{done.week} was sent to {many(sent, 'reader')}"] if sent else [f"{done.week} was sent to nobody"]
    told += [f"{many(done.had, 'other')} had it before"] if done.had else []
    told += [f"the mail server refuses {many(never, 'address', 'addresses')} of mail_to for good"] if never else []
    told += [f"it asks to try {many(later, 'address', 'addresses')} again later"] if later else []
    return "; ".join(told)
