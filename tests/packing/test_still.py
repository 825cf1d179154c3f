"""A figure that stands still shows what the moving one shows: the same lines, days and words, at their places."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from dashboard.drawing.meeting import figures
from dashboard.drawing.still import Plane, apart, still
from tests.packing.company import Kept

SVG = "{http://www.w3.org/2000/svg}"
NAMES = ("meeting-goal", "meeting-marketing", "meeting-sales")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [(1010, 470), (420, 280)])
def test_every_line_word_and_day_of_a_figure_is_there_and_within_it(
    name: str, size: tuple[int, int], company: Kept
) -> None:
    figure = figures(company.packed().walk)[name]
    drawn = ElementTree.fromstring(still(figure, *size, "wide"))
    layout = figure["layout"]
    words = [one.text for one in drawn.iter(f"{SVG}text")]
    wanted = [*layout["xaxis"].get("ticktext", ()), *(one["text"] for one in layout["annotations"])]
    assert sorted(words) == sorted(wanted)
    assert len(list(drawn.iter(f"{SVG}polyline"))) == sum(one["mode"] == "lines" for one in figure["data"])
    rectangles = sum(one["type"] == "rect" for one in layout["shapes"])
    assert len(list(drawn.iter(f"{SVG}rect"))) == rectangles
    points = [point.split(",") for line in drawn.iter(f"{SVG}polyline") for point in line.attrib["points"].split()]
    assert all(0 <= float(x) <= size[0] and 0 <= float(y) <= size[1] for x, y in points)
    assert all(0 <= float(one.attrib["y"]) <= size[1] for one in drawn.iter(f"{SVG}text"))


def test_the_end_of_a_line_stands_at_its_value(company: Kept) -> None:
    walk = company.packed().walk
    figure = figures(walk)["meeting-marketing"]
    drawn = ElementTree.fromstring(still(figure, 1010, 470))
    done = next(one for one in drawn.iter(f"{SVG}polyline") if "var(--marketing)" in one.attrib["style"])
    y = float(done.attrib["points"].split()[-1].partition(",")[2])
    margin, top = figure["layout"]["margin"], figure["layout"]["yaxis"]["range"][1]
    share = (470 - margin["b"] - y) / (470 - margin["b"] - margin["t"])
    assert share * top == pytest.approx(float(walk.numbers["marketing.week.done"].value or 0), abs=0.05)


def test_words_at_the_edge_that_would_meet_stand_apart() -> None:
    plane = Plane(400, 200, {"l": 0, "r": 0, "t": 0, "b": 0}, {"x": (0, 1), "y": (0, 100)})
    words = [{"name": "edge", "text": str(y), "y": y} for y in (50, 51, 52)]
    found = sorted(one["y"] for one in apart({"font": {"size": 10}, "annotations": words}, plane))
    assert [round(after - before, 1) for before, after in pairwise(found)] == [6.5, 6.5]


def test_a_word_is_only_ever_a_word(company: Kept) -> None:
    figure = figures(company.packed().walk)["meeting-goal"]
    words = [dict(one, text="<script>1</script>") for one in figure["layout"]["annotations"]]
    drawn = still({"data": figure["data"], "layout": figure["layout"] | {"annotations": words}}, 400, 200)
    assert re.findall("<script", drawn) == []
