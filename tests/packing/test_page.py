"""The pack: one file, the same for the same week, whole whatever fails around it."""

import re
from datetime import UTC, datetime, time, timedelta
from html import unescape

import pytest

from dashboard.calendar import Hour
from dashboard.drawing.meeting import FIGURES
from dashboard.meeting import steps
from dashboard.meeting_told import state
from dashboard.meeting_weeks import Weeks
from dashboard.packing import parts
from dashboard.packing.page import name, page
from dashboard.packing.week import NotKept
from dashboard.settings import Settings
from dashboard.store.faults import StoreSilent
from dashboard.store.promises import Promises
from queries.faults import Refused
from queries.warehouse import reader
from tests.dashboard.company import company as another
from tests.packing.company import KEPT_AT, LATE, WEEK, Kept, a_month_goes_by

LATER = KEPT_AT + timedelta(days=30)
MAY_DIFFER = (
    r'<section id="ledger".*?(?=<section id="ages")',
    r'<button[^>]*class="number moved"[^>]*>.*?</button>',
    r'<span class="state">.*?</span>',
    r'<p class="made">.*?</p>',
)
"""The ledger where it stands whole, where it stands beside a number, and when the file was made."""


def stays(body: bytes) -> str:
    """Return all of a pack that must never be otherwise."""
    text = body.decode()
    for one in MAY_DIFFER:
        text = re.sub(one, "", text, flags=re.DOTALL)
    return text


def said(body: bytes) -> str:
    """Return the words of a pack."""
    text = body.decode().partition("<body>")[2].partition("<script>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def test_the_same_week_gives_the_same_bytes(company: Kept) -> None:
    assert page(company.packed()) == page(company.packed())


def test_after_a_month_of_later_data_a_pack_differs_only_in_its_ledger(own: Kept) -> None:
    first = page(own.packed())
    a_month_goes_by(own)
    later = page(own.packed(at=LATER))
    assert stays(first) == stays(later)
    assert "Nothing has moved since the week was kept." in said(first)
    assert f"{LATE} late email leads" in said(later)
    assert "amount" in said(later)
    # what is left out of the comparison is little: a pack without its ledger is still nearly all of it
    assert len(stays(later)) > 0.9 * len(first.decode())


def test_a_pack_says_how_old_its_data_is_and_in_which_zone_and_by_which_agreement(company: Kept) -> None:
    words = said(page(company.packed()))
    for fact in ("kept Mon 16 Nov 2026 07:00", "data to Sun 15 Nov 2026", "agreement v", "times in Europe/Berlin"):
        assert words.count(fact) >= 7, fact
    assert "This file was made Wed 18 Nov 2026 14:00" in words
    assert re.search(r"leads Sun 15 Nov 2026 \d\d:\d\d Mon 16 Nov 2026", words)


def test_every_number_of_a_step_opens_to_its_meaning_in_the_file_itself(company: Kept) -> None:
    text = page(company.packed()).decode().partition("<script>")[0]
    asked, told = (set(re.findall(rf'data-{one}="([^"]+)"', text)) for one in ("number", "means"))
    assert len(asked) > 40
    assert "<b>1 lead</b>" in text
    assert asked == told


def test_what_people_wrote_stays_words(company: Kept) -> None:
    text = page(company.packed()).decode()
    assert "Call &lt;b&gt;Fuchs &amp; Söhne&lt;/b&gt; before noon" in text
    assert "<b>Fuchs" not in text


def test_a_pack_names_nothing_that_a_browser_would_fetch(company: Kept) -> None:
    text = page(company.packed()).decode()
    assert re.findall(r'(?:src|srcset|action)=|@import|url\("(?!data:)|<link|<iframe|<img', text) == []
    assert {*re.findall(r'href="([^"#][^"]*)"', text)} <= {*re.findall(r'href="(https?://[^"]*)"', text)}


def test_a_week_that_is_not_kept_is_refused_unless_it_is_asked_for_as_it_stands(company: Kept) -> None:
    with pytest.raises(NotKept, match=r"2026-W45 is not kept yet: 'smarketing freeze 2026-W45' keeps it; --as-it"):
        company.packed("2026-W45")
    with pytest.raises(NotKept, match=r"2026-W47 is not kept yet: it is kept from Mon 23 Nov 07:00 on"):
        company.packed("2026-W47")
    words = said(page(company.packed("2026-W45", as_it_stands=True)))
    assert "not kept yet: as it is known on Wed 18 Nov 2026 14:00" in words
    assert "nothing can have moved since" in words


def test_without_a_name_it_is_the_week_that_just_ended(company: Kept) -> None:
    found = company.packed(None)
    assert (found.walk.week, name(found)) == (WEEK, "smarketing-2026-W46.html")


def test_what_was_late_in_a_pack_is_what_was_late_when_the_week_was_kept(company: Kept) -> None:
    words = said(page(company.packed(at=LATER)))
    assert "by Fri 20 Nov" in words
    assert "by Fri 20 Nov," not in words


NOON = datetime(2026, 11, 16, 11, tzinfo=UTC)
"""Of the Monday on which the week is kept."""


@pytest.mark.parametrize(("at", "hour"), [(NOON, "07:00"), (KEPT_AT, "Mon 16 Nov 07:00")])
def test_a_kept_week_is_the_same_whatever_the_hour_is_changed_to_afterwards(
    company: Kept, at: datetime, hour: str
) -> None:
    other = company._replace(told=keeping_at(company, Hour(1, time(12, 30))))
    assert [how_it_is_known(one, at) for one in (company, other)] == [f"as it stood on {hour}"] * 2
    assert page(other.packed(at=at)) == page(company.packed(at=at))


def test_a_kept_week_names_its_own_hour_in_another_zone(company: Kept) -> None:
    moved = another(time_zone="America/New_York")
    other = company._replace(told=company.told._replace(company=moved))
    assert how_it_is_known(other, KEPT_AT) == "as it stood on Mon 16 Nov 01:00"


def test_a_week_is_not_kept_yet_to_whoever_looks_at_it_from_before_its_hour(company: Kept) -> None:
    before = datetime(2026, 11, 16, 5, 59, tzinfo=UTC)
    assert how_it_is_known(company, before).startswith("not kept yet: it will be on 07:00")


def keeping_at(one: Kept, hour: Hour) -> Settings:
    """Return the settings of the company when it keeps its weeks at another hour."""
    facts = one.told.company
    meeting = facts.meeting.model_copy(update={"freeze": hour})
    return one.told._replace(company=facts.model_copy(update={"meeting": meeting}))


def how_it_is_known(one: Kept, at: datetime) -> str:
    """Return what the page says of how the week is known that is looked at from a moment."""
    store, engine = one.store(), reader(one.told.warehouse, 60)
    try:
        weeks = Weeks(one.told, lambda: store, engine)
        looked = weeks.look(weeks.named(WEEK, at), at, past=False)
        return state(looked.week, looked.is_kept, at.astimezone(one.told.company.calendar.zone))["words"]
    finally:
        engine.dispose()
        store.close()


# part by part


def test_a_warehouse_that_is_gone_is_said_and_the_kept_week_is_there(own: Kept) -> None:
    (own.folder / "demo.db").rename(own.folder / "away.db")
    found = own.packed()
    words = said(page(found))
    assert list(found.faults) == ["moved"]
    assert "What has moved since is not known:" in words
    assert "of 7" in words


def test_decisions_that_cannot_be_read_are_said_and_all_else_is_there(
    company: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(self: Promises, by: object = None) -> None:
        raise StoreSilent("the store (kept.db) has no room left")

    monkeypatch.setattr(Promises, "all", gone)
    words = said(page(company.packed()))
    assert "What was decided cannot be told: the store (kept.db) has no room left" in words
    assert words.count("What was decided cannot be told") == 1
    for told in ("No action came over", "Nothing is open from earlier weeks", "Nothing is decided yet"):
        assert told not in words
    assert company.packed().walk.steps[1].takeaway in words


@pytest.mark.parametrize("place", range(1, 8))
def test_a_step_that_cannot_be_drawn_is_said_and_all_others_are_there(
    place: int, company: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, real = company.packed(), parts.step

    def broken(walk: steps.Walk, at: int) -> object:
        return 1 / 0 if at == place else real(walk, at)

    monkeypatch.setattr(parts, "step", broken)
    words = said(page(found))
    assert words.count("could not be drawn (ZeroDivisionError); everything else in here is whole.") == 1
    others = [one.takeaway for one in found.walk.steps if one.place != place]
    assert [one for one in others if " ".join(one.split()) not in words] == []


def test_a_figure_that_cannot_be_drawn_is_said_in_its_place_and_the_others_are_there(
    company: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = page(company.packed()).count(b"<svg")
    monkeypatch.setitem(FIGURES, "meeting-goal", lambda walk: 1 / 0)  # type: ignore[arg-type]
    found = page(company.packed())
    assert said(found).count("This figure could not be drawn (ZeroDivisionError)") == 1
    assert 0 < found.count(b"<svg") == whole - 2


def test_an_unknown_week_is_refused_in_words(company: Kept) -> None:
    with pytest.raises(Refused, match="names no week"):
        company.packed("last week")
    with pytest.raises(Refused, match="has not begun"):
        company.packed("2027-W01", datetime(2026, 11, 18, tzinfo=UTC))
