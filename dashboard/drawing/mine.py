"""How a rep stands: the week against its quota, follow-up beside the team's middle, and what marketing gave."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

from dashboard.drawing.bar import per_cent, share
from dashboard.drawing.course import told
from dashboard.drawing.marks import marks
from dashboard.drawing.numbers import gap_words, opens, shown
from dashboard.drawing.tree import node
from dashboard.number import Number
from dashboard.reps.day import Day, Source
from dashboard.theme import SHAPES, tone
from dashboard.words import figure

Node = dict[str, Any]
MEASURES = ("in_time", "kept", "wait")
NARROW = "\u00a0"
"""Between a count and its word no line ends."""
FEWEST = 4
TOO_FEW = "Fewer than four of us can be judged: a middle of so few would tell who is where."
REASONS = 5
"""How many reasons for a no are named."""


def _number(one: Number | None, words: Any = None, look: str = "") -> Node | None:
    return None if one is None else node("Button", shown(one) if words is None else words, **opens(one, look))


def _verdict(one: Number, words: str) -> Node:
    shape = node("I", className=f"shape {SHAPES[one.status]}", **marks(aria_hidden="true")) if one.status else None
    return node("Span", [shape, node("Span", words)], className=f"verdict {tone(one.status)}")


def _reasons(numbers: Iterable[Number | None]) -> Node | None:
    found = dict.fromkeys(one.reason for one in numbers if one is not None and one.value is None and one.reason)
    return node("P", "; ".join(found), className="reason") if found else None


def _bar(done: Number | None, target: Number | None, owed: Number | None = None) -> Node:
    whole = target.value if target else None
    filled, tick = (share(one.value if one else None, whole) for one in (done, owed))
    if filled is None:
        return node("Span", className="bar nothing", **marks(aria_hidden="true"))
    inside = [node("Span", className="fill", style={"--share": per_cent(filled)})]
    if tick is not None:
        inside.append(node("Span", className="tick", style={"--share": per_cent(tick)}))
    return node("Span", inside, className="bar", **marks(aria_hidden="true"))


# the week


def week(day: Day) -> list[Node | None]:
    """Return the week: done of its quota, owed and required now, day by day, last week's same point, the pipeline."""
    mine = {name.removeprefix("week."): one for name, one in day.numbers.items() if name.startswith("week.")}
    done, target, owed, gap = (mine.get(name) for name in ("done", "target", "owed", "gap"))
    required = mine.get("required_a_day")
    judged = _number(done, _verdict(done, done.status), "judged") if done and done.status else None
    number = day.week_name.partition("-W")[2].lstrip("0")
    of = [_number(done, look="big"), node("Span", [" of ", _number(target, look="middle")], className="of")]
    return [
        node("Header", [node("H2", "My week"), node("Span", f"week {number}", className="quiet"), judged]),
        node("P", [*of, node("Span", f" {_unit(done, day)}", className="quiet")], className="key-line"),
        _bar(done, target, owed),
        _facts(
            ("owed by now", _number(owed)),
            ("", _gap(gap, owed)),
            ("required a day now", _number(required) if required and required.value else None),
        ),
        _reasons([target, done]),
        node("Div", className="course-week", role="img", **marks(data_opaque="course", aria_label=_told(day))),
        _facts(
            ("same point of last week", _number(mine.get("previous"))),
            ("can still close this week", _number(day.numbers.get("pipeline"))),
        ),
        _reasons([day.numbers.get("pipeline")]),
    ]


def _unit(one: Number | None, day: Day) -> str:
    return "" if one is None else day.currency if one.unit == "money" else one.unit


def _told(day: Day) -> str:
    return told(day.week, "sales")


def _facts(*facts: tuple[str, Node | None]) -> Node | None:
    parts = [
        node("Span", [value, *([node("Span", f" {words}", className="label")] if words else [])], className="fact")
        for words, value in facts
        if value is not None
    ]
    return node("P", parts, className="facts") if parts else None


def _gap(gap: Number | None, owed: Number | None) -> Node | None:
    """Return the gap as a judgement, with the bare figure for when the data is too old to judge."""
    words = gap_words(gap, owed)
    if gap is None or words is None:
        return None
    bare = node("Span", f"gap {shown(gap)}", className="bare")
    if gap.status in (None, "no verdict"):
        return _number(gap, bare)
    judged = node("Span", words, className=f"verdict {tone(gap.status)}")
    return _number(gap, node("Span", [judged, bare], className="either"))


def course(day: Day) -> dict[str, Any]:
    """Return the running totals of the week as plain data: the browser draws them without a library."""
    one = day.week
    return {
        "days": [f"{date:%a}"[:2] for date in one.days],
        "worked": list(one.worked),
        "done": [_float(value) for value in one.done],
        "owed": [_float(value) for value in one.owed],
        "previous": [float(value) for value in one.previous],
        "now": float(one.now),
    }


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


# follow-up


def follow(day: Day) -> list[Node | None]:
    """Return the three measures of follow-up, each on the team's spread; never a rank, and nobody else's name."""
    found = [(day.numbers.get(f"follow.{name}"), day.numbers.get(f"team.{name}")) for name in MEASURES]
    pairs = [(mine, team if team and _hides_each(team) else None) for mine, team in found]
    lines = [_measure(mine, team) for mine, team in pairs if mine is not None]
    beside = next((_whose(team) for _, team in pairs if team is not None), "")
    return [
        node("Header", [node("H2", "My follow-up"), node("Span", beside, className="quiet")]),
        node("Ul", lines, className="measures"),
        None if beside or not lines else node("P", TOO_FEW, className="quiet"),
        _reasons([mine for mine, _ in pairs]),
    ]


def _hides_each(team: Number) -> bool:
    """Return whether so many are in a spread that nobody's own number can be read from it."""
    return team.value is not None and int(team.detail.get("of", 0)) >= FEWEST


def _whose(team: Number) -> str:
    """Return whose middle it is: the words after the colon of its label."""
    return f"beside {team.label.partition('median of ')[2]}"


def _measure(mine: Number, team: Number | None) -> Node:
    parts = [node("Span", mine.label, className="name"), _number(mine, look="middle"), _strip(mine, team)]
    if team is not None:
        parts.append(node("P", _beside(mine, team), className="beside-team"))
    return node("Li", parts, **marks(data_key=mine.name))


def _beside(mine: Number, team: Number) -> list[Any]:
    middle: list[Any] = ["middle ", _number(team)]
    if where := spread(team):
        low, high = (figure(end, team.unit) for end in where)
        middle.append(f", most {low} to {high}")
    said = compared(mine, team)
    return [*([node("Span", said), ": "] if said else []), *middle]


def spread(team: Number) -> tuple[Fraction, Fraction] | None:
    """Return where most of the team lie; nothing where the number does not say."""
    low, high = team.detail.get("low"), team.detail.get("high")
    return None if low is None or high is None else (Fraction(low), Fraction(high))


def compared(mine: Number, team: Number) -> str:
    """Return how a rep's number lies to the team's spread: in it, above or below, in the unit's own words.

    >>> team = Number("team.wait", "Wait", "hours", Fraction(2), "", detail={"low": 1.0, "high": 3.0, "of": 6})
    >>> [compared(Number("wait", "Wait", "hours", Fraction(n), ""), team) for n in (2, 4)]
    ['as most do', 'longer than most']
    """
    where = spread(team)
    if mine.value is None or where is None:
        return ""
    low, high = where
    below, above = ("shorter", "longer") if mine.unit == "hours" else ("below", "above")
    than = " than most" if mine.unit == "hours" else " most"
    return f"{below}{than}" if mine.value < low else f"{above}{than}" if mine.value > high else "as most do"


def _strip(mine: Number, team: Number | None) -> Node | None:
    """Return the team's spread as a band with its middle, and the rep's own dot."""
    if team is None or team.value is None or mine.value is None:
        return None
    middle, own = float(team.value), float(mine.value)
    low, high = map(float, spread(team) or (middle, middle))
    least, most = min(low, own), max(high, own)
    # a spread of nothing stands in the middle
    room = (most - least) / 4 or 0.1

    def at(value: float) -> str:
        return f"{100 * (value - least + room) / (most - least + 2 * room):.2f}%"

    return node(
        "Span",
        [
            node("Span", className="band", style={"--from": at(low), "--to": at(high)}),
            node("Span", className="middle-tick", style={"--share": at(middle)}),
            node("Span", className="dot", style={"--share": at(own)}),
        ],
        className="strip",
        **marks(aria_hidden="true"),
    )


# what marketing gave


def given(day: Day) -> list[Node | None]:
    """Return what marketing gave against what it promised each rep, all and by source, and what became of it."""
    done, target = (day.numbers.get(f"given.{name}") for name in ("done", "target"))
    lines = [_source(day, one) for one in day.sources]
    return [
        node("Header", [node("H2", "What marketing gave me"), node("Span", "this month", className="quiet")]),
        node("P", [_number(done, look="big"), _of(target, "middle"), " leads"], className="key-line") if done else None,
        _bar(done, target),
        node("P", _of_all(day.sources), className="became"),
        _reasons([target, done]),
        node("Ul", [one for one in lines if one], className="sources"),
        _cells(day),
        _rejected(day),
    ]


STEPS = ("high", "medium", "low")


def _cells(day: Day) -> Node | None:
    """Return the nine cells of fit and interest with the leads given; nothing where no lead has both rated."""
    if f"given.cell.{STEPS[0]}.{STEPS[0]}" not in day.numbers:
        return None
    head = node("Tr", [node("Td"), *(node("Th", step, scope="col") for step in STEPS)])
    rows = [node("Tr", [node("Th", fit, scope="row"), *(_cell(day, fit, one) for one in STEPS)]) for fit in STEPS]
    caption = node("Caption", "Fit downwards, interest across", className="unseen")
    table = node("Table", [caption, node("Thead", head), node("Tbody", rows)], className="cells")
    return node("Div", [node("H3", "Fit × interest, down × across"), table], className="by")


def _cell(day: Day, fit: str, interest: str) -> Node:
    return node("Td", _number(day.numbers[f"given.cell.{fit}.{interest}"]))


def _of_all(sources: Sequence[Source]) -> str:
    kinds = zip(*((one.accepted, one.rejected, one.undecided, one.won) for one in sources), strict=True)
    return became(*(sum(kind) for kind in kinds)) if sources else ""


def _of(target: Number | None, look: str = "") -> Node | None:
    if target is None or target.value is None:
        return None
    return node("Span", [" of ", _number(target, look=look), " promised"], className="of")


def _source(day: Day, one: Source) -> Node | None:
    stem = one.prefix.removeprefix(f"rep.{day.rep_id}.")
    done, target = (day.numbers.get(f"{stem}.{name}") for name in ("done", "target"))
    if done is None:
        return None
    promised = target.value if target else None
    of = f" of {shown(target)}" if target and promised is not None else " nothing promised"
    line = [
        node("Span", one.label, className="name", dir="auto", title=one.label),
        node("Span", [node("B", shown(done)), of], className="of"),
        _bar(done, target),
        node("Span", became(one.accepted, one.rejected, one.undecided, one.won), className="became"),
    ]
    return node("Li", _number(done, line, "part"), **marks(data_key=one.prefix))


def became(accepted: int, rejected: int, undecided: int, won: int) -> str:
    """Return what became of leads, in words; what there is none of is left out.

    >>> became(101, 19, 0, 3).replace(NARROW, " ")
    '101 accepted · 19 rejected · 3 won'
    """
    found = {"accepted": accepted, "rejected": rejected, "undecided": undecided, "won": won}
    return " · ".join(f"{count:,}{NARROW}{what}" for what, count in found.items() if count)


def _rejected(day: Day) -> Node | None:
    most = list(day.rejections.items())[:REASONS]
    if not most:
        return None
    parts = [node("Li", [f"{reason} ", node("B", f"{count:,}")], dir="auto") for reason, count in most]
    rest = sum(day.rejections.values()) - sum(count for _, count in most)
    if rest:
        parts.append(node("Li", ["other ", node("B", f"{rest:,}")]))
    return node("Div", [node("H3", "Why I said no"), node("Ul", parts, className="why")], className="by")
