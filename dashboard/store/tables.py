"""What the store keeps, as SQLAlchemy tables, a sentence for each column."""

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, MetaData, Table, Text

from queries.columns import Instant

metadata = MetaData()

packs = Table(
    "packs",
    metadata,
    Column("week", Text, primary_key=True, comment="The week, such as 2026-W46."),
    Column("frozen_at", Instant, nullable=False, comment="The instant whose knowledge the week was frozen with."),
    Column("kept_at", Instant, nullable=False, comment="When it was written here."),
    Column("body", LargeBinary, nullable=False, comment="The frozen week, compressed."),
    Column("digest", Text, nullable=False, comment="What tells two bodies apart."),
    comment="One frozen week, written once.",
)

actions = Table(
    "actions",
    metadata,
    Column("action_id", Text, primary_key=True, comment="Made by who adds it, so that adding twice adds once."),
    Column("week", Text, nullable=False, comment="The week whose meeting decided it."),
    Column("side", Text, nullable=False, comment="marketing or sales."),
    Column("text", Text, nullable=False, comment="What is to be done."),
    Column("owner", Text, nullable=False, comment="Who does it."),
    Column("due_on", Date, nullable=False, comment="The day by which it is done."),
    Column("number", Text, comment="The number it came from."),
    Column("value", Text, comment="What that number was, exactly."),
    Column("written_at", Instant, nullable=False, comment="When it was decided."),
    Column("done_at", Instant, comment="When it was said to be done."),
    Column("outcome", Text, comment="What came of it."),
    Column("removed_at", Instant, comment="When it was taken off the list; it is kept."),
    Column("version", Integer, nullable=False, comment="Grows by one with every change."),
    Index("actions_of_week", "week"),
    comment="One thing that was decided in a meeting.",
)

notes = Table(
    "notes",
    metadata,
    Column("week", Text, primary_key=True, comment="The week of the meeting."),
    Column("step", Text, primary_key=True, comment="The step of the meeting."),
    Column("text", Text, nullable=False, comment="What was noted; empty when it was struck out."),
    Column("version", Integer, nullable=False, comment="Grows by one with every change."),
    comment="What was noted at one step of one meeting.",
)

promises = Table(
    "promises",
    metadata,
    Column("word_id", Text, primary_key=True, comment="Made by who says it, so that saying twice says once."),
    Column("version", Integer, primary_key=True, autoincrement=False, comment="1, and one more with each correction."),
    Column("week", Text, nullable=False, comment="The week that the word is about."),
    Column("side", Text, nullable=False, comment="marketing or sales."),
    Column("number", Text, comment="The number it will be measured by."),
    Column("value", Text, comment="What that number will be, exactly."),
    Column("text", Text, nullable=False, comment="The word as it was said."),
    Column("said_at", Instant, nullable=False, comment="When it was said, or corrected."),
    Column("said_by", Text, nullable=False, comment="Who said it."),
    Column("taken_back", Integer, nullable=False, comment="1 when this correction takes the word back."),
    Index("promises_of_week", "week"),
    comment="One word of one side about a week, each correction a row of its own.",
)
