"""What the store keeps, as SQLAlchemy tables, a sentence for each column."""

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, MetaData, Table, Text

from queries.columns import Instant

metadata = MetaData()

packs = Table(
    "packs",
    metadata,
    Column("week", Text, primary_key=True, doc="The week, such as 2026-W46."),
    Column("frozen_at", Instant, nullable=False, doc="The instant whose knowledge the week was frozen with."),
    Column("kept_at", Instant, nullable=False, doc="When it was written here."),
    Column("body", LargeBinary, nullable=False, doc="The frozen week, compressed."),
    Column("digest", Text, nullable=False, doc="What tells two bodies apart."),
    info={"doc": "One frozen week, written once."},
)

actions = Table(
    "actions",
    metadata,
    Column("action_id", Text, primary_key=True, doc="Made by who adds it, so that adding twice adds once."),
    Column("week", Text, nullable=False, doc="The week whose meeting decided it."),
    Column("side", Text, nullable=False, doc="marketing or sales."),
    Column("text", Text, nullable=False, doc="What is to be done."),
    Column("owner", Text, nullable=False, doc="Who does it."),
    Column("due_on", Date, nullable=False, doc="The day by which it is done."),
    Column("number", Text, doc="The number it came from."),
    Column("value", Text, doc="What that number was, exactly."),
    Column("written_at", Instant, nullable=False, doc="When it was decided."),
    Column("done_at", Instant, doc="When it was said to be done."),
    Column("outcome", Text, doc="What came of it."),
    Column("removed_at", Instant, doc="When it was taken off the list; it is kept."),
    Column("version", Integer, nullable=False, doc="Grows by one with every change."),
    Index("actions_of_week", "week"),
    info={"doc": "One thing that was decided in a meeting."},
)

notes = Table(
    "notes",
    metadata,
    Column("week", Text, primary_key=True, doc="The week of the meeting."),
    Column("step", Text, primary_key=True, doc="The step of the meeting."),
    Column("text", Text, nullable=False, doc="What was noted; empty when it was struck out."),
    Column("version", Integer, nullable=False, doc="Grows by one with every change."),
    info={"doc": "What was noted at one step of one meeting."},
)

promises = Table(
    "promises",
    metadata,
    Column("word_id", Text, primary_key=True, doc="Made by who says it, so that saying twice says once."),
    Column("version", Integer, primary_key=True, autoincrement=False, doc="1, and one more with each correction."),
    Column("week", Text, nullable=False, doc="The week that the word is about."),
    Column("side", Text, nullable=False, doc="marketing or sales."),
    Column("number", Text, doc="The number it will be measured by."),
    Column("value", Text, doc="What that number will be, exactly."),
    Column("text", Text, nullable=False, doc="The word as it was said."),
    Column("said_at", Instant, nullable=False, doc="When it was said, or corrected."),
    Column("said_by", Text, nullable=False, doc="Who said it."),
    Column("taken_back", Integer, nullable=False, doc="1 when this correction takes the word back."),
    Index("promises_of_week", "week"),
    info={"doc": "One word of one side about a week, each correction a row of its own."},
)

mails = Table(
    "mails",
    metadata,
    Column("week", Text, primary_key=True, doc="The week that was sent."),
    Column("reader", Text, primary_key=True, doc="A digest of the address it was sent to."),
    Column("begun_at", Instant, nullable=False, doc="When the sending began."),
    Column("sent_at", Instant, doc="When the mail server had taken it; empty when nobody knows."),
    info={"doc": "One week that was sent to one reader."},
)

sessions = Table(
    "sessions",
    metadata,
    Column("session", Text, primary_key=True, doc="A digest of the token in the browser's cookie."),
    Column("subject", Text, nullable=False, doc="Who it is, as the provider calls them."),
    Column("email", Text, nullable=False, doc="Their address, in small letters."),
    Column("name", Text, nullable=False, doc="What people call them."),
    Column("groups", Text, nullable=False, doc="The groups the provider named, as JSON."),
    Column("begun_at", Instant, nullable=False, doc="When they signed in."),
    Column("seen_at", Instant, nullable=False, doc="When they were last here, to some minutes."),
    Column("ends_at", Instant, nullable=False, doc="When they have to sign in again."),
    Index("sessions_of_email", "email"),
    info={"doc": "One sign-in of one person in one browser."},
)

screens = Table(
    "screens",
    metadata,
    Column("screen_id", Text, primary_key=True, doc="The screen."),
    Column("name", Text, nullable=False, doc="What people call it."),
    Column("token", Text, unique=True, doc="A digest of its token; empty until the screen has fetched it."),
    Column("pages", Text, nullable=False, doc="The addresses it shows in turn, as JSON."),
    Column("every", Integer, nullable=False, doc="Seconds for each page, where there are several."),
    Column("reloads", Integer, nullable=False, doc="Grows by one whenever it is told to load itself anew."),
    Column("paired_by", Text, nullable=False, doc="Who paired it."),
    Column("paired_at", Instant, nullable=False, doc="When it was paired."),
    Column("seen_at", Instant, doc="When it was last heard of, to some minutes."),
    Column("revoked_at", Instant, doc="When it was shut out; it is kept, so that its token stays known."),
    info={"doc": "One screen that nobody touches, and what it shows."},
)

pairings = Table(
    "pairings",
    metadata,
    Column("ask", Text, primary_key=True, doc="A digest of the secret by which the waiting screen asks."),
    Column("code", Text, nullable=False, unique=True, doc="A digest of the code on the screen."),
    Column("address", Text, nullable=False, doc="A digest of where the screen asks from."),
    Column("begun_at", Instant, nullable=False, doc="When the code was made."),
    Column("ends_at", Instant, nullable=False, doc="When the code is no longer taken."),
    Column("screen_id", Text, doc="The screen it has become; empty until somebody types the code."),
    info={"doc": "One screen that waits to be paired."},
)

tries = Table(
    "tries",
    metadata,
    Column("try_id", Text, primary_key=True, doc="The try."),
    Column("who", Text, nullable=False, doc="A digest of who tried."),
    Column("tried_at", Instant, nullable=False, doc="When."),
    Index("tries_of_who", "who", "tried_at"),
    info={"doc": "One code that was typed and is none."},
)

ACCESS = (sessions, screens, pairings, tries)
"""Who may see the board: never in a backup, so that putting one back lets nobody in who was shut out since."""
