"""The company's own facts, from ``smarketing.toml``: name, currency, calendar, and how old its data may be."""

import re
from datetime import date, time, timedelta
from functools import cache, cached_property
from itertools import pairwise
from typing import Annotated, ClassVar, Literal
from zoneinfo import ZoneInfo, available_timezones

import holidays
from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from dashboard.access.rules import Access
from dashboard.calendar import Calendar, Hour, Span
from dashboard.signed import Signed

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
YEARS = range(1995, 2061)
"""The years for which public holidays are laid out."""


@cache
def _zones() -> frozenset[str]:
    """Return every time zone there is; looking walks through a thousand files."""
    return frozenset(available_timezones())


def _spans(value: object) -> tuple[Span, ...]:
    """Return "09:00-12:30", or a list of such, as spans of the clock in order."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or not texts:
        raise ValueError('write hours like "09:00-18:00", or a list of such')
    spans = tuple(_span(str(text)) for text in texts)
    if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
        raise ValueError("the spans of a day must follow one another without overlap")
    return spans


def _span(text: str) -> Span:
    try:
        begins, ends = (time.fromisoformat(part.strip()) for part in text.split("-"))
    except ValueError:
        raise ValueError(f'write hours like "09:00-18:00", not {text!r}') from None
    if begins >= ends:
        raise ValueError(f"{text!r} ends before it begins; hours may not run over midnight")
    return begins, ends


Hours = Annotated[tuple[Span, ...], BeforeValidator(_spans)]


class Holidays(Signed):
    """Days nobody works: a country's (and region's) public holidays, and the company's own."""

    country: str | None = Field(None, description="Country code of the `holidays` library, such as DE.")
    region: str | None = Field(None, description="Its subdivision, such as BE.")
    days: frozenset[date] = Field(frozenset(), description="Days off of the company's own.")
    worked: frozenset[date] = Field(frozenset(), description="Public holidays on which the company works all the same.")

    @model_validator(mode="after")
    def _known(self) -> "Holidays":
        known = holidays.list_supported_countries()
        if self.country is None:
            if self.region is not None:
                raise ValueError("a region needs its country")
        elif self.country not in known:
            raise ValueError(f"country {self.country!r} is not one the holidays library knows; write one like DE")
        elif self.region is not None and self.region not in known[self.country]:
            raise ValueError(f"region {self.region!r} is not one of {self.country}: {', '.join(known[self.country])}")
        return self

    @cached_property
    def off(self) -> frozenset[date]:
        """Every day off, public or own, from 1995 to 2060."""
        public = holidays.country_holidays(self.country, subdiv=self.region, years=YEARS) if self.country else {}
        return (frozenset(public) | self.days) - self.worked


class Ages(Signed):
    """How old data may be before a verdict on it is no longer given."""

    last_load_minutes: int = Field(
        gt=0, le=100_000_000, description="Minutes since the last load, where loads are recorded."
    )
    leads_minutes: int | None = Field(None, gt=0, le=100_000_000, description="The same of leads alone.")
    activities_minutes: int | None = Field(None, gt=0, le=100_000_000, description="The same of activities alone.")
    deals_minutes: int | None = Field(None, gt=0, le=100_000_000, description="The same of deals alone.")
    newest_event_hours: int = Field(gt=0, le=10_000_000, description="Hours since the newest event of all.")

    def since_load(self, table: str) -> timedelta:
        """Return how long ago a table may have been loaded: by its own budget, or by that of all.

        >>> one = Ages(last_load_minutes=90, deals_minutes=1500, newest_event_hours=48)
        >>> one.since_load("leads"), one.since_load("deals")
        (datetime.timedelta(seconds=5400), datetime.timedelta(days=1, seconds=3600))
        """
        own = {"leads": self.leads_minutes, "activities": self.activities_minutes, "deals": self.deals_minutes}
        return timedelta(minutes=own.get(table) or self.last_load_minutes)


HOUR = re.compile(r"([a-z]+) +(\d\d:\d\d)", re.IGNORECASE | re.ASCII)
ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")


def _hour(value: object) -> Hour:
    """Return "Mon 07:00" as an hour of the week."""
    if isinstance(value, Hour):
        return value
    found = HOUR.fullmatch(value.strip()) if isinstance(value, str) else None
    try:
        if found is None:
            raise ValueError
        days = [*WEEKDAYS, *(name[:3] for name in WEEKDAYS)]
        return Hour(days.index(found[1].lower()) % 7, time.fromisoformat(found[2]))
    except ValueError:
        raise ValueError(f'write a day and an hour like "Mon 07:00", not {value!r}') from None


class Meeting(Signed):
    """The weekly meeting: the hour at which the week before is kept for good, and who is sent it."""

    freeze: Annotated[Hour, BeforeValidator(_hour)] = Field(
        default=Hour(0, time(7)),
        description='The hour after a week\'s end at which it is kept for good, such as "Mon 07:00".',
    )
    mail_to: tuple[str, ...] = Field(default=(), description="Addresses to which the kept week is sent.")

    @field_validator("mail_to")
    @classmethod
    def _addresses(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        for one in given:
            if not ADDRESS.fullmatch(one):
                raise ValueError(f"{one!r} is no e-mail address; write it like ann@example.com")
        if len({one.lower() for one in given}) < len(given):
            raise ValueError("an address stands there twice; keep one")
        return given


class Company(Signed):
    """smarketing.toml, the company's own facts: name, currency, time zone, working hours, holidays, age budgets."""

    option: ClassVar[str] = "--config"

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    currency: Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")] = Field(description="ISO code, such as EUR.")
    time_zone: str = Field(description="IANA name, such as Europe/Berlin.")
    week_starts: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
    names_on_wall: bool = Field(description="Whether the board names reps; otherwise it shows teams.")
    contacts: bool = Field(
        default=False, description="Whether a rep sees how to reach a lead (leads.email, leads.phone)."
    )
    hours: dict[Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"], Hours]
    holidays: Holidays
    ages: Ages
    meeting: Meeting = Meeting()
    access: Access = Access()

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, name: str) -> str:
        if name not in _zones():
            raise ValueError(f"{name!r} is not a time zone; write an IANA name such as Europe/Berlin")
        return name

    @field_validator("hours")
    @classmethod
    def _some(cls, hours: dict[str, Hours]) -> dict[str, Hours]:
        if not hours:
            raise ValueError('name at least one working day, such as monday = "09:00-18:00"')
        return hours

    @cached_property
    def calendar(self) -> Calendar:
        """The calendar these facts make."""
        return Calendar(
            ZoneInfo(self.time_zone),
            WEEKDAYS.index(self.week_starts),
            {WEEKDAYS.index(name): spans for name, spans in self.hours.items()},
            self.holidays.off,
        )
