"""The takeaway of each step, made from its figures, and never a sentence that they do not bear. Pure.

What is absent is said in words and compared with nothing; what is too early or too old to judge is not judged; a share
of few is told as a count. No sentence names a person, and none says who is to blame.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from dashboard.board import Part
from dashboard.number import Number, Unit
from dashboard.words import SMALL_COUNT, figure, listed, many, rounded

Numbers = Mapping[str, Number]
COUNTED = ("leads", "customers", "deals")
NO_WORD = (None, "no verdict")
MOST_NAMES = 2
"""More campaigns that brought as much are counted, not named: their names have commas of their own."""
FEWEST_PARTS = Fraction(1)
"""A part that is less than this away from what it promised is not spoken of."""


class Standing(NamedTuple):
    """The numbers of one promise that a sentence is made from; a number that is not there is none."""

    done: Number | None
    target: Number | None
    owed: Number | None
    gap: Number | None


def standing(numbers: Numbers, prefix: str) -> Standing:
    """Return the numbers of the promise that is called ``prefix``."""
    return Standing(*(numbers.get(f"{prefix}.{name}") for name in Standing._fields))


# how far


def size(value: Fraction, beside: Fraction | None, unit: Unit) -> str:
    """Return how far one is ahead or behind, as finely as on the board: counts are whole from twenty on.

    >>> size(Fraction(23, 2), Fraction(50), "leads"), size(Fraction(5, 2), Fraction(12), "leads")
    ('12', '2.5')
    """
    whole = beside is not None and beside >= SMALL_COUNT and unit in COUNTED
    return rounded(abs(value)) if whole else figure(abs(value), unit)


def known(one: Number | None) -> Fraction | None:
    """Return the value of a number, where there is the number and it has one."""
    return one.value if one is not None else None


def judged(mine: Standing) -> bool:
    """Return whether a promise is judged at all: something was promised, and the data is young enough."""
    return mine.done is not None and mine.done.status not in NO_WORD


def over(mine: Standing) -> bool:
    """Return whether the whole promise is owed: its period has gone by."""
    return known(mine.target) is not None and known(mine.owed) == known(mine.target)


def distance(mine: Standing, behind: str, ahead: str, exactly: str) -> str:
    """Return how far done is from owed in the words given, the first two with a gap; nothing where that is unknown."""
    done, owed = known(mine.done), known(mine.owed)
    if mine.done is None or done is None or owed is None:
        return ""
    told = size(done - owed, owed, mine.done.unit)
    if not told.strip("0."):
        return exactly
    return (ahead if done > owed else behind).format(told)


def amount(one: Number, currency: str) -> str:
    """Return a number with what it counts: money in the company's currency, all else bare."""
    return f"{figure(one.value, one.unit)} {currency}" if one.unit == "money" else figure(one.value, one.unit)


def missing(*numbers: Number | None) -> str:
    """Return why numbers are not known, each reason once; nothing where they all are."""
    return "; ".join(dict.fromkeys(one.reason for one in numbers if one and one.value is None and one.reason))


def sentence_of(text: str) -> str:
    """Return words as a sentence: with a capital and a full stop.

    >>> sentence_of("nobody knows"), sentence_of("North fell short.")
    ('Nobody knows.', 'North fell short.')
    """
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text[-1:] in ".!?" else ".") if text else ""


def unjudged(mine: Standing) -> str:
    """Return why a promise of which done and target are known is not judged; nothing where it is."""
    if mine.done is not None and mine.done.status == "too early":
        return "it is too early to judge"
    return "" if judged(mine) or not known(mine.target) else "the data was too old to judge it"


# 1 the goal


def goal(numbers: Numbers, currency: str) -> str:
    """Return where the shared goal stands, and how many past months would have reached it from there."""
    mine = standing(numbers, "goal.month")
    what = mine.done.label.partition(":")[0] if mine.done else "The goal of the month"
    if mine.done is None or mine.done.value is None:
        return sentence_of(f"{what} is not known: {missing(mine.done) or 'nothing tells'}")
    if mine.target is None or mine.target.value is None:
        return sentence_of(f"{what} is {amount(mine.done, currency)}; {missing(mine.target) or 'no goal was agreed'}")
    base = f"{what} is {figure(mine.done.value, mine.done.unit)} of {amount(mine.target, currency)}"
    if why := unjudged(mine):
        return sentence_of(f"{base}; {why}")
    if not judged(mine):
        return sentence_of(base)
    if mine.done.value >= mine.target.value:
        return sentence_of(f"{base}: the goal is reached")
    by = "the whole goal is owed and {} are missing" if over(mine) else "{} behind what was owed by then"
    told = distance(mine, by, "{} ahead of what was owed by then", "just what was owed by then")
    rest = chance(numbers.get("goal.month.projection")) if not over(mine) else ""
    return " ".join(filter(None, [sentence_of(f"{base}, {told}" if told else base), rest]))


def chance(likely: Number | None) -> str:
    """Return how many past months would have reached the goal from here; nothing without enough of them."""
    if likely is None or likely.value is None:
        return ""
    reached, of = likely.detail.get("reached"), likely.detail.get("of")
    if reached is None or not of:
        return ""
    return f"Going on as past months did, {reached} of {of} reach it."


# 2 and 3 the two promises


def marketing(numbers: Numbers, prefix: str, parts: Sequence[Part]) -> str:
    """Return what marketing delivered of what it promised, and the sources that were furthest from their shares."""
    mine = standing(numbers, prefix)
    if mine.done is None or mine.done.value is None:
        return sentence_of(f"what marketing delivered is not known: {missing(mine.done) or 'nothing tells'}")
    done = figure(mine.done.value, mine.done.unit)
    if mine.target is None or mine.target.value is None:
        why = missing(mine.target) or "nothing was promised"
        return sentence_of(f"marketing delivered {done} sales-ready leads; {why}")
    base = f"marketing delivered {done} of {figure(mine.target.value, 'leads')} sales-ready leads promised"
    return _told(base, mine, "more than promised") + _parts(numbers, parts)


def sales(numbers: Numbers, prefix: str, currency: str) -> str:
    """Return what sales brought of its quota, and how that compares with the week before."""
    mine = standing(numbers, prefix)
    if mine.done is None or mine.done.value is None:
        return sentence_of(f"what sales brought is not known: {missing(mine.done) or 'nothing tells'}")
    verb, noun = ("booked", "") if mine.done.unit == "money" else ("won", " new customers")
    if mine.target is None or mine.target.value is None:
        why = missing(mine.target) or "no quota was agreed"
        return sentence_of(f"sales {verb} {amount(mine.done, currency)}{noun}; {why}")
    done, target = figure(mine.done.value, mine.done.unit), amount(mine.target, currency)
    base = f"sales {verb} {done} of {target}{noun}"
    return _told(base, mine, "above the quota") + _before(mine.done, numbers.get(f"{prefix}.previous"), over(mine))


def _told(base: str, mine: Standing, more: str) -> str:
    """Return a sentence on one promise: what was done of it, and how far that is from what was owed."""
    if why := unjudged(mine):
        return sentence_of(f"{base}; {why}")
    if not judged(mine):
        return sentence_of(base)
    if over(mine):
        words = distance(mine, "{} short", f"{{}} {more}", "just as promised")
    else:
        words = distance(mine, "{} behind what was owed by then", "{} ahead of it", "just what was owed by then")
    return sentence_of(f"{base}, {words}" if words else base)


def _parts(numbers: Numbers, parts: Sequence[Part]) -> str:
    """Return the part that fell shortest of its share and the one that went furthest beyond, where there are such."""
    gaps = sorted(_gaps(numbers, parts), key=lambda one: (one[0], one[1]))
    if len(gaps) < 2:
        return ""
    (least, low, short), (most, high, beyond) = gaps[0], gaps[-1]
    said = [f"{low} fell {short} short of its share"] if least <= -FEWEST_PARTS else []
    said += [f"{high} brought {beyond} more than its share"] if most >= FEWEST_PARTS else []
    return f" {sentence_of(', '.join(said))}" if said else ""


def _gaps(numbers: Numbers, parts: Sequence[Part]) -> Iterator[tuple[Fraction, str, str]]:
    """Yield how far each part that is judged and whose time is over is from its own promise."""
    for part in parts:
        mine = standing(numbers, part.prefix)
        done, target = known(mine.done), known(mine.target)
        if mine.done and done is not None and target and judged(mine) and over(mine):
            yield done - target, part.label, size(done - target, target, mine.done.unit)


def _before(done: Number, previous: Number | None, whole: bool) -> str:
    """Return how a week compares with the one before; nothing where either is missing, or nothing came in."""
    before = known(previous)
    if done.value is None or not before or done.status in NO_WORD:
        return ""
    period = "the week before" if whole else "the same part of the week before"
    told = size(done.value - before, before, done.unit)
    if not told.strip("0."):
        return f" As much as {period}."
    return f" {told} {'more' if done.value > before else 'less'} than in {period}."


# 4 what each side owes the other


def owing(numbers: Numbers) -> str:
    """Return one thing that each side owes the other for every lead, marketing's and sales' alike."""
    lacking, tried = numbers.get("quality.incomplete"), numbers.get("followup.first_attempt.in_time")
    accepted = numbers.get("followup.acceptance.of_decided")
    given, back = of_all(lacking), of_all(tried)
    marketing = f"{given} of marketing’s new leads lacked a required field" if given else _unsaid("marketing", lacking)
    sales = f"sales tried {back} of its leads in time" if back else _unsaid("sales", tried)
    if yes := of_all(accepted):
        sales += f"{' and' if back else '; sales'} accepted {yes} of those it decided on"
    return sentence_of(f"{marketing}; {sales}")


def of_all(one: Number | None) -> str:
    """Return a share in words: in per cent, or as a count where it is a share of few; nothing where it is unknown.

    >>> share = Number("a", "A", "share", Fraction(9, 10), "", numerator=Fraction(9), denominator=Fraction(10))
    >>> of_all(share), of_all(share._replace(numerator=Fraction(90), denominator=Fraction(100))), of_all(None)
    ('9 of 10', '90 %', '')
    """
    if one is None or one.value is None:
        return ""
    if one.numerator is not None and one.denominator is not None and one.denominator < SMALL_COUNT:
        return f"{figure(one.numerator, 'leads')} of {figure(one.denominator, 'leads')}"
    return figure(one.value, "share")


def _unsaid(side: str, one: Number | None) -> str:
    return f"what {side} owes cannot be told: {missing(one) or 'nothing tells'}"


# 5 lead review


def review(numbers: Numbers, cards: int) -> str:
    """Return what was settled on leads in the week, and how many of their stories are told."""
    counts = {what: known(numbers.get(f"review.{what}")) for what in ("accepted", "rejected", "won", "lost")}
    if not any(counts.values()):
        far = ", as far as that is recorded" if None in counts.values() else ""
        return f"Nothing was settled on any lead in this week{far}."
    said = [_decisions(counts["accepted"], counts["rejected"]), _endings(counts["won"], counts["lost"])]
    stories = f" {many(cards, 'story', 'stories')} of these, drawn by lot." if cards else ""
    return sentence_of("; ".join(filter(None, said))) + stories


def _decisions(yes: Fraction | None, no: Fraction | None) -> str:
    """Return what sales said to leads, as far as that is known."""
    said = [f"accepted {many(int(yes), 'lead')}"] if yes is not None else []
    if no is not None:
        said.append(f"rejected {int(no):,}" if said else f"rejected {many(int(no), 'lead')}")
    return f"sales {listed(said)}" if said else ""


def _endings(won: Fraction | None, lost: Fraction | None) -> str:
    """Return how deals from leads ended, as far as that is known."""
    said = [("won", int(won))] if won is not None else []
    said += [("lost", int(lost))] if lost is not None else []
    if not said:
        return ""
    (first, count), rest = said[0], said[1:]
    more = "".join(f", {other:,} {how}" for how, other in rest)
    return f"{many(count, 'deal')} from leads {'was' if count == 1 else 'were'} {first}{more}"


# 6 campaigns


class Bringer(NamedTuple):
    """One campaign and what it brought of one kind."""

    name: str
    brought: int


def campaigns(
    ready: Sequence[Bringer], won: Sequence[Bringer], visits: Sequence[Bringer], lacking: Sequence[str]
) -> str:
    """Return which campaign brought the most sales-ready leads, customers and visits in the week, each named once."""
    if not any(one.brought for one in (*ready, *won, *visits)):
        return sentence_of("; ".join(lacking) or "no campaign brought a lead, a customer or a visit in this week")
    kinds = ((ready, "sales-ready lead"), (won, "new customer"), (visits, "visit"))
    found: dict[tuple[str, ...], list[str]] = {}
    for some, noun in kinds:
        if any(one.brought for one in some):
            found.setdefault(first_in(some), []).append(most(some, noun))
    verbs = ["brought ", *[""] * (len(found) - 1)]
    said = [f"{called(who)} {verb}{listed(what)}" for verb, (who, what) in zip(verbs, found.items(), strict=True)]
    return sentence_of(", ".join(said))


def first_in(some: Sequence[Bringer]) -> tuple[str, ...]:
    """Return who brought the most of something, by name: several where they brought as much.

    >>> first_in([Bringer("Guides", 3), Bringer("Brand", 3), Bringer("Lab", 1)])
    ('Brand', 'Guides')
    """
    top = max(one.brought for one in some)
    return tuple(sorted(one.name for one in some if one.brought == top))


def called(names: Sequence[str]) -> str:
    """Return campaigns as a sentence calls them: by their names, or counted where they are many.

    >>> called(("Brand", "Guides")), called(("Brand", "Guides", "Lab"))
    ('Brand and Guides', '3 campaigns')
    """
    return listed(list(names)) if len(names) <= MOST_NAMES else f"{len(names)} campaigns"


def most(some: Sequence[Bringer], noun: str) -> str:
    """Return the most that one campaign brought of something, or each of several.

    >>> most([Bringer("Guides", 3), Bringer("Lab", 1)], "lead"), most([Bringer("A", 3), Bringer("B", 3)], "lead")
    ('the most leads (3)', 'the most leads (3 each)')
    """
    top = max(one.brought for one in some)
    return f"the most {noun}s ({top:,}{' each' if len(first_in(some)) > 1 else ''})"


# 7 actions and words


class Word(NamedTuple):
    """One side's word for the week and what came, as far as both are known."""

    side: str
    promised: str
    """As people write it: ``420 sales-ready leads``."""
    came: str
    """Empty where it is not known."""
    held: bool | None
    """None where it cannot be told."""


def actions(done: int, of: int, words: Sequence[Word]) -> str:
    """Return how many of the actions that were due are done, and how each side's word for the week held."""
    if not of:
        first = "no action came over from the weeks before"
    else:
        first = f"{done:,} of {many(of, 'action')} from the weeks before {'is' if 1 in (done, of) else 'are'} done"
    return " ".join([sentence_of(first), *(sentence_of(_word(one)) for one in words)])


def _word(one: Word) -> str:
    base = f"{one.side} said {one.promised}"
    if not one.came:
        return f"{base}; what came is not known"
    held = {True: " and its word held", False: " and its word did not hold", None: ""}[one.held]
    return f"{base}; {one.came} came{held}"
