"""The front over HTTP, as the Procfile runs it: stream, snapshot, bundles, walls; and the same app by polling."""

import gzip
import http.client
import json
import socket
import threading
import time
import urllib.request
import zlib
from collections.abc import Iterator
from contextlib import suppress

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

    def __init__(self, server: Live, path: str = "/stream") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self.connection.request("GET", path, headers={"Accept": "text/event-stream", "Accept-Encoding": "gzip"})
        self.answer = self.connection.getresponse()
        self._open = zlib.decompressobj(31)
        self._text = ""
        self._beat: dict[str, object] = {}

    def next(self, kind: str) -> dict[str, object]:
        """Return what the next event of this kind says."""
        while True:
            while "\n\n" not in self._text:
                self._text += self._open.decompress(self.answer.read1(65536)).decode()
            event, self._text = self._text.split("\n\n", 1)
            lines = dict(line.split(": ", 1) for line in event.splitlines())
            if "event" not in lines:
                continue
            found: dict[str, object] = json.loads(lines["data"])
            if lines["event"] == "beat":
                self._beat = found
            if lines["event"] == kind:
                return found

    def first(self) -> tuple[dict[str, object], dict[str, object]]:
        """Return the beat before the first picture, and that: one that was just replaced is told of without it."""
        picture = self.next("picture")
        return self._beat, picture

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
    beat, picture = listener.first()
    assert (beat["number"], beat["build"]) == (picture["number"], server.answer("/api/board/picture")[1]["X-Build"])
    assert float(str(beat["age"])) < 5
    assert float(str(beat["now"])) == pytest.approx(time.time(), abs=5)
    more = server.one_more_lead()
    while done(picture) != f"{more}":
        last, picture = picture, listener.next("picture")
        assert int(str(picture["number"])) > int(str(last["number"]))


def test_all_viewers_are_sent_the_same_picture(server: Live) -> None:
    some = [Listener(server) for _ in range(5)]
    more, told = f"{server.one_more_lead()}", []
    for one in some:
        told.append(one.next("picture"))
        while done(told[-1]) != more:
            # the clock may have moved the board, too, before the lead did
            told.append(one.next("picture"))
        one.close()
    for number in {one["number"] for one in told}:
        assert len({json.dumps(one) for one in told if one["number"] == number}) == 1


def test_a_rep_is_sent_her_own_part_of_the_same_board_and_nobody_gets_another(server: Live) -> None:
    mine, strangers = Listener(server, "/stream/today?rep=r1"), Listener(server, "/stream/today?rep=nobody")
    try:
        beat, picture = mine.first()
        assert picture["number"] == beat["number"] and picture["company"] == "Acme"
        number = int(str(beat["number"]))
        server.one_more_lead()
        while int(str(picture["number"])) <= number:
            picture = mine.next("picture")
        # who waits for what never comes would never be told why
        assert strangers.answer.status == 404
        assert "choose a name" in json.loads(strangers.answer.read())["error"]
    finally:
        mine.close()
        strangers.close()


def test_a_reps_day_is_asked_for_with_its_age_and_nobodys_is_a_404_in_words(server: Live) -> None:
    people = json.loads(server.answer("/api/today/reps")[2])
    assert [(one["id"], one["name"]) for one in people["reps"]] == [("r1", "Ada")]
    status, headers, body = server.answer("/api/today/picture?rep=r1")
    assert status == 200 and float(headers["Age"]) < 30 and json.loads(body)["company"] == "Acme"
    assert server.answer("/api/today/picture?rep=r1", If_None_Match=headers["ETag"])[0] in (200, 304)
    status, _, body = server.answer("/api/today/picture?rep=%3Cb%3E")
    assert status == 404 and "choose a name" in json.loads(body)["error"]
    assert server.answer("/api/today/picture?rep=nobody&as_of=2026-11-20T10:00:00Z")[0] == 404


def test_monitoring_is_told_what_the_refresher_did(server: Live) -> None:
    ends = time.monotonic() + 30
    while server.metric("refreshes_total") < 1 and time.monotonic() < ends:
        time.sleep(0.1)
    assert server.metric("refreshes_total") >= 1 and server.metric("refusals_total") >= 0
    assert 0 < server.metric("refresh_seconds") < 60


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
    assert server.answer("/?v=1")[1]["Cache-Control"] == "private, no-cache"
    assert server.answer("/", "HEAD")[2] == b""


def test_the_page_names_the_build_that_the_server_says_it_is(server: Live) -> None:
    build = server.answer("/api/board/picture")[1]["X-Build"]
    assert f'data-build="{build}"' in server.answer("/")[2].decode()


def test_a_page_that_is_not_there_is_a_404_in_the_frame_of_every_page(server: Live) -> None:
    status, _, body = server.answer("/nowhere", Accept="text/html")
    assert status == 404
    assert b'<nav class="pages"' in body
    assert b"There is no page at this address" in body


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"wall": "x"}', b'{"wall": "x", "age": "old", "number": 1}'])
def test_what_is_no_word_of_a_wall_is_not_noted(server: Live, body: bytes) -> None:
    assert server.answer("/api/painted", "POST", body)[0] == 204
    assert "x" not in [line for line in server.answer("/metrics")[2].decode().splitlines() if "wall=" in line]


def test_the_last_word_of_a_wall_counts_whichever_worker_it_spoke_to(server: Live) -> None:
    for age in (900, 800, 700, 600, 3):
        body = json.dumps({"wall": "Lobby", "age": age, "number": 7}).encode()
        assert server.answer("/api/painted", "POST", body)[0] == 204
        time.sleep(0.02)
    ends = time.monotonic() + 30
    said: list[float] = []
    while not (said and said[-1] < 60) and time.monotonic() < ends:
        lines = server.answer("/metrics")[2].decode().splitlines()
        said += [float(line.split()[1]) for line in lines if 'wall="Lobby"' in line]
        time.sleep(0.3)
    assert said[-1] < 60


def heard(listening: Listener) -> bytes:
    """Return what else comes of a stream, to its end."""
    with suppress(http.client.IncompleteRead):
        return listening.answer.read()
    return b""


def test_a_server_with_open_streams_ends_at_once_and_leaves_no_refresher(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """It would wait a minute for those who keep a connection open; it closes the streams, and goes."""
    with living(tmp_path_factory.mktemp("ending")) as one:
        one.start("--graceful-timeout", "60", "dashboard.front:app")
        listening = [Listener(one) for _ in range(20)]
        for each in listening:
            each.next("picture")
        idle = http.client.HTTPConnection("127.0.0.1", one.port)
        idle.request("GET", "/healthz")
        assert idle.getresponse().read() == b"ok\n"
        assert one.refreshers()
        took = one.end()
        print(f"ended with 20 open streams within {took:.1f} s")  # noqa: T201 - shown by pytest -s
        for each in listening:
            heard(each)
            each.close()
        idle.close()
        assert one.refreshers() == []
        assert list((one.folder / "state").glob("pulse-*")) == []
        assert "Traceback" not in one.log()


def test_a_reload_ends_the_streams_and_no_poll_fails(tmp_path_factory: pytest.TempPathFactory) -> None:
    with living(tmp_path_factory.mktemp("reload")) as one:
        one.start("--graceful-timeout", "60", "dashboard.front:app")
        listening = [Listener(one) for _ in range(20)]
        for each in listening:
            each.next("picture")
        told: list[int] = []
        over = threading.Event()

        def poll() -> None:
            while not over.wait(0.02):
                # until the new workers have begun, which takes its time on a busy machine, a question waits
                with urllib.request.urlopen(f"{one.url}/api/board/picture", timeout=60) as said:
                    told.append(said.status)

        polling = threading.Thread(target=poll)
        polling.start()
        one.reload()
        for each in listening:
            heard(each)
            each.close()
        over.set()
        polling.join()
        again = Listener(one)
        assert done(again.next("picture")) == "3"
        again.close()
        assert set(told) == {200}


def test_more_travellers_than_there_is_room_for_are_told_at_once_to_come_again(server: Live) -> None:
    """Each moment is read by itself: the few that wait are answered, the others refused, and nobody else notices."""
    lines = [socket.create_connection(("127.0.0.1", server.port), timeout=60) for _ in range(80)]
    for number, line in enumerate(lines):
        asked = f"/api/board?as_of=2026-11-{1 + number % 15:02}T08:{number % 60:02}:{number // 15:02}Z"
        line.sendall(f"GET {asked} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode())
    for path in ("/healthz", "/api/board/picture", "/metrics", "/"):
        assert server.answer(path)[0] == 200
    answers = [b"".join(iter(lambda line=line: line.recv(65536), b"")) for line in lines]  # type: ignore[misc]
    for line in lines:
        line.close()
    refused = [one for one in answers if one.startswith(b"HTTP/1.1 503")]
    assert {one[9:12] for one in answers} == {b"200", b"503"}
    assert all(b"retry-after: 2" in one.lower() and b"ask again" in one for one in refused)
    assert server.answer("/api/board?as_of=2026-11-03T10:00:00Z")[0] == 200


def test_the_same_app_lives_by_polling_under_a_server_that_cannot_stream(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with living(tmp_path_factory.mktemp("polling")) as one:
        one.start(*GTHREAD)
        status, headers, body = one.answer("/api/board/picture")
        assert (status, done(json.loads(body))) == (200, "3")
        assert f'data-build="{headers["X-Build"]}"' in one.answer("/")[2].decode()
        assert one.answer("/stream")[0] == 404
        assert one.answer("/api/painted", "POST", b'{"wall": "Hall", "age": 3, "number": 7}')[0] == 204
        assert one.answer("/api/painted", "POST", b"{")[0] == 204
        one.one_more_lead()
        ends = time.monotonic() + 30
        while done(json.loads(one.answer("/api/board/picture")[2])) != "4" and time.monotonic() < ends:
            time.sleep(0.1)
        assert done(json.loads(one.answer("/api/board/picture")[2])) == "4"
        ends = time.monotonic() + 30
        while one.metric("walls") != 1 and time.monotonic() < ends:
            time.sleep(0.1)
        assert (one.metric("walls"), one.metric("ready"), one.metric("viewers")) == (1, 1, 0)
