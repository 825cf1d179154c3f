"""The front over HTTP, as the Procfile runs it: stream, snapshot, bundles, walls; and the same app by polling."""

import gzip
import http.client
import json
import time
import zlib
from collections.abc import Iterator

import pytest

from tests.dashboard.live import GTHREAD, Live, living


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The server of the Procfile."""
    with living(tmp_path_factory.mktemp("front")) as one:
        one.start()
        yield one


class Listener:
    """One viewer's stream, read as a browser reads it."""

    def __init__(self, server: Live) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
        self.connection.request("GET", "/stream", headers={"Accept": "text/event-stream", "Accept-Encoding": "gzip"})
        self.answer = self.connection.getresponse()
        self._open = zlib.decompressobj(31)
        self._text = ""

    def next(self, kind: str) -> dict[str, object]:
        """Return what the next event of this kind says."""
        while True:
            while "\n\n" not in self._text:
                self._text += self._open.decompress(self.answer.read1(65536)).decode()
            event, self._text = self._text.split("\n\n", 1)
            lines = dict(line.split(": ", 1) for line in event.splitlines())
            if lines.get("event") == kind:
                found: dict[str, object] = json.loads(lines["data"])
                return found

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


@pytest.fixture
def listener(server: Live) -> Iterator[Listener]:
    one = Listener(server)
    yield one
    one.close()


def done(picture: dict[str, object]) -> str:
    return json.loads(json.dumps(picture))["numbers"]["marketing.month.done"]["shown"]


def test_the_stream_begins_with_a_beat_and_the_newest_picture_and_goes_on_with_the_next(
    server: Live, listener: Listener
) -> None:
    assert listener.answer.headers["Content-Type"].startswith("text/event-stream")
    beat, picture = listener.next("beat"), listener.next("picture")
    assert (beat["number"], beat["build"]) == (picture["number"], server.answer("/api/board/picture")[1]["X-Build"])
    assert float(str(beat["age"])) < 5
    assert float(str(beat["now"])) == pytest.approx(time.time(), abs=5)
    more = server.one_more_lead()
    while done(picture) != f"{more}":
        last, picture = picture, listener.next("picture")
        assert int(str(picture["number"])) > int(str(last["number"]))


def test_all_viewers_are_sent_the_same_picture(server: Live) -> None:
    some = [Listener(server) for _ in range(5)]
    first = {json.dumps(one.next("picture")["id"]) for one in some}
    server.one_more_lead()
    second = {done(one.next("picture")) for one in some}
    for one in some:
        one.close()
    assert len(first) <= 2
    assert len(second) == 1


def test_an_unchanged_picture_is_a_304_with_its_age(server: Live) -> None:
    status, headers, body = server.answer("/api/board/picture")
    assert (status, f'"{json.loads(body)["number"]}"') == (200, headers["ETag"])
    for _ in range(20):
        status, again, _ = server.answer("/api/board/picture", If_None_Match=headers["ETag"])
        if status == 304:
            break
        headers = again
    assert status == 304
    assert 0 <= float(again["Age"]) < 5
    assert again["X-Build"]


def test_a_page_and_its_bundles_are_compressed_for_who_can_read_that_and_kept_by_their_names(server: Live) -> None:
    page = server.answer("/")[2].decode()
    script = next(part.split('"')[0] for part in page.split('src="') if part.startswith("/assets/board.js?v="))
    status, plain, whole = server.answer(script)
    _, packed, small = server.answer(script, Accept_Encoding="gzip")
    assert (status, plain["Content-Encoding"], packed["Content-Encoding"]) == (200, None, "gzip")
    assert gzip.decompress(small) == whole
    assert "immutable" in plain["Cache-Control"]
    assert server.answer("/?v=1")[1]["Cache-Control"] == "no-cache"
    assert server.answer("/", "HEAD")[2] == b""


def test_the_page_names_the_build_that_the_server_says_it_is(server: Live) -> None:
    build = server.answer("/api/board/picture")[1]["X-Build"]
    assert f'data-build="{build}"' in server.answer("/")[2].decode()


def test_a_page_that_is_not_there_is_a_404_of_dashs_own_frame(server: Live) -> None:
    status, _, body = server.answer("/nowhere")
    assert status == 404
    assert b"_dash-app-content" in body or b"react-entry-point" in body


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"wall": "x"}', b'{"wall": "x", "age": "old", "number": 1}'])
def test_what_is_no_word_of_a_wall_is_not_noted(server: Live, body: bytes) -> None:
    assert server.answer("/api/painted", "POST", body)[0] == 204
    assert "x" not in [line for line in server.answer("/metrics")[2].decode().splitlines() if "wall=" in line]


def test_the_last_word_of_a_wall_counts_whichever_worker_it_spoke_to(server: Live) -> None:
    for age in (900, 800, 700, 600, 3):
        body = json.dumps({"wall": "Lobby", "age": age, "number": 7}).encode()
        assert server.answer("/api/painted", "POST", body)[0] == 204
        time.sleep(0.02)
    ends = time.monotonic() + 8
    said: list[float] = []
    while not (said and said[-1] < 60) and time.monotonic() < ends:
        lines = server.answer("/metrics")[2].decode().splitlines()
        said += [float(line.split()[1]) for line in lines if 'wall="Lobby"' in line]
        time.sleep(0.3)
    assert said[-1] < 60


def test_a_server_with_open_streams_ends_in_its_time_and_leaves_no_refresher(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with living(tmp_path_factory.mktemp("ending")) as one:
        one.start()
        listening = Listener(one)
        listening.next("picture")
        assert one.refreshers()
        assert one.end() < 8
        listening.close()
        ends = time.monotonic() + 5
        while one.refreshers() and time.monotonic() < ends:
            time.sleep(0.1)
        assert one.refreshers() == []


def test_the_same_app_lives_by_polling_under_a_server_that_cannot_stream(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with living(tmp_path_factory.mktemp("polling")) as one:
        one.start(*GTHREAD)
        status, headers, body = one.answer("/api/board/picture")
        assert (status, done(json.loads(body))) == (200, "3")
        assert f'data-build="{headers["X-Build"]}"' in one.answer("/")[2].decode()
        assert one.answer("/stream")[0] == 404
        one.one_more_lead()
        ends = time.monotonic() + 8
        while done(json.loads(one.answer("/api/board/picture")[2])) != "4" and time.monotonic() < ends:
            time.sleep(0.1)
        assert done(json.loads(one.answer("/api/board/picture")[2])) == "4"
