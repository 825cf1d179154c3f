"""Company files and agreements that Hypothesis makes up: every choice that either offers, as text."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

Strategy = st.SearchStrategy[Any]
Draw = Callable[[Strategy], Any]

WEEKS = [
    dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), '"09:00-18:00"'),
    dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), '["08:00-12:30", "13:30-17:00"]')
    | {"friday": '"08:00-13:00"'},
    dict.fromkeys(("sunday", "monday", "tuesday", "wednesday", "thursday"), '"10:00-22:00"'),
    dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"), '"00:00-23:59"'),
    {"wednesday": '["09:00-09:20", "15:00-16:00"]'},
]
"""Offices, a lunch break and a short Friday, a Sunday week, a line that is open around the clock, a single day."""
HOLIDAYS = ['country = "DE"\nregion = "BE"', "", "days = [2026-10-26, 2026-10-27, 2026-10-28, 2026-10-29, 2026-10-30]"]


@st.composite
def companies(draw: Draw, zone: str) -> str:
    """The text of a ``smarketing.toml``."""
    hours = "\n".join(f"{day} = {spans}" for day, spans in draw(st.sampled_from(WEEKS)).items())
    return f"""
name = "Little"
currency = "EUR"
time_zone = "{zone}"
week_starts = "{draw(st.sampled_from(["monday", "monday", "sunday", "saturday"]))}"
names_on_wall = {draw(st.sampled_from(["true", "false"]))}
[hours]
{hours}
[holidays]
{draw(st.sampled_from(HOLIDAYS))}
[ages]
last_load_minutes = {draw(st.sampled_from([30, 100_000]))}
{draw(st.sampled_from(["", "deals_minutes = 30", "leads_minutes = 100000"]))}
newest_event_hours = {draw(st.sampled_from([1, 9_000]))}
"""


@st.composite
def agreements(draw: Draw, today: date) -> str:
    """The text of an ``agreement.toml``: one version, or two, of which one may begin in this week or after today."""
    first = draw(st.sampled_from([-400, -400, -400, -20]))
    second = draw(st.sampled_from([None, None, 1, 0, -1, -3, -9]))
    begins = [today + timedelta(days=off) for off in (first, second) if off is not None]
    return "".join(draw(version(f"v{n}", day)) for n, day in enumerate(begins))


@st.composite
def version(draw: Draw, name: str, begins: date) -> str:
    """One version of an agreement."""
    attempts_within, decide_within = draw(st.sampled_from([1, 14])), draw(st.sampled_from([2, 7]))
    # the shortest that is longer than both, or some weeks
    judged_over = draw(st.sampled_from([max(attempts_within, decide_within) + 1, 28]))
    return f"""
[[versions]]
name = "{name}"
from = {begins}
signed = [{{ side = "marketing", name = "M", on = {begins} }}, {{ side = "sales", name = "S", on = {begins} }}]
[versions.goal]
unit = "{draw(st.sampled_from(["money", "customers"]))}"
per_month = {draw(st.sampled_from([1, 3, "1000.5"]))}
deal_size = {draw(st.sampled_from(['"measured"', 1000]))}
lead_to_customer = {draw(st.sampled_from(['"measured"', "0.04"]))}
[versions.marketing]
{draw(st.sampled_from(PROMISES))}
{draw(st.sampled_from(SHARES))}
[versions.sales]
first_attempt_hours = {draw(st.sampled_from([1, 2, 4, "0.5"]))}
first_attempt_clock = "{draw(st.sampled_from(["working", "wall"]))}"
attempts = {draw(st.sampled_from([1, 2, 3]))}
attempts_within_days = {attempts_within}
decide_within_days = {decide_within}
judged_over_days = {judged_over}
[versions.sales_ready]
{draw(st.sampled_from(READY))}
[versions.bands]
ahead_from = 1.05
on_pace_from = 0.97
behind_below = 0.90
too_early_until = {draw(st.sampled_from([0, "0.1"]))}
{draw(quotas())}
"""


READY = ['lowest_fit = "medium"', 'lowest_fit = "low"\nlowest_interest = "high"', "", ""]
PROMISES = ["leads_per_month = 5", 'leads_per_month = "from the goal"', "leads_per_rep_per_month = 7"]
SHARES = ["", '[versions.marketing.shares]\n"ads" = 0.75\n"fairs" = 0.25', '[versions.marketing.shares]\n"ads" = 1']
BEARERS = [[""], ['rep = "r1"', 'rep = "r2"'], ['team = "North"', 'rep = "r1"', 'rep = "r3"'], ["", 'team = "South"']]


@st.composite
def quotas(draw: Draw) -> str:
    """Quotas of everybody, of teams, of reps, or of some of each; all of one unit; or none."""
    unit = draw(st.sampled_from(["money", "customers"]))
    return "\n".join(
        f"[[versions.quotas]]\n{bearer}\n"
        f'period = "{draw(st.sampled_from(["week", "month"]))}"\nunit = "{unit}"\n'
        f"amount = {draw(st.sampled_from([1, 2, 1000]))}\n"
        for bearer in draw(st.sampled_from([*BEARERS, []]))
    )
