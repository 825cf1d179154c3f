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
