"""The company's file and the agreement as plain values, read without the program's own models."""

import tomllib
from datetime import date, time
from fractions import Fraction
from functools import lru_cache
from typing import Any

import holidays

from tests.twin.days import Days

WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Facts = dict[str, Any]
Version = dict[str, Any]


def exact(value: Any) -> Any:
    """Every number of a file as the fraction that is written there."""
    if isinstance(value, dict):
        return {key: exact(one) for key, one in value.items()}
    if isinstance(value, list):
        return [exact(one) for one in value]
    return Fraction(str(value)) if isinstance(value, int | float) and not isinstance(value, bool) else value


@lru_cache(maxsize=4)
def versions(text: str) -> list[Version]:
    """The versions of an agreement, oldest first."""
    return sorted(exact(tomllib.loads(text))["versions"], key=lambda one: one["from"])


@lru_cache(maxsize=256)
def facts(text: str) -> Facts:
    """A company's facts, with its days."""
    told = tomllib.loads(text)
    hours = tuple((WEEKDAYS.index(name), spans(one)) for name, one in sorted(told["hours"].items()))
    days = calendar(told["time_zone"], WEEKDAYS.index(told["week_starts"]), hours, off(told["holidays"]))
    return {"days": days, **told["ages"]}


def spans(written: str | list[str]) -> tuple[tuple[time, time], ...]:
    texts = [written] if isinstance(written, str) else written
    begins_ends = [text.split("-") for text in texts]
    return tuple((time.fromisoformat(begins), time.fromisoformat(ends)) for begins, ends in begins_ends)


def off(told: dict[str, Any]) -> frozenset[date]:
    country, own = told.get("country"), frozenset(told.get("days", []))
    if country is None:
        return own
    return own | frozenset(holidays.country_holidays(country, subdiv=told.get("region"), years=range(2015, 2031)))


@lru_cache(maxsize=64)
def calendar(zone: str, week_starts: int, hours: tuple[Any, ...], days_off: frozenset[date]) -> Days:
    """One calendar for all who share it: its days are walked through once."""
    return Days(zone, week_starts, {weekday: list(spans) for weekday, spans in hours}, days_off)
