"""What each side promised the other, from ``agreement.toml``: dated versions that both sides sign."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from dashboard.pace import Bands
from dashboard.signed import Exact, Signed

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Positive = Annotated[Exact, Field(gt=0, lt=10**15)]
Share = Annotated[Exact, Field(gt=0, le=1)]
Level = Literal["high", "medium", "low"]
Unit = Literal["money", "customers"]


class Signature(Signed):
    """Who signed for which side, and when."""

    side: Literal["marketing", "sales"]
    name: Name
    on: date


class Goal(Signed):
    """The shared goal of a month, and the two rates by which the leads it needs are worked backwards."""

    unit: Unit = Field(description="What is counted: money, or new customers.")
    per_month: Positive = Field(description="How much of it a month.")
    deal_size: Positive | Literal["measured"] = Field(description="What a deal is worth, or: as measured.")
    lead_to_customer: Share | Literal["measured"] = Field(
        description="The share of sales-ready leads that become customers, or: as measured."
    )


class MarketingPromise(Signed):
    """How many sales-ready leads marketing promised a month, and from where."""

    leads_per_month: Positive | Literal["from the goal"] | None = Field(
        default=None, description="So many for everybody together, or: worked backwards from the goal."
    )
    leads_per_rep_per_month: Positive | None = Field(
        default=None, description="Or so many for each rep, by the days on which the rep is active."
    )
    shares: dict[Name, Annotated[Exact, Field(ge=0, le=1)]] = Field(
        default={}, description="Per source; they sum to 1."
    )
    lead_value: dict[Name, Positive] = Field(default={}, description="What a lead of a source is worth, in money.")

    @model_validator(mode="after")
    def _one_promise(self) -> "MarketingPromise":
        if (self.leads_per_month is None) == (self.leads_per_rep_per_month is None):
            raise ValueError("promise either leads_per_month or leads_per_rep_per_month, and not both")
        return self

    @field_validator("shares")
    @classmethod
    def _whole(cls, shares: dict[str, Fraction]) -> dict[str, Fraction]:
        if shares and sum(shares.values()) != 1:
            raise ValueError(f"the shares must sum to 1; they sum to {float(sum(shares.values())):g}")
        return shares


class SalesPromise(Signed):
    """How quickly and how often sales promised to follow up, and how soon to say yes or no."""

    first_attempt_hours: Positive = Field(description="Hours within which a new lead is first tried.")
    first_attempt_clock: Literal["working", "wall"] = Field(description="The clock by which those hours are counted.")
    attempts: int = Field(gt=0, le=100, description="Attempts that every lead gets, unless it is settled before.")
    attempts_within_days: int = Field(gt=0, le=366, description="Days within which it gets them.")
    decide_within_days: int = Field(gt=0, le=366, description="Days within which sales says yes or no to a lead.")
    judged_over_days: int = Field(
        gt=0,
        le=366,
        description="Follow-up is judged over leads of the last so many days; more than either promise takes.",
    )

    @model_validator(mode="after")
    def _can_fail(self) -> "SalesPromise":
        for name in ("attempts_within_days", "decide_within_days"):
            if self.judged_over_days <= (days := getattr(self, name)):
                raise ValueError(
                    f"judged_over_days ({self.judged_over_days}) must be longer than {name} ({days}): else no lead's "
                    f"days are over while it is judged, and the promise cannot be broken; lengthen it or shorten {name}"
                )
        return self


class Quota(Signed):
    """What one rep, one team, or everybody is to bring in a week or a month."""

    rep: Name | None = Field(default=None, description="The rep who carries it.")
    team: Name | None = Field(default=None, description="Or the team; with neither, everybody together does.")
    period: Literal["week", "month"] = Field(description="Whether it is stated for a week or for a month.")
    unit: Unit = Field(description="What is counted: money, or new customers.")
    amount: Positive = Field(description="How much of it.")

    @model_validator(mode="after")
    def _one_bearer(self) -> "Quota":
        if self.rep and self.team:
            raise ValueError("a quota is a rep's or a team's, not both; leave both out for everybody's")
        return self


class SalesReady(Signed):
    """What both sides call sales-ready: a lead below it does not count."""

    lowest_fit: Level | None = Field(default=None, description="The lowest fit that counts.")
    lowest_interest: Level | None = Field(default=None, description="The lowest interest that counts.")
    low_fit_high_interest: Literal["follow up", "nurture", "leave"] = Field(
        default="nurture", description="What is done with a lead that is very interested and fits badly."
    )


class BandLines(Signed):
    """Where the words begin, as shares of what is owed."""

    ahead_from: Annotated[Exact, Field(ge=1)] = Field(description="From this pace on it is ahead.")
    on_pace_from: Share = Field(description="From this pace on it is on pace; under it, slightly behind.")
    behind_below: Share = Field(description="Under this pace it is behind.")
    too_early_until: Annotated[Exact, Field(ge=0, lt=1)] = Field(
        description="Before this share of the period's working time has gone by, it is too early to say."
    )

    @model_validator(mode="after")
    def _in_order(self) -> "BandLines":
        if self.behind_below > self.on_pace_from:
            raise ValueError("behind_below may not lie above on_pace_from")
        return self

    @property
    def lines(self) -> Bands:
        """The lines as the maths takes them."""
        return Bands(self.ahead_from, self.on_pace_from, self.behind_below, self.too_early_until)


class Version(Signed):
    """One version of the agreement, in force from its first day until the next version's."""

    name: Name
    begins: date = Field(alias="from")
    signed: tuple[Signature, ...]
    goal: Goal
    marketing: MarketingPromise
    sales: SalesPromise
    quotas: tuple[Quota, ...] = ()
    sales_ready: SalesReady = SalesReady()
    bands: BandLines

    @model_validator(mode="after")
    def _both_signed(self) -> "Version":
        if absent := {"marketing", "sales"} - {one.side for one in self.signed}:
            raise ValueError(f"nobody signed for {' and '.join(sorted(absent))}: an agreement needs both sides")
        return self

    @field_validator("quotas")
    @classmethod
    def _comparable(cls, quotas: tuple[Quota, ...]) -> tuple[Quota, ...]:
        if len({one.unit for one in quotas}) > 1:
            raise ValueError("the quotas must all be in money, or all in customers")
        bearers = [(one.rep, one.team) for one in quotas]
        for rep, team in bearers:
            if bearers.count((rep, team)) > 1:
                raise ValueError(f"{rep or team or 'everybody'} has two quotas; keep one")
        return quotas

    @property
    def unit(self) -> Unit:
        """What the quotas count: money or customers; the goal's unit when there is no quota."""
        return self.quotas[0].unit if self.quotas else self.goal.unit


class Agreement(Signed):
    """agreement.toml, what both sides promised: dated versions, each signed by both."""

    option: ClassVar[str] = "--agreement"

    versions: tuple[Version, ...] = Field(min_length=1)

    @field_validator("versions")
    @classmethod
    def _dated(cls, versions: Sequence[Version]) -> tuple[Version, ...]:
        ordered = tuple(sorted(versions, key=lambda one: one.begins))
        for earlier, later in pairwise(ordered):
            if earlier.begins == later.begins:
                raise ValueError(f"{earlier.name} and {later.name} both begin on {later.begins}; date them apart")
        if len({one.name for one in ordered}) < len(ordered):
            raise ValueError("two versions share one name; name them apart")
        return ordered

    def in_force(self, day: date) -> Version | None:
        """Return the version that was in force on ``day``; a period is judged by that of its first day."""
        return max((one for one in self.versions if one.begins <= day), key=lambda one: one.begins, default=None)
