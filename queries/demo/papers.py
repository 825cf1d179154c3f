"""The made-up company's two files: its own facts and the agreement both sides signed."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import NamedTuple

import numpy as np

from queries.demo import facts
from queries.demo.answers import rep_id
from queries.demo.clock import Ints
from queries.demo.deals import AVERAGE
from queries.demo.plan import PROMISED, Plan

ATTAINED = 0.95
"""What the last weeks brought, as a share of the quota that was set on them."""
LEAD_TO_CUSTOMER = 0.078
"""Sales-ready leads that become customers, as both sides typed it in the agreement."""


class Quotas(NamedTuple):
    """What each rep is to bring in a week, in whole euros, by version of the agreement; 0: no quota."""

    by_version: tuple[tuple[int, ...], ...]

    def total(self, version: int) -> int:
        """Return what everybody together is to bring in a week."""
        return sum(self.by_version[version])


def quotas_from(weeks: Ints) -> Quotas:
    """Return the quotas both sides set: what recent ``weeks`` brought (cents), a little stretched, shared by weight."""
    usual = max(float(np.mean(weeks)), 1000.0) / 100 / ATTAINED
    step = 50 if usual > 10_000 else 5
    weight = [one.weight for one in facts.REPS]
    whole = sum(weight) - weight[facts.LEFT]
    found = []
    for version, share in enumerate(PROMISED):
        each = [max(step, round(usual * share * one / whole / step) * step) for one in weight]
        found.append(tuple(amount if _carries(place, version) else 0 for place, amount in enumerate(each)))
    return Quotas(tuple(found))


def _carries(rep: int, version: int) -> bool:
    """Return whether a rep has a quota: the one who left in the first two versions, the one who joined in the last."""
    return {facts.LEFT: version < 2, facts.JOINED: version == len(PROMISED) - 1}.get(rep, True)


def company() -> str:
    """Return the text of the company's ``smarketing.toml``."""
    hours = "\n".join(
        f'{day} = "{facts.OPENS:02}:00-{facts.CLOSES:02}:00"'
        for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
    )
    return f"""\
# {facts.NAME}: a made-up company. Change what you like and look at the board again.
name = "{facts.NAME}"
currency = "{facts.CURRENCY}"
time_zone = "{facts.ZONE}"
week_starts = "monday"
names_on_wall = false

[hours]
{hours}

[holidays]
country = "{facts.COUNTRY}"
region = "{facts.REGION}"

[ages]
last_load_minutes = 90
newest_event_hours = 48
"""


def agreement(plan: Plan, quotas: Quotas) -> str:
    """Return the text of the company's ``agreement.toml``: every version that both sides signed."""
    head = "# What marketing and sales of a made-up company promised each other.\n"
    return head + "".join(_version(plan, quotas, place) for place in range(len(plan.versions)))


MARKETING, SALES = "H. Falk, head of marketing", "S. Arens, head of sales"


def _version(plan: Plan, quotas: Quotas, place: int) -> str:
    begins = plan.versions[place]
    measured = place == 1
    per_month = max(100, round(quotas.total(place) * 52 / 12, -3 if quotas.total(place) > 2_000 else 0))
    return f"""
[[versions]]
name = "v{place + 1}"
from = {begins}
signed = [{_signed("marketing", MARKETING, begins)}, {_signed("sales", SALES, begins)}]

[versions.goal]
unit = "money"
per_month = {per_month}
deal_size = {'"measured"' if measured else AVERAGE // 100}
lead_to_customer = {'"measured"' if measured else LEAD_TO_CUSTOMER}

[versions.marketing]
leads_per_month = {plan.promised_by(place)}

[versions.marketing.shares]
{_shares()}

[versions.sales]
first_attempt_hours = {facts.FIRST_ATTEMPT_HOURS}
first_attempt_clock = "working"
attempts = {facts.ATTEMPTS}
attempts_within_days = {facts.ATTEMPT_DAYS}
decide_within_days = {facts.DECIDE_DAYS}
judged_over_days = {facts.JUDGED_DAYS}

[versions.sales_ready]
low_fit_high_interest = "nurture"

[versions.bands]
ahead_from = 1.05
on_pace_from = 0.97
behind_below = 0.90
too_early_until = 0.10
{_quotas(quotas.by_version[place])}"""


def _signed(side: str, name: str, begins: date) -> str:
    return f'{{ side = "{side}", name = "{name}", on = {begins - timedelta(days=4 if side == "sales" else 5)} }}'


def _shares() -> str:
    return "\n".join(f'"{one.name}" = {one.share}' for one in facts.SOURCES)


def _quotas(amounts: Sequence[int]) -> str:
    return "".join(
        f'\n[[versions.quotas]]\nrep = "{rep_id(place)}"\nperiod = "week"\nunit = "money"\namount = {amount}\n'
        for place, amount in enumerate(amounts)
        if amount
    )
