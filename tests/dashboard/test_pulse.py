"""What monitoring is told: every process says its part, and what the dead said is forgotten."""

import json
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from dashboard.pulse import EVERY, FORGOTTEN, Health, Pulse, all_pulses, metrics


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def told(health: Health) -> dict[str, float]:
    families = text_string_to_metric_families(metrics(health).decode())
    return {f"{one.name}{''.join(one.labels.values())}": one.value for family in families for one in family.samples}


def test_it_says_no_more_than_every_two_seconds_and_takes_it_back_at_the_end(tmp_path: Path, clock: Clock) -> None:
    pulse = Pulse(tmp_path, clock)
    pulse.say(viewers=3)
    clock.now += EVERY / 2
    pulse.say(viewers=4)
    assert [one["viewers"] for one in all_pulses(tmp_path, clock)] == [3]
    clock.now += EVERY
    pulse.say(viewers=5)
    assert [one["viewers"] for one in all_pulses(tmp_path, clock)] == [5]
    pulse.end()
    assert list(tmp_path.iterdir()) == []


def test_what_a_dead_process_said_is_swept_away(tmp_path: Path, clock: Clock) -> None:
    Pulse(tmp_path, clock).say(viewers=3)
    assert all_pulses(tmp_path, lambda: clock.now + FORGOTTEN + 1) == []
    assert list(tmp_path.iterdir()) == []


def test_a_word_said_while_others_are_read_is_heard(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that speaks between the beginning of the reading and its own turn is alive, and stays."""
    read = Path.read_text

    def meanwhile(path: Path, *words: str) -> str:
        clock.now += EVERY
        Pulse(tmp_path, clock).say(viewers=4)
        return read(path, *words)

    Pulse(tmp_path, clock).say(viewers=3)
    monkeypatch.setattr(Path, "read_text", meanwhile)
    assert [one["viewers"] for one in all_pulses(tmp_path, clock)] == [4]
    assert len(list(tmp_path.iterdir())) == 1


def test_a_torn_file_is_no_pulse_and_no_fault(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "pulse-1.json").write_text('{"beat": 10')
    (tmp_path / "pulse-2.json").write_text(json.dumps({"viewers": 1}))
    assert all_pulses(tmp_path, clock) == []


def test_a_folder_that_cannot_be_written_silences_the_pulse_and_nothing_else(tmp_path: Path, clock: Clock) -> None:
    pulse = Pulse(tmp_path / "nowhere", clock)
    pulse.say(viewers=3)
    pulse.end()
    assert all_pulses(tmp_path / "nowhere", clock) == []


def test_monitoring_reads_age_readiness_and_viewers_of_all_processes(tmp_path: Path) -> None:
    for pid, viewers in ((1, 3), (2, 4)):
        pulse = Pulse(tmp_path)
        pulse._path = tmp_path / f"pulse-{pid}.json"
        pulse.say(viewers=viewers)
    found = told(Health(tmp_path, lambda: 12.5, lambda: False))
    assert found["smarketing_viewers"] == 7
    assert (found["smarketing_age_seconds"], found["smarketing_ready"]) == (12.5, 0)
