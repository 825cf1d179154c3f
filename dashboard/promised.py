"""The numbers that every promise has in common, made from its standing: target, done, owed, gap, pace, what is left."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from dashboard.number import Number, Rows, Unit, sentence
from dashboard.pace import Bands, Past, Projection, Standing, Status, projection
from dashboard.words import figure, many, near, per_cent, plain


class Target(NamedTuple):
    """What was promised for a period, how it was reckoned, by which version; or why there is none."""

    amount: Fraction | None
    formula: str = ""
    agreement: str | None = None
    reason: str = ""


class Tally(NamedTuple):
    """What was counted, and what was left out, by reason."""

    done: Fraction
    left_out: Mapping[str, int]


class Promise(NamedTuple):
    """One promise at one moment, as far as it is known."""

    prefix: str
    """``marketing.month``"""
    label: str
    """``Sales-ready leads this month``"""
    unit: Unit
    target: Target
    tally: Tally
    standing: Standing
    """With a target of 0 where nothing was promised."""
    bands: Bands | None
    counted_by: Callable[..., Any]
    """The function whose docstring defines what is counted."""
    promised_by: Callable[..., Any]
    """The function whose docstring defines the target."""
    tables: tuple[str, ...]
    rows: Rows
    """The rows of what is done."""
    unknown: str = ""
    """Why it cannot be told what was done; then only what was promised and what is owed are known."""

    @property
    def status(self) -> Status:
        """The word for where it stands."""
        judged = self.bands and self.target.amount and not self.unknown
        return self.standing.status(self.bands) if judged and self.bands else "no verdict"

    def number(self, name: str, label: str, value: Fraction | None, definition: str, **more: Any) -> Number:
        """Return one number of this promise; without a promise it says why there is none."""
        if self.unknown and name not in ("target", "owed"):
            value, more = None, {"reason": self.unknown, "unit": more.get("unit", self.unit)}
        told = {"reason": self.target.reason} if value is None else {}
        return Number(
            f"{self.prefix}.{name}",
            f"{self.label}: {label}",
            more.pop("unit", self.unit),
            value,
            definition,
            agreement=self.target.agreement,
            tables=self.tables,
            **(told | more),
        )

    def worked_out(self, *names: str) -> dict[str, Any]:
        """Return what a number that is worked out from others of this promise says of them and of its rows."""
        return {"parts": tuple(f"{self.prefix}.{name}" for name in names), "rows": self.rows}

    def of(self, value: Fraction) -> Fraction | None:
        """Return ``value`` where something was promised, else nothing."""
        return value if self.target.amount is not None else None


def tallied(rows: Sequence[tuple[str, Fraction | int, int]]) -> Tally:
    """Return the sum of what counts, and the rows that do not by reason, from (reason, amount, rows).

    >>> tallied([("", Fraction(5), 5), ("duplicate", Fraction(2), 2)])
    Tally(done=Fraction(5, 1), left_out={'duplicate': 2})
    """
    left_out: dict[str, int] = {}
    for reason, _, count in rows:
        if reason:
            left_out[reason] = left_out.get(reason, 0) + count
    # most first, and not as the warehouse happened to answer
    ordered = dict(sorted(left_out.items(), key=lambda one: (-one[1], one[0])))
    # whole numbers are added as such: as fractions they took a tenth of a reading
    return Tally(Fraction(sum(amount for reason, amount, _ in rows if not reason)), ordered)


def core(promise: Promise) -> Iterator[Number]:
    """Yield target, done and owed: the three that every source, team and rep has too."""
    yield target(promise)
    yield done(promise)
    yield owed(promise)


def target(promise: Promise) -> Number:
    """Return what was promised."""
    amount, formula, *_ = promise.target
    return promise.number("target", "promised", amount, sentence(promise.promised_by), formula=formula)


def done(promise: Promise) -> Number:
    """Return what counts so far, with its status."""
    counted, left_out = promise.tally
    words = f"{plain(counted)} counted"
    if left_out:
        words += "; left out: " + ", ".join(f"{count:,} {reason}" for reason, count in left_out.items())
    return promise.number(
        "done",
        "done",
        counted,
        sentence(promise.counted_by),
        formula=words,
        numerator=counted,
        denominator=promise.target.amount,
        left_out=left_out,
        status=promise.status,
        rows=promise.rows,
    )


def owed(promise: Promise) -> Number:
    """Return what should be done by now."""
    standing = promise.standing
    days = standing.days_left / (1 - standing.gone) if standing.gone < 1 else None
    share = (
        f"{near(days - standing.days_left)} of {plain(days)} working days"
        if days
        else f"{per_cent(standing.gone)} of the working time"
    )
    formula = f"{plain(standing.target)} × {share} = {plain(standing.owed)}"
    value = promise.of(standing.owed)
    return promise.number(
        "owed",
        "owed by now",
        value,
        sentence(Standing.owed),
        formula=formula if value is not None else "",
        parts=(f"{promise.prefix}.target",),
    )


def balance(promise: Promise) -> Iterator[Number]:
    """Yield gap, pace and what each day left must bring."""
    one = promise.standing
    status, missing = promise.status, max(one.target - one.done, Fraction(0))
    gap = promise.of(one.gap)
    yield promise.number(
        "gap",
        "ahead or behind",
        gap,
        sentence(Standing.gap),
        formula=f"{plain(one.done)} − {plain(one.owed)} = {plain(one.gap)}" if gap is not None else "",
        status=status,
        **promise.worked_out("done", "owed"),
    )
    yield promise.number(
        "pace",
        "pace",
        one.pace if promise.target.amount is not None else None,
        sentence(Standing.pace),
        unit="share",
        formula=f"{plain(one.done)} ÷ {near(one.owed)} = {figure(one.pace, 'share')}" if one.pace is not None else "",
        numerator=one.done,
        denominator=promise.of(one.owed),
        status=status,
        **promise.worked_out("done", "owed"),
        **({"reason": "nothing is owed yet"} if promise.target.amount is not None and one.pace is None else {}),
    )
    required = one.required_a_day if promise.target.amount is not None else None
    yield promise.number(
        "required_a_day",
        "required a working day",
        required,
        sentence(Standing.required_a_day),
        formula=f"{plain(missing)} ÷ {near(one.days_left)} working days left = {plain(required)}" if required else "",
        numerator=promise.of(missing),
        denominator=one.days_left,
        status="met" if required == 0 else None,
        **promise.worked_out("target", "done"),
        **({"reason": "no working day is left"} if promise.target.amount is not None and required is None else {}),
    )


def likely_end(promise: Promise, past: Sequence[Past]) -> tuple[Number, Projection | None]:
    """Return the number for where the period is likely to end, and the projection behind it."""
    found = projection(promise.standing, past)
    detail: dict[str, Any] = {}
    if found is not None:
        reached = found.reached if promise.target.amount is not None else None
        detail = {"low": _float(found.low), "high": _float(found.high), "reached": reached, "of": found.of}
    number = promise.number(
        "projection",
        "likely end",
        found.expected if found else None,
        sentence(projection),
        formula=_why(promise, found),
        reason="" if found else "no working time has gone by yet",
        detail=detail,
        **promise.worked_out("done"),
    )
    return number, found


def _why(promise: Promise, found: Projection | None) -> str:
    if found is None:
        return ""
    done = plain(promise.standing.done)
    if found.reached is None:
        share = per_cent(promise.standing.gone)
        return f"no history: {done} ÷ {share} of the working time gone by = {plain(found.expected)}"
    spread = f"8 of 10 ends lie between {plain(found.low, 0)} and {plain(found.high, 0)}"
    added = plain(found.expected - promise.standing.done)
    reached = f"; {found.reached} of {many(found.of, 'past period')} reached the target from here"
    return f"{done} + {added}, the median of what past periods still added = {plain(found.expected)}; {spread}" + (
        reached if promise.target.amount is not None else ""
    )


def _float(value: Fraction | None) -> float | None:
    return None if value is None else round(float(value), 4)
