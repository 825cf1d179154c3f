"""The company's days and working time, by walking: through UTC, reading the local clock at every step."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

DAY, HOUR, MINUTE, TICK = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(microseconds=1)
Span = tuple[datetime, datetime]


def ticks(length: timedelta) -> int:
    return length // TICK


class Days:
    """One company's days. A period is simply the list of its days."""

    def __init__(
        self, zone: str, week_starts: int, hours: dict[int, list[tuple[time, time]]], days_off: frozenset[date]
    ) -> None:
        self.zone, self.week_starts, self.hours, self.days_off = ZoneInfo(zone), week_starts, hours, days_off
        self._midnights: dict[date, datetime] = {}
        self._spans: dict[date, list[Span]] = {}

    def shown(self, moment: datetime) -> datetime:
        """What the company's clocks show at a moment."""
        return moment.astimezone(self.zone).replace(tzinfo=None)

    def day(self, moment: datetime) -> date:
        return self.shown(moment).date()

    def midnight(self, day: date) -> datetime:
        """The first instant of a day: the first minute at which the clocks show that day or a later one."""
        if day not in self._midnights:
            moment = datetime.combine(day, time(), UTC) - 15 * HOUR
            while self.day(moment) < day:
                moment += HOUR
            moment -= HOUR
            while self.day(moment) < day:
                moment += MINUTE
            self._midnights[day] = moment
        return self._midnights[day]

    # periods

    def week(self, day: date) -> list[date]:
        while day.weekday() != self.week_starts:
            day -= DAY
        return [day + n * DAY for n in range(7)]

    def month(self, day: date) -> list[date]:
        first = day.replace(day=1)
        return [first + n * DAY for n in range(31) if (first + n * DAY).month == first.month]

    def start(self, days: list[date]) -> datetime:
        return self.midnight(days[0])

    def end(self, days: list[date]) -> datetime:
        return self.midnight(days[-1] + DAY)

    def same_clock(self, moment: datetime, days: int) -> datetime:
        """When the clocks show the same, so many days later; what they skip is told by the offset before the jump."""
        wanted = self.shown(moment) + days * DAY
        around = [datetime.combine((wanted + step * DAY).date(), wanted.time(), UTC) for step in (-1, 1)]
        offsets = [self.shown(one) - one.replace(tzinfo=None) for one in around]
        tries = [(wanted - offset).replace(tzinfo=UTC) for offset in offsets]
        return min((one for one in tries if self.shown(one) == wanted), default=tries[0])

    # working time

    def works(self, day: date) -> bool:
        return day.weekday() in self.hours and day not in self.days_off

    def worked(self, days: list[date]) -> list[date]:
        return [day for day in days if self.works(day)]

    def spans(self, day: date) -> list[Span]:
        """The stretches of a day that are worked."""
        if day not in self._spans:
            hours = self.hours[day.weekday()] if self.works(day) else []
            self._spans[day] = [(self._at(day, begins), self._at(day, ends)) for begins, ends in hours]
        return self._spans[day]

    def _at(self, day: date, clock: time) -> datetime:
        """The first minute of a day at which the clocks show at least ``clock``."""
        wanted, moment = datetime.combine(day, clock), self.midnight(day)
        unturned = moment + (wanted - self.shown(moment))
        if self.shown(unturned) == wanted:
            return unturned  # the clocks did not turn in between: no need to walk
        while self.shown(moment) < wanted:
            moment += max(wanted - self.shown(moment) - 3 * HOUR, MINUTE)
        return moment

    def part(self, day: date, moment: datetime) -> Fraction:
        """The part of a working day that is over."""
        whole = sum(ticks(ends - begins) for begins, ends in self.spans(day))
        return Fraction(sum(ticks(min(ends, max(begins, moment)) - begins) for begins, ends in self.spans(day)), whole)

    def days_gone(self, days: list[date], moment: datetime) -> Fraction:
        return sum((self.part(day, moment) for day in self.worked(days)), Fraction(0))

    def share(self, days: list[date], moment: datetime) -> Fraction:
        """f(t); without any working day nothing has gone by before all of it has."""
        worked = self.worked(days)
        if not worked:
            return Fraction(moment >= self.end(days))
        return self.days_gone(days, moment) / len(worked)

    def time_worked(self, since: datetime, until: datetime) -> timedelta:
        """Working time between two instants, day by day."""
        total, day = timedelta(), self.day(since) - DAY
        while day <= self.day(until) + DAY:
            for begins, ends in self.spans(day):
                total += max(min(ends, until) - max(begins, since), timedelta())
            day += DAY
        return total

    # the same point of another period

    def same_point(self, days: list[date], moment: datetime, others: list[date]) -> datetime:
        """The instant of another period at the same share of its work; in a rest, at the same part of that rest."""
        share = self.share(days, moment)
        (began, ended), (first, last) = self.standing_still(days, share), self.standing_still(others, share)
        part = Fraction(ticks(min(max(moment, began), ended) - began), ticks(ended - began) or 1)
        return first + int(ticks(last - first) * part) * TICK

    def standing_still(self, days: list[date], share: Fraction) -> Span:
        """From when until when exactly this share of a period's work is done: one point, or a rest."""
        worked = self.worked(days)
        if not worked:
            return self.start(days), self.end(days)
        gone, reached = Fraction(0), self.start(days) if share == 0 else None
        for day in worked:
            whole = sum(ticks(ends - begins) for begins, ends in self.spans(day)) * len(worked)
            for begins, ends in self.spans(day):
                if reached:
                    return reached, begins
                length = Fraction(ticks(ends - begins), whole)
                if share < gone + length:
                    point = begins + round((share - gone) * whole) * TICK
                    return point, point
                reached = ends if share == gone + length else None
                gone += length
        return reached or self.end(days), self.end(days)
