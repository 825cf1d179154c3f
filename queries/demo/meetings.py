"""What the made-up company decided in its last meetings, and who speaks there for each side. Nobody in it exists."""

from typing import NamedTuple

SPEAKERS = {"marketing": "H. Falk", "sales": "S. Arens"}
"""Who gives each side's word."""
KEPT = ((True, True), (False, True), (True, False), (True, True))
"""Whether marketing's word and sales' word on each of the last weeks held, the oldest first."""


class Decided(NamedTuple):
    """One action of one meeting; days are counted from the meeting."""

    weeks_ago: int
    """0: the meeting on the last week."""
    side: str
    owner: str
    number: str
    """The number it came from, by its name."""
    text: str
    due: int
    done: int | None = None
    """None: still open."""
    outcome: str | None = None


ACTIONS = (
    Decided(
        3,
        "marketing",
        "Mira F.",
        "marketing.week.source.paid search.done",
        "Test the paid search form every Monday at nine",
        due=4,
        done=2,
        outcome="Runs by itself now and writes to both of us when it fails.",
    ),
    Decided(
        3,
        "sales",
        "Greta L.",
        "followup.first_attempt.overdue",
        "Share out waiting leads at noon too",
        due=4,
        done=3,
        outcome="Part of the day now; it takes five minutes.",
    ),
    Decided(
        2,
        "marketing",
        "Nele J.",
        "followup.acceptance.of_handed_over",
        "Ask for the measuring task on the quote form",
        due=23,
    ),
    Decided(
        2,
        "sales",
        "Ines R.",
        "followup.attempts.short",
        "Plan the next attempt as soon as one fails",
        due=7,
        done=4,
        outcome="Both teams do it; the CRM reminds them.",
    ),
    Decided(
        1,
        "marketing",
        "Oskar T.",
        "marketing.week.source.social.done",
        "Show the price in Sensor of the month",
        due=4,
        done=3,
        outcome="The next issue has it; we look at it again in a month.",
    ),
    Decided(
        1,
        "sales",
        "Anna K.",
        "followup.acceptance.waiting_too_long",
        "Keep an hour on Thursday for yes or no",
        due=4,
        done=3,
        outcome="It is in everybody’s calendar; the oldest go first.",
    ),
    Decided(
        0,
        "marketing",
        "Oskar T.",
        "marketing.week.source.paid search.done",
        "Pause the two terms that sales rejects most",
        due=8,
    ),
    Decided(
        0,
        "marketing",
        "Mira F.",
        "followup.acceptance.of_decided",
        "Write down what “no fit” means, with examples",
        due=11,
    ),
    Decided(
        0,
        "sales",
        "Jonas B.",
        "sales.week.pipeline",
        "Call about every offer that was to close",
        due=10,
    ),
)
