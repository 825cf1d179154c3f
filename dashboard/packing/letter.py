"""A week as a mail: its sentences and numbers in plain text and in simple HTML, and the whole of it attached. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from itertools import islice
from typing import Any, NamedTuple

from dashboard.drawing.numbers import shown
from dashboard.meeting_told import most_first
from dashboard.number import Number
from dashboard.packing import parts
from dashboard.packing.page import name, page
from dashboard.packing.week import Packed
from dashboard.words import many

MOST_NUMBERS, MOST_MOVED, MOST_ACTIONS = 12, 12, 20
WIDE = 56
"""Letters of a label in the plain text; the numbers stand in a column after it."""
ATTACHED = "The attached file holds the whole of it, its charts and what each number means; it opens without a network."
INK, QUIET, LINE = "#15181e", "#4b515c", "#dfe0e4"
FONT = "Inter, Helvetica, Arial, sans-serif"


class Line(NamedTuple):
    """A number in a mail: what it is, what it came to, and how it has moved since."""

    label: str
    value: str
    moved: str


class Told(NamedTuple):
    """A step in a mail: its title and sentence, its first numbers, what else it lists, and what could not be drawn."""

    title: str
    takeaway: str
    lines: Sequence[Line]
    listed: Sequence[str]
    fault: str


def letter(packed: Packed, sender: str, readers: Sequence[str]) -> EmailMessage:
    """Return the mail of a week; what of it could not be made is said in it, and the rest is there."""
    made = EmailMessage(policy=SMTP)
    made["Subject"] = " ".join(f"{packed.walk.company}: {packed.walk.title}".split())
    made["From"], made["To"] = sender, ", ".join(readers)
    made["Date"] = format_datetime(packed.made_at)
    made["Message-ID"] = f"<{packed.walk.week}.{_of(packed, readers)}@{sender.rpartition('@')[2]}>"
    file, fault = parts.drawn(lambda: page(packed), "The attached file")
    steps = told(packed)
    faults = [one for one in (fault, *(step.fault for step in steps)) if one]
    ends = _ends(packed, faults, isinstance(file, bytes))
    made.set_content(text(packed, steps, ends))
    made.add_alternative(body(packed, steps, ends), subtype="html")
    if isinstance(file, bytes):
        charset = {"charset": "utf-8"}
        made.add_attachment(file, maintype="text", subtype="html", params=charset, filename=name(packed))
    return made


def _of(packed: Packed, readers: Sequence[str]) -> str:
    """Return what makes this mail another than others: sent twice by mistake, it is known as the same."""
    return sha256("\n".join([packed.walk.company, *sorted(readers)]).encode()).hexdigest()[:20]


def told(packed: Packed) -> list[Told]:
    """Return the seven steps as a mail tells them: the sentence of each, and the first numbers that stand in it."""
    found = zip(packed.walk.steps, parts.steps(packed), strict=True)
    return [
        Told(
            f"{one.place} {one.title}",
            one.takeaway,
            list(_lines(packed, scene)),
            list(_actions(packed)) if one.name == "actions" else [],
            fault,
        )
        for one, (scene, fault) in found
    ]


def _lines(packed: Packed, scene: Any) -> Iterator[Line]:
    names = islice(dict.fromkeys(parts.standing(scene)), MOST_NUMBERS)
    for one in (packed.walk.numbers[each] for each in names if each in packed.walk.numbers):
        yield Line(one.label, _value(packed, one), packed.walk.changes.get(one.name, ""))


def _value(packed: Packed, one: Number) -> str:
    unit = f" {packed.walk.currency}" if one.unit == "money" and one.value is not None else ""
    return f"{shown(one)}{unit}" if one.value is not None else one.reason or "not known"


def _actions(packed: Packed) -> Iterator[str]:
    decided = packed.walk.decided
    still = [one for one in (*decided.carried, *decided.actions) if not one["done"]]
    yield from (_action(one) for one in still[:MOST_ACTIONS])
    if len(still) > MOST_ACTIONS:
        yield f"and {len(still) - MOST_ACTIONS:,} more"


def _action(one: Mapping[str, Any]) -> str:
    return f"{one['text']} ({one['owner']}, {one['due']})"


def moved(packed: Packed) -> list[str]:
    """Return in a line each what has moved since the week was kept."""
    if lacking := packed.faults.get("moved"):
        return [f"{parts.LACKING['moved']}: {lacking}"]
    some = [f"{one.label}: {one.words}" for one in most_first(packed.ledger)]
    more = [f"and {many(len(some) - MOST_MOVED, 'more number')}, row by row in the attached file"]
    return some[:MOST_MOVED] + (more if len(some) > MOST_MOVED else [])


def _ends(packed: Packed, faults: Sequence[str], is_attached: bool) -> list[str]:
    facts = ". ".join(f"{one[0].upper()}{one[1:]}" for one in parts.facts(packed))
    return [*faults, f"{facts}.", *([ATTACHED] if is_attached else [])]


# in plain text


def text(packed: Packed, steps: Sequence[Told], ends: Sequence[str]) -> str:
    """Return the mail for whoever reads plain text."""
    since = moved(packed)
    blocks = [
        [packed.walk.company, packed.walk.title, packed.walk.state],
        *(list(_plain(one)) for one in steps),
        ["What has moved since", *(f"  {one}" for one in since)] if since else [],
        ends,
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _plain(one: Told) -> Iterator[str]:
    yield one.title
    yield one.takeaway
    for line in one.lines:
        yield f"  {line.label:<{WIDE}}  {line.value}"
        if line.moved:
            yield f"    since then {line.moved}"
    yield from (f"  – {each}" for each in one.listed)


# in HTML, styled word by word as mail programs want it


def body(packed: Packed, steps: Sequence[Told], ends: Sequence[str]) -> str:
    """Return the mail as simple HTML: one column, no picture, nothing to load."""
    walk = packed.walk
    since = moved(packed)
    head = [
        _paragraph(walk.company, f"font-weight: 600; color: {QUIET}"),
        f'<h1 style="margin: 0; font-size: 24px; letter-spacing: -0.02em">{escape(walk.title)}</h1>',
        _paragraph(walk.state, f"color: {QUIET}"),
    ]
    after = [_heading("What has moved since"), *(_paragraph(one, "") for one in since)] if since else []
    foot = [_paragraph(one, f"color: {QUIET}; font-size: 13px") for one in ends]
    inside = "\n".join([*head, *(part for one in steps for part in _rich(one)), *after, f"<hr {_rule()}>", *foot])
    look = f"margin: 0 auto; max-width: 640px; padding: 24px 16px; color: {INK}; font: 15px/1.45 {FONT}"
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light"></head>'
        f'<body style="margin: 0; background: #ffffff"><div style="{look}">\n{inside}\n</div></body></html>\n'
    )


def _rule() -> str:
    return f'style="margin: 28px 0 12px; border: 0; border-top: 1px solid {LINE}"'


def _heading(words: str) -> str:
    return f'<h2 style="margin: 28px 0 4px; font-size: 14px; color: {QUIET}">{escape(words)}</h2>'


def _paragraph(words: str, look: str) -> str:
    return f'<p style="margin: 2px 0; {look}">{escape(words)}</p>'


def _rich(one: Told) -> Iterator[str]:
    yield _heading(one.title)
    yield _paragraph(one.takeaway, "font-size: 19px; font-weight: 600; line-height: 1.3")
    if one.lines:
        rows = "".join(_row(line) for line in one.lines)
        look = "width: 100%; margin-top: 8px; border-collapse: collapse"
        yield f'<table role="presentation" style="{look}">{rows}</table>'
    yield from (_paragraph(f"– {each}", "") for each in one.listed)


def _row(line: Line) -> str:
    cell = f"padding: 5px 0; border-bottom: 1px solid {LINE}; vertical-align: top"
    since = (
        f'<br><span style="color: {QUIET}; font-size: 13px">since then {escape(line.moved)}</span>'
        if line.moved
        else ""
    )
    right = f"{cell}; padding-left: 12px; text-align: right; font-weight: 600"
    return f'<tr><td style="{cell}">{escape(line.label)}{since}</td><td style="{right}">{escape(line.value)}</td></tr>'
