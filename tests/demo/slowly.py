"""The answers once more, slowly and obviously: one row at a time, in plain Python, from what the warehouse holds."""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from tests.demo.companies import Rows

BERLIN = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)
OFF = holidays.country_holidays("DE", subdiv="BE", years=range(2024, 2029))


def starts(day: date) -> datetime:
    return datetime.combine(day, time(), BERLIN).astimezone(UTC)


def due(assigned: datetime, hours: int = 4) -> datetime:
    """The instant at which so many hours have been worked since ``assigned``, found day by day."""
    left = timedelta(hours=hours)
    day = assigned.astimezone(BERLIN).date()
    while True:
        if day.weekday() < 5 and day not in OFF:
            opens = datetime.combine(day, time(9), BERLIN).astimezone(UTC)
            closes = datetime.combine(day, time(18), BERLIN).astimezone(UTC)
            begins = max(assigned, opens)
            if begins + left <= closes:
                return begins + left
            left -= max(timedelta(), closes - begins)
        day += DAY


def window_end(assigned: datetime) -> datetime:
    wall = assigned.astimezone(BERLIN).replace(tzinfo=None) + 14 * DAY
    return wall.replace(tzinfo=BERLIN).astimezone(UTC)


def separate(attempts: list[datetime]) -> list[datetime]:
    counted, previous = [], None
    for one in sorted(attempts):
        if previous is None or one - previous >= timedelta(minutes=10):
            counted.append(one)
        previous = one
    return counted


def answers(rows: Rows, as_of: datetime) -> dict[str, dict[str, Any]]:
    """What ``answers.json`` holds under ``numbers``, by the agreed meanings, for any instant."""

    def seen(name: str, born: str) -> list[dict[str, Any]]:
        return [one for one in rows[name] if (one["loaded_at"] or one[born]) < as_of and one[born] < as_of]

    today = as_of.astimezone(BERLIN).date()
    month, week, day = starts(today.replace(day=1)), starts(today - today.weekday() * DAY), starts(today)
    judged = starts(today - 27 * DAY)
    leads = seen("leads", "created_at")
    once = [one for one in leads if one["duplicate_of"] is None]
    found: dict[str, dict[str, Any]] = {}

    ready = [one for one in once if one["ready_at"] and month <= one["ready_at"] < as_of]
    found["marketing.month.done"] = {"value": len(ready)}
    found["marketing.today.done"] = {"value": sum(one["ready_at"] >= day for one in ready)}
    for source in ("organic search", "paid search", "social", "email", "referral"):
        found[f"marketing.source.{source}.done"] = {"value": sum(one["source"] == source for one in ready)}

    deals = seen("deals", "created_at")
    won = [one for one in deals if one["won_at"] and week <= one["won_at"] < as_of and one["amount"] is not None]
    found["sales.week.done"] = {"value": money(one["amount"] for one in won)}
    found["sales.today.done"] = {"value": money(one["amount"] for one in won if one["won_at"] >= day)}
    for rep in rows["reps"]:
        mine = (one["amount"] for one in won if one["rep_id"] == rep["rep_id"])
        found[f"sales.rep.{rep['rep_id']}.done"] = {"value": money(mine)}

    opened: dict[str, datetime] = {}
    for deal in deals:
        if deal["lead_id"]:
            opened[deal["lead_id"]] = min(deal["created_at"], opened.get(deal["lead_id"], deal["created_at"]))
    by_hand = defaultdict(list)
    for one in seen("activities", "happened_at"):
        if not one["automated"]:
            by_hand[one["lead_id"]].append(one["happened_at"])

    count: dict[str, int] = defaultdict(int)
    for lead in once:
        assigned = lead["assigned_at"]
        if not assigned or not judged <= assigned < as_of:
            continue
        ends = [one for one in (lead["rejected_at"], opened.get(lead["lead_id"])) if one and one < as_of]
        settled = min(ends) if ends else None
        attempts = [one for one in by_hand[lead["lead_id"]] if one >= assigned]
        limit = due(assigned)
        if attempts or limit <= as_of:
            count["first of"] += 1
            count["in time"] += bool(attempts) and min(attempts) < limit
        if not attempts and not settled:
            count["overdue" if limit <= as_of else "due next"] += 1
        end = window_end(assigned)
        if end <= as_of or settled:
            count["attempts of"] += 1
            enough = len([one for one in separate(attempts) if one < end]) >= 6
            count["kept"] += enough or (settled is not None and settled < end)
    found["followup.first_attempt.overdue"] = {"value": count["overdue"]}
    found["followup.first_attempt.due_next"] = {"value": count["due next"]}
    found["followup.first_attempt.in_time"] = {"numerator": count["in time"], "denominator": count["first of"]}
    found["followup.attempts.kept"] = {"numerator": count["kept"], "denominator": count["attempts of"]}

    handed = [one for one in once if one["ready_at"] and judged <= one["ready_at"] < as_of]
    decided = [decision(one, as_of) for one in handed]
    yes, no = decided.count("yes"), decided.count("no")
    found["followup.acceptance.handed_over"] = {"value": len(handed)}
    found["followup.acceptance.decided"] = {"value": yes + no}
    found["followup.acceptance.accepted"] = {"value": yes}
    found["followup.acceptance.undecided"] = {"value": len(handed) - yes - no}
    found["followup.acceptance.of_decided"] = {"numerator": yes, "denominator": yes + no}
    found["followup.acceptance.of_handed_over"] = {"numerator": yes, "denominator": len(handed)}

    new = [one for one in leads if one["created_at"] >= month]
    repeated = sum(one["duplicate_of"] is not None for one in new)
    found["quality.duplicates"] = {"numerator": repeated, "denominator": len(new)}
    lacking = sum(one["missing"] is not None for one in new)
    found["quality.incomplete"] = {"numerator": lacking, "denominator": len(new)}
    return found


def decision(lead: dict[str, Any], as_of: datetime) -> str | None:
    at = [(lead[name], word) for name, word in (("accepted_at", "yes"), ("rejected_at", "no")) if lead[name]]
    return min(((when, word) for when, word in at if when < as_of), default=(None, None))[1]


def money(amounts: Any) -> str:
    return str(sum(amounts, Decimal(0)).quantize(Decimal("0.01")))
