"""A frozen week read again: what is known of it now, and under which papers; and so its ledger."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from dashboard.agreement import Agreement
from dashboard.company import Company
from dashboard.meeting.changes import Change
from dashboard.meeting.freeze import Papers, frozen, values
from dashboard.meeting.frozen import Frozen
from dashboard.meeting.ledger import Step, ledger
from dashboard.meeting.week import week
from dashboard.words import many
from queries import reps

NO_NUMBER = {"name", "names_on_wall", "contacts", "meeting", "ages"}
"""What the company's file says that changes no number."""
MOST_SAID = 3
"""So many changes of a paper are told one by one."""


def again(connection: Connection, then: Frozen, company: Company, agreement: Agreement, now: datetime) -> list[Change]:
    """Return the ledger of a frozen week: all that has moved since, with what is known at ``now``.

    ``company`` and ``agreement`` are those of now. Raises ``ContractBroken`` and ``WarehouseSilent`` as a board does.
    """
    papers = Papers(then.company, then.agreement, then.reps)
    found = frozen(connection, papers, then.week, now, then)
    return ledger(then, found, list(_steps(connection, then, company, agreement, now)))


def _steps(
    connection: Connection, then: Frozen, company: Company, agreement: Agreement, now: datetime
) -> Iterator[Step]:
    """Yield the week once more for every paper that is another now, each on top of the ones before."""
    papers, sold = Papers(then.company, then.agreement, then.reps), reps.everyone(connection)
    if sold != list(then.reps):
        papers = papers._replace(reps=None)
        was, one = ({rep.rep_id: _rep(rep) for rep in some} for some in (then.reps, sold))
        yield Step("reps", *_told("reps", was, one), values(connection, papers, then.week, now))
    facts, facts_now = _facts(then.company), _facts(company)
    if facts != facts_now:
        papers = papers._replace(company=company)
        moved = week(then.week.name, company.calendar, company.meeting.freeze)
        yield Step("company", *_told("company", facts, facts_now), values(connection, papers, moved, now))
    promised, promised_now = _promised(then.agreement), _promised(agreement)
    if promised != promised_now:
        papers = papers._replace(agreement=agreement)
        moved = week(then.week.name, papers.company.calendar, papers.company.meeting.freeze)
        yield Step("agreement", *_told("agreement", promised, promised_now), values(connection, papers, moved, now))


def _rep(one: reps.Rep) -> dict[str, Any]:
    return {name: str(value) for name, value in one._asdict().items() if value is not None and name != "rep_id"}


def _facts(company: Company) -> dict[str, Any]:
    return company.model_dump(mode="json", by_alias=True, exclude=NO_NUMBER)


def _promised(agreement: Agreement) -> dict[str, Any]:
    """Return what an agreement promises, version by version; who signed it promises nothing."""
    versions = (one.model_dump(mode="json", by_alias=True, exclude={"signed"}) for one in agreement.versions)
    return {one["name"]: one for one in versions}


def _told(paper: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, str, str]:
    """Return what changed in a paper in words, and how it was and is."""
    found = list(differences(was, now))
    some = "; ".join(f"{name} {old} → {new}" for name, old, new in found[:MOST_SAID])
    more = f"; and {many(len(found) - MOST_SAID, 'more change')}" if len(found) > MOST_SAID else ""
    before = "; ".join(f"{name}: {old}" for name, old, _ in found)
    after = "; ".join(f"{name}: {new}" for name, _, new in found)
    return f"{paper} changed ({some}{more})", before, after


def differences(was: Any, now: Any, name: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield what two papers say differently, by the path to it, in words.

    >>> list(differences({"v1": {"leads_per_month": "210"}}, {"v1": {"leads_per_month": "240"}, "v2": {}}))
    [('v1 leads per month', '210', '240'), ('v2', 'nothing', '{}')]
    """
    if was == now:
        return
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in dict.fromkeys([*was, *now]):
            inner = f"{name} {key.replace('_', ' ')}".strip()
            yield from differences(was.get(key), now.get(key), inner)
    else:
        old, new = ("nothing" if one is None else str(one)[:80] for one in (was, now))
        yield name, old, new
