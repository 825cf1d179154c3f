"""What the made-up company is: its people, sources, campaigns, habits and words. Nobody in it exists."""

from typing import NamedTuple

NAME = "Northwind Instruments"
CURRENCY = "EUR"
ZONE = "Europe/Berlin"
COUNTRY, REGION = "DE", "BE"
OPENS, CLOSES = 9, 18
MONTHS = 14

FIRST_ATTEMPT_HOURS = 4
ATTEMPTS = 6
ATTEMPT_DAYS = 14
DECIDE_DAYS = 3
JUDGED_DAYS = 28
SAME_ATTEMPT_SECONDS = 600


class Source(NamedTuple):
    """Where leads come from, and how those leads fare."""

    name: str
    share: float
    """Share of marketing's promise."""
    this_month: float
    """Delivered this month, as a share of what is owed."""
    ready: float
    """Share of its leads that become sales-ready."""
    accepted: float
    """How much likelier than the average lead sales is to accept it."""
    cost: int
    """Euro a lead."""
    visits: int
    """Visits a lead."""


SOURCES = (
    Source("organic search", 0.34, 1.00, 0.70, 1.02, 4, 31),
    Source("paid search", 0.24, 0.86, 0.66, 0.94, 46, 24),
    Source("social", 0.14, 0.97, 0.58, 0.90, 29, 44),
    Source("email", 0.16, 1.00, 0.74, 1.00, 7, 12),
    Source("referral", 0.12, 1.03, 0.85, 1.12, 15, 5),
)
BROKEN = 1
"""The source whose form broke last month: visits and cost went on, leads did not."""
BROKEN_KEEPS = 0.18


class Rep(NamedTuple):
    """One person in sales: how many leads and how much quota this person carries, and how often they are late."""

    name: str
    team: str
    weight: float
    late: float


REPS = (
    Rep("Anna K.", "North", 1.10, 0.06),
    Rep("Ben W.", "North", 1.00, 0.09),
    Rep("Carla M.", "North", 1.05, 0.05),
    Rep("Deniz A.", "North", 0.90, 0.12),
    Rep("Emil S.", "North", 1.00, 0.08),
    Rep("Farah O.", "North", 0.95, 0.07),
    Rep("Greta L.", "South", 1.10, 0.05),
    Rep("Hugo P.", "South", 1.00, 0.17),
    Rep("Ines R.", "South", 1.00, 0.08),
    Rep("Jonas B.", "South", 0.95, 0.10),
    Rep("Kim T.", "South", 0.90, 0.11),
    Rep("Lena V.", "South", 0.70, 0.08),
)
LEFT, JOINED = 10, 11
"""Places in ``REPS`` of the one who left and of the one who joined in mid-quarter."""


class Campaign(NamedTuple):
    """One campaign: the months before this one in which it began and ended (None: still runs), and its weight."""

    source: int
    name: str
    began: int
    ended: int | None
    weight: float
    brief: str
    coming: int | None = None
    """Where it has not begun: the Monday on which it will, in weeks after the next one that is some days away."""
    lasts: int | None = None
    """Weeks that it will run; None: no end is set."""


CAMPAIGNS = (
    Campaign(0, "Application guides", 20, None, 3, "They search for a measuring task. Ask which one, send the guide."),
    Campaign(0, "Calibration glossary", 9, None, 2, "Early readers. Offer the calibration check, not a quote."),
    Campaign(1, "Brand terms", 20, None, 2, "They know us already. Call first, a quote is often welcome."),
    Campaign(1, "Flow meters, search", 20, 4, 3, "They compare three vendors. Lead with delivery time."),
    Campaign(1, "Gas analysis, search", 6, None, 4, "New this half-year. Offer the two-week trial unit."),
    Campaign(2, "Lab stories", 20, 6, 2, "Stories from users. Ask what they measure today."),
    Campaign(2, "Sensor of the month", 8, None, 3, "One product a month, with its price. Confirm the fit first."),
    Campaign(3, "Newsletter", 20, None, 3, "Known contacts who clicked a product. Mention the article."),
    Campaign(3, "Spring calibration", 9, 7, 2, "Calibration before the season. Slots are limited, offer a date."),
    Campaign(3, "Service renewal", 3, None, 3, "Owners whose service ends within 90 days. Renew first, then upgrade."),
    Campaign(4, "Partner referrals", 20, None, 3, "A partner knows them. Thank the partner, call the same day."),
    Campaign(4, "Customers tell customers", 5, None, 2, "A customer named them. Name the customer at once."),
    Campaign(
        2, "Lab open days", 0, None, 2, "They come to see the test bench. Ask what they would measure on it.", 0, 3
    ),
    Campaign(3, "Service by the year", 0, None, 3, "Owners without a contract. Set one repair beside a year’s fee.", 1),
)

PERSONAS = ("lab manager", "quality engineer", "purchasing", "maintenance lead", "researcher")
LEVELS = ("high", "medium", "low")
KINDS = ("call", "email", "meeting", "message")
OUTCOMES = ("connected", "no_answer", "bounced", "sent", "voicemail")
REASONS = ("no fit", "no budget", "not reachable", "wrong contact", "only studying", None)
REASON_WEIGHTS = (0.34, 0.20, 0.17, 0.12, 0.09, 0.08)
MISSING = ("phone", "company_size", "country", "phone,company_size")
LOST_REASONS = ("price", "no decision", "another vendor", "project stopped", None)
STAGES = ("qualified", "offer", "negotiation")
TOUCHES = ("visit", "form", "email", "event", "download")

HOURS_OF_A_DAY = (1, 1, 0.5, 0.5, 0.5, 1, 3, 6, 9, 12, 13, 12, 10, 11, 12, 12, 11, 9, 7, 6, 6, 5, 4, 2)
"""How many leads come in each hour of the company's day, against the others."""
DAYS_OF_A_WEEK = (1.08, 1.10, 1.05, 0.98, 0.82, 0.12, 0.14)
HOLIDAY = 0.25

NAMES_BEGIN = (
    *("Bel", "Cor", "Dal", "Ever", "Fal", "Gran", "Hel", "Iver", "Jor", "Kel", "Lun", "Mar", "Nor", "Oster"),
    *("Pel", "Quer", "Rav", "Sol", "Tal", "Ul", "Var", "Wes", "Xan", "Yor", "Zel", "Bren", "Thal", "Vint"),
)
NAMES_END = (
    *("anto", "bria", "core", "dane", "ento", "fara", "gard", "holm", "iva", "jora", "kona", "lund"),
    *("mira", "nex", "oria", "para", "quist", "rada", "stad", "tera", "una", "vanta", "wick", "zeno"),
)
NAMES_WHAT = ("Labs", "Optics", "Foods", "Chemie", "Systems", "Pharma", "Metall", "Energy", "Papier", "Glass")


def company_names() -> list[str]:
    """Return every company name the demo can give, in one fixed order; they are put together from syllables.

    >>> len(company_names()), company_names()[0]
    (6720, 'Belanto Labs')
    """
    return [f"{one}{two} {what}" for one in NAMES_BEGIN for two in NAMES_END for what in NAMES_WHAT]
