"""The pack in a real browser: opened from a disk without a network, gone through by keyboard, and printed."""

import re
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from shutil import which

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import Browser, Page, expect

from dashboard.packing.page import page as packed_page
from tests.browser.screen import OVERFLOW
from tests.packing.company import KEPT_AT, a_month_goes_by, made

PICTURES = Path(__file__).parent.parent.parent / "artefacts"
STEPS = range(1, 8)
ACROSS = (297, 210)
"""Millimetres of A4 across."""
CHARTS = """() => [...document.querySelectorAll('.figure')].map(one => {
  const seen = [...one.querySelectorAll('svg')].filter(svg => svg.checkVisibility());
  const box = seen[0].getBoundingClientRect();
  return [seen.length, box.width > 200 && box.height > 100, seen[0].querySelectorAll('polyline, rect').length > 1];
})"""
CUT = """() => [...document.querySelectorAll('section.scene')].filter(one => {
  const room = one.getBoundingClientRect();
  return [...one.querySelectorAll('p, li, h2, h3, button, svg, footer')].some(inner => {
    const box = inner.getBoundingClientRect();
    return inner.checkVisibility() && box.width && (box.bottom > room.bottom + 1 || box.right > room.right + 1);
  });
}).map(one => one.id)"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of a week in which much has moved since."""
    folder = tmp_path_factory.mktemp("pack")
    company = made(folder)
    a_month_goes_by(company)
    found = folder / "week.html"
    found.write_bytes(packed_page(company.packed(at=KEPT_AT + timedelta(days=2))))
    return found


@pytest.fixture
def opened(browser: Browser, file: Path) -> Iterator[Page]:
    """The pack, opened from the disk with the network off; it asked for nothing but itself, and nothing was refused."""
    context = browser.new_context(offline=True, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda line: said.append(line.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(file.as_uri())
    page.evaluate("document.fonts.ready")
    yield page
    assert [one for one in asked if not one.startswith("data:")] == [file.as_uri()]
    assert said == []
    context.close()


def test_it_opens_from_a_disk_without_a_network_and_shows_every_chart(opened: Page) -> None:
    assert opened.evaluate(CHARTS) == [[1, True, True]] * 3
    assert opened.evaluate("document.fonts.check('16px Inter') && [...document.fonts].some(f => f.status == 'loaded')")
    assert opened.locator("section.scene .takeaway").count() == len(STEPS)


def test_keys_go_from_step_to_step_and_a_number_opens_its_meaning(opened: Page) -> None:
    here = opened.locator(".pack-way [aria-current]")
    expect(here).to_have_text("1")
    for key, there in (("ArrowRight", "2"), ("PageDown", "3"), ("5", "5"), ("ArrowLeft", "4"), ("Home", "1")):
        opened.keyboard.press(key)
        expect(here).to_have_text(there)
    number = opened.locator("#step-1 button.number.huge")
    number.focus()
    opened.keyboard.press("Enter")
    dialog = opened.locator("dialog.meaning")
    expect(dialog).to_be_visible()
    expect(dialog.locator("h3 b")).to_contain_text(number.inner_text())
    expect(dialog).to_contain_text("agreement v")
    opened.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(number).to_be_focused()


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (1920, 1080), (390, 844)])
def test_nothing_overlaps_and_nothing_is_cut(width: int, height: int, opened: Page) -> None:
    opened.set_viewport_size({"width": width, "height": height})
    assert opened.evaluate(CHARTS) == [[1, True, True]] * 3
    assert opened.evaluate(CUT) == []
    assert opened.evaluate(OVERFLOW, True) == []
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_printed_each_step_has_one_page_of_a4_across_and_nothing_is_cut(opened: Page, tmp_path: Path) -> None:
    file = tmp_path / "week.pdf"
    file.write_bytes(opened.pdf(prefer_css_page_size=True, print_background=True))
    text = file.read_bytes()
    boxes = {tuple(map(float, box.split()[2:])) for box in re.findall(rb"/MediaBox \[([^]]+)\]", text)}
    assert {(round(width / 72 * 25.4), round(height / 72 * 25.4)) for width, height in boxes} == {ACROSS}
    if which("pdftotext") is None or which("pdftoppm") is None:
        pytest.skip("no pdftotext and pdftoppm here to read the pages with (poppler-utils)")
    for place in STEPS:
        words = words_of(file, place)
        # its head, its takeaway and its foot are on one page, and no other step is
        assert re.findall(r"Step (\d) of 7", words) == [str(place)]
        assert opened.locator(f"#step-{place} .takeaway").inner_text().split()[0] in words
        assert re.search(rf"{place} / \d+", words)
    looked_at(file, tmp_path)


def words_of(file: Path, place: int) -> str:
    """Return the words on one page."""
    asked = ["pdftotext", "-f", str(place), "-l", str(place), str(file), "-"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout


def looked_at(file: Path, folder: Path) -> None:
    """Keep a picture of each page of the steps; none is empty, and none has anything in its margins but its number."""
    PICTURES.mkdir(exist_ok=True)
    subprocess.run(["pdftoppm", "-r", "75", "-l", "9", "-png", file, folder / "page"], check=True)
    for one in sorted(folder.glob("page-*.png")):
        picture = Image.open(one).convert("RGB")
        box = ImageChops.difference(picture, Image.new("RGB", picture.size, "white")).getbbox()
        assert box is not None
        assert box[0] >= 20
        assert box[2] <= picture.width - 20
        picture.save(PICTURES / f"pack-{one.name}")
