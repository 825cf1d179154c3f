"""The made-up company's two files: open around the clock, so that what is owed moves at every hour of a test."""

COMPANY = """\
name = "Faulty Ltd"
currency = "EUR"
time_zone = "Europe/Berlin"
week_starts = "monday"
names_on_wall = false
[hours]
monday = "00:00-23:59"
tuesday = "00:00-23:59"
wednesday = "00:00-23:59"
thursday = "00:00-23:59"
friday = "00:00-23:59"
saturday = "00:00-23:59"
sunday = "00:00-23:59"
[holidays]
[ages]
last_load_minutes = 100000
newest_event_hours = 9000
"""

AGREEMENT = """\
[[versions]]
name = "v1"
from = 2024-01-01
signed = [{ side = "marketing", name = "M", on = 2023-12-01 }, { side = "sales", name = "S", on = 2023-12-01 }]
[versions.goal]
unit = "money"
per_month = 400000
deal_size = 5000
lead_to_customer = 0.2
[versions.marketing]
leads_per_month = 400
[versions.marketing.shares]
web = 0.5
fairs = 0.5
[versions.sales]
first_attempt_hours = 4
first_attempt_clock = "wall"
attempts = 3
attempts_within_days = 14
decide_within_days = 3
judged_over_days = 28
[versions.sales_ready]
[versions.bands]
ahead_from = 1.05
on_pace_from = 0.97
behind_below = 0.90
too_early_until = 0.1
[[versions.quotas]]
team = "North"
period = "week"
unit = "money"
amount = 60000
[[versions.quotas]]
team = "South"
period = "week"
unit = "money"
amount = 40000
"""
