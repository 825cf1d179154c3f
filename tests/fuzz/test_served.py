"""Bytes that are no HTTP, bodies, and two hundred slow clients, against the Procfile's own server."""

from collections.abc import Iterator

import psutil
import pytest

from tests.dashboard.live import Live, living
from tests.fuzz import bodies, raw
from tests.fuzz.apart import apart
from tests.fuzz.slow import measured

SEED, COUNT, SAMPLE = 20261128, 500, 150


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with living(tmp_path_factory.mktemp("served")) as one:
        one.start()
        yield one


def is_well(live: Live) -> bool:
    return live.answer("/healthz")[0] == 200 and "Traceback" not in live.log() and '"failed"' not in live.log()


def test_no_second_answer_is_smuggled_and_the_server_stays_well(live: Live) -> None:
    count, wrong = apart(raw.send_all(live.port, SEED, range(COUNT)))
    assert (count, wrong) == (COUNT, [])
    assert is_well(live)


def test_a_body_is_answered_as_in_the_process_of_the_tests_itself_also_when_it_comes_in_pieces(live: Live) -> None:
    for number in range(SAMPLE):
        one = bodies.case(SEED, number)
        body, headers = b"".join(one.asked.body[:4]), dict(one.asked.headers)
        if b"content-length" in headers or b"transfer-encoding" in headers or number % 3 == 0:
            sent = raw.Bytes("body", (raw.chunked(bodies.TARGET, headers, body),), False)
            statuses = apart(raw.send(live.port, sent)).statuses
        else:
            sent = raw.Bytes("body", (raw.whole(bodies.TARGET, headers, body),), False)
            statuses = apart(raw.send(live.port, sent)).statuses
        assert set(statuses) <= {200, 400, 413, 415}, (number, statuses)
    assert is_well(live)


def test_a_body_of_64_megabytes_is_refused_and_leaves_nothing_behind(live: Live) -> None:
    held = sum(psutil.Process(one).memory_info().rss for one in live.workers())
    head = raw.whole(bodies.TARGET, {b"content-type": b"application/json"}, b"", 64 << 20)
    for first in (head, raw.chunked(bodies.TARGET, {}, b"x")[:-5]):
        apart(raw.send(live.port, raw.Bytes("long", (first, *[b"10000\r\n" + b"[" * 65536 + b"\r\n"] * 1000), False)))
    assert sum(psutil.Process(one).memory_info().rss for one in live.workers()) < held * 1.05
    assert is_well(live)


def test_two_hundred_slow_clients_do_not_stop_the_others(live: Live) -> None:
    before, meanwhile = apart(measured(live.port, 200, 4.0))
    assert before.errors == meanwhile.errors == 0
    assert meanwhile.p95 < max(0.25, 2 * before.p95)
    assert is_well(live)
