"""The whole way: a made-up company, the Procfile's own server, a browser, and on the screen what ``--json`` says."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, expect
from sqlalchemy import select

from dashboard.words import figure, rounded
from queries import tables, warehouse
from queries.demo.make import make, write_papers
from queries.demo.plan import Plan
from tests.browser.real import ROOT, Company, served
from tests.browser.test_screen import DRAWN, OVERFLOW

AS_OF = "2026-11-18T14:32:10+01:00"
PICTURES = ROOT / "artefacts"
SIZES = {"720p": (1280, 720), "1080p": (1920, 1080), "4k": (3840, 2160), "phone": (390, 844), "tablet": (768, 1024)}
WALLS = {"720p", "1080p", "4k"}
SOURCES = ("organic search", "paid search", "social", "email", "referral")
OLIST = ROOT / "tests" / "olist"
PATIENCE = 60_000
"""Milliseconds that a busy machine is given."""

EVERY_NAME = {
    *(f"goal.month.{name}" for name in ("target", "done", "owed")),
    *(f"marketing.month.{name}" for name in ["target", "done", "owed", "gap", "pace", "required_a_day", "projection"]),
    *(f"marketing.today.{name}" for name in ("target", "done")),
    *(f"marketing.source.{source}.{name}" for source in SOURCES for name in ("target", "done", "owed")),
    *(f"sales.week.{name}" for name in ["target", "done", "owed", "gap", "pace", "previous"]),
    "sales.today.done",
    *(f"sales.rep.r01.{name}" for name in ("target", "done", "owed")),
    *(f"followup.first_attempt.{name}" for name in ["in_time", "overdue", "due_next", "median_hours"]),
    *(f"followup.attempts.{name}" for name in ("kept", "short")),
    *(f"followup.acceptance.{name}" for name in ("of_decided", "of_handed_over", "undecided")),
    *(f"quality.{name}" for name in ("duplicates", "incomplete")),
}
# a source's or rep's target and owed stand in the line of its ``done``; the quality of the data has a page of its own
ON_THE_SCREEN = {
    name
    for name in EVERY_NAME
    if not name.startswith(("quality.", "sales.rep.", "marketing.source."))
    or (name.startswith("marketing.source.") and name.endswith(".done"))
}


def made(folder: Path, at: datetime, leads: int) -> Company:
    """Make up a company up to a moment."""
    company = Company(folder, "demo.db")
    engine = warehouse.writer(warehouse.address(str(company.database)))
    write_papers(folder, make(engine, Plan(1, at, leads), lambda *_: None))
    engine.dispose()
    return company


@pytest.fixture(scope="module")
def board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """A company on a Wednesday afternoon, served."""
    with served(made(tmp_path_factory.mktemp("board"), datetime.fromisoformat(AS_OF), 4000)) as one:
        yield one


@pytest.fixture(scope="module")
def numbers(board: Company) -> dict[str, Any]:
    """Its numbers, as the command line tells machines."""
    return board.numbers(AS_OF)


@pytest.fixture(scope="module")
def reps(board: Company) -> list[str]:
    """The names of those who sell there."""
    engine = warehouse.reader(warehouse.address(str(board.database)), 60)
    with warehouse.reading(engine) as connection:
        names = list(connection.execute(select(tables.reps.c.name)).scalars())
    engine.dispose()
    return names


@dataclass
class Watched:
    """A page, and everything it should not have done."""

    page: Page
    home: str
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        page = self.page
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if is_wrong(said) else None)
        page.on("request", lambda asked: self.wrong.append(asked.url) if not self.at_home(asked.url) else None)
        page.add_init_script(
            "document.addEventListener('securitypolicyviolation', e => console.error('policy: ' + e.blockedURI))"
        )

    def at_home(self, url: str) -> bool:
        return url.startswith((self.home + "/", "data:", "blob:"))

    def opened(self, address: str) -> Page:
        """Open the board and wait until all of it is drawn."""
        self.page.goto(address)
        expect(self.page.locator("#hands :is(li, p)").first).to_be_visible(timeout=PATIENCE)
        expect(self.page.locator(".figure svg.main-svg").nth(3)).to_be_attached(timeout=PATIENCE)
        self.page.evaluate("document.fonts.ready")
        self.page.wait_for_function(DRAWN)
        return self.page


def is_wrong(said: ConsoleMessage) -> bool:
    """Whether the console complains; that something fetched ahead came seconds early only says the machine is busy."""
    return said.type in ("error", "warning") and "was preloaded using link preload but not used" not in said.text


@contextmanager
def watched(browser: Browser, company: Company, size: str = "1080p", **look: Any) -> Iterator[Watched]:
    """A page of one size that must stay silent and at home."""
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, **look)
    one = Watched(page, company.url)
    try:
        yield one
        assert one.wrong == []
    finally:
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_board_holds_what_the_command_line_says_and_fits(
    browser: Browser, board: Company, numbers: dict[str, Any], reps: list[str], size: str, scheme: str
) -> None:
    with watched(browser, board, size, color_scheme=scheme) as one:
        page = one.opened(board.page(AS_OF))
        shown = page.locator("#board button[data-number]").evaluate_all(AS_TOLD)
        assert [said for said in shown if not holds(said, numbers)] == []
        assert ON_THE_SCREEN - {said["name"] for said in shown} == set()
        assert page.evaluate(OVERFLOW, size not in WALLS) == []
        assert [name for name in reps if name in page.content()] == []
        assert violations(page) == []
        picture(page, f"board-{size}-{scheme}", size)


AS_TOLD = """all => all.map(one => ({
  name: one.dataset.number, look: [...one.classList], words: one.innerText.replace(/\\s+/g, ' ').trim(),
  aloud: one.getAttribute('aria-label')
}))"""


def holds(said: dict[str, Any], numbers: dict[str, Any]) -> bool:
    """Whether a button says of its number what machines are told of it, to the eye and to the ear."""
    words, name = said["words"], said["name"]
    if name.startswith("marketing.cell."):
        return bool(said["aloud"].endswith(f": {words}"))
    one = numbers[name]
    value = shown(one)
    aloud = one["label"] + ": " + (one["reason"] if one["value"] is None else value)
    aloud += f", {one['status']}" if one["status"] else ""
    # and what the words of a button say more than its number
    same, _, more = said["aloud"].partition("; ")
    told = all(part in words or "part" in said["look"] for part in more.split("; "))
    return same == aloud and told and any(part in words for part in expected(said, one, value, numbers))


def expected(said: dict[str, Any], one: dict[str, Any], value: str, numbers: dict[str, Any]) -> list[str]:
    """What may stand on the button, by the place it stands in."""
    stem, _, last = said["name"].rpartition(".")
    if "judged" in said["look"]:
        return [str(one["status"])]
    if "part" in said["look"] and numbers[f"{stem}.target"]["value"] is None:
        return [f"{value} nothing promised"]
    if "part" in said["look"]:
        kind = stem.rpartition(".")[0]
        alike = [
            name for name in numbers if name.rpartition(".")[0].rpartition(".")[0] == kind and name.endswith("done")
        ]
        # more than six stand in narrow lines, without their targets
        return [value if len(alike) > 6 else f"{value} of {shown(numbers[f'{stem}.target'])}"]
    if "hand" in said["look"]:
        short = (
            Fraction(str(one["value"])) - Fraction(str(numbers[f"{stem}.done"]["value"])) if last == "owed" else None
        )
        return [rounded(short) if short is not None else f"{value} lead", "must be tried before"]
    if last == "projection":
        return [f"{one['reached']} of {one['of']} reached it"]
    if last == "gap" and one["value"] is not None:
        size = Fraction(str(abs(one["value"])))
        whole = one["unit"] == "money" or numbers[f"{stem}.owed"]["value"] >= 20
        word = "behind" if one["value"] < 0 else "ahead"
        return [f"{rounded(size) if whole else figure(size, one['unit'])} {word}"]
    if last == "of_decided" and "told" in said["look"]:
        return [f"{reason} {count:,}" for reason, count in one["rejections"].items()]
    return [value]


def shown(one: dict[str, Any]) -> str:
    """A number for machines, as people are shown it."""
    return figure(None if one["value"] is None else Fraction(str(one["value"])), one["unit"])


def violations(page: Page) -> list[str]:
    """What axe finds fault with."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]


def picture(page: Page, name: str, size: str = "1080p") -> None:
    """Keep a picture of the page, to be looked at."""
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png", full_page=size not in WALLS)


def test_machines_are_told_every_name(numbers: dict[str, Any]) -> None:
    assert EVERY_NAME - set(numbers) == set()
    for name in EVERY_NAME:
        assert {"value", "status", "numerator", "denominator", "left_out", "unit"} <= set(numbers[name]), name
        assert numbers[name]["value"] is not None or numbers[name]["reason"], name


# by the keyboard every number is opened; by the other two ways one of each block at least
EVERY = {"Enter": 1, "click": 5, "tap": 5}


@pytest.mark.parametrize("how", EVERY)
def test_every_number_opens_and_back_closes_it(
    browser: Browser, board: Company, numbers: dict[str, Any], how: str
) -> None:
    size, look = ("phone", {"has_touch": True}) if how == "tap" else ("1080p", {})
    with watched(browser, board, size, **look) as one:
        page = one.opened(board.page(AS_OF))
        panel, buttons = page.locator("dialog[open]"), page.locator("#board button[data-number]")
        names = buttons.evaluate_all("all => all.map(one => one.dataset.number)")
        assert len(names) > 40
        for place, name in list(enumerate(names))[:: EVERY[how]]:
            pressed(buttons.nth(place), how)
            expect(panel).to_have_count(1, timeout=PATIENCE)
            assert untold(panel.inner_text(), numbers.get(name)) == [], name
            # who asks for many rows at once is told to wait
            expect(panel.locator("[aria-busy=true]")).to_have_count(0, timeout=PATIENCE)
            page.go_back()
            expect(panel).to_have_count(0, timeout=PATIENCE)


def pressed(button: Locator, how: str) -> None:
    if how == "Enter":
        button.press("Enter")
    elif how == "tap":
        button.tap()
    else:
        button.click()


def untold(said: str, one: dict[str, Any] | None) -> list[str]:
    """What an opened number should say and does not."""
    words = ["Judged by", "Its data", "Permanent link"]
    if one is not None:
        words += [one["label"], shown(one), one["definition"], one["formula"] or one.get("reason", "")]
        words += [f"{count:,} {reason}" for reason, count in one["left_out"].items()]
    flat = " ".join(said.split())
    return [word for word in words if " ".join(word.split()) not in flat]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_link_to_a_number_opens_it_readably(browser: Browser, board: Company, scheme: str) -> None:
    for size in ("1080p", "phone"):
        with watched(browser, board, size, color_scheme=scheme) as one:
            page = one.opened(board.page(AS_OF, open="marketing.month.done"))
            expect(page.locator("dialog[open] .definition")).to_be_visible(timeout=PATIENCE)
            assert violations(page) == []
            picture(page, f"open-{size}-{scheme}")


def test_names_of_reps_stand_on_the_wall_only_where_the_company_says_so(
    browser: Browser, board: Company, reps: list[str]
) -> None:
    """The first half, that they do not, is held at every size above."""
    named = Company(board.folder / "named", "../demo.db")
    named.folder.mkdir()
    for name in ("smarketing.toml", "agreement.toml"):
        text = (board.papers / name).read_text()
        (named.folder / name).write_text(text.replace("names_on_wall = false", "names_on_wall = true"))
    with served(named), watched(browser, named) as one:
        page = one.opened(named.page(AS_OF))
        there = page.locator("#sales .name").all_inner_texts()
        # the twelfth has left
        assert len(set(reps) & set(there)) == len(reps) - 1 == 11
        assert page.evaluate(OVERFLOW, False) == []
        told = named.numbers(AS_OF)
        seen = page.locator("#sales button[data-number]").evaluate_all(AS_TOLD)
        assert [said for said in seen if not holds(said, told)] == []
        picture(page, "board-names")


def test_the_last_picture_stays_while_the_warehouse_is_away(browser: Browser, tmp_path: Path) -> None:
    company = made(tmp_path, datetime.now(UTC).replace(microsecond=0), 800)
    with served(company), watched(browser, company) as one:
        page = one.opened(company.page())
        expect(page.locator("html")).to_have_attribute("data-state", "live", timeout=PATIENCE)
        done = page.locator("#marketing .huge").inner_text()
        picture(page, "live")
        moved(company, "demo.db", "away.db")
        expect(page.locator("html")).to_have_attribute("data-state", "stale", timeout=PATIENCE)
        assert page.locator("#marketing .huge").inner_text() == done
        expect(page.locator("#marketing .judged .verdict:not(.none)")).to_be_hidden(timeout=PATIENCE)
        assert page.locator(".freshness").inner_text() != ""
        assert page.evaluate(OVERFLOW, False) == []
        picture(page, "warehouse-away")
        moved(company, "away.db", "demo.db")
        expect(page.locator("html")).to_have_attribute("data-state", "live", timeout=PATIENCE)


def moved(company: Company, name: str, to: str) -> None:
    """Give the warehouse's files another name."""
    for end in ("-wal", "-shm", ""):
        one = company.folder / f"{name}{end}"
        if one.exists():
            one.rename(company.folder / f"{to}{end}")


def test_the_real_data_says_on_the_screen_what_it_cannot_tell(browser: Browser, olist: Path, tmp_path: Path) -> None:
    as_of = "2018-04-18T13:30-03:00"
    company = Company(tmp_path, "olist.db", OLIST)
    company.told("load", str(OLIST / "mapping.toml"), "--from", str(olist))
    told = company.numbers(as_of)
    with served(company), watched(browser, company) as one:
        page = one.opened(company.page(as_of))
        seen = page.locator("#board button[data-number]").evaluate_all(AS_TOLD)
        assert [said for said in seen if not holds(said, told)] == []
        assert page.locator("#marketing .huge").inner_text() == "828"
        missing = {said["name"] for said in seen if "unknown" in said["look"]}
        assert "followup.first_attempt.in_time" in missing
        assert {name for name in missing if told[name]["value"] is not None} == set()
        words = page.locator("#owing").inner_text()
        assert told["followup.first_attempt.in_time"]["reason"] in words
        assert page.evaluate(OVERFLOW, False) == []
        assert violations(page) == []
        picture(page, "olist")
