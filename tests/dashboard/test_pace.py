"""Pace: what is owed by now, the words for where it stands, what is left to do, and where it is likely to end."""

from fractions import Fraction

import pytest

from dashboard.pace import Bands, Past, Standing, percentile, projection

BANDS = Bands(Fraction(105, 100), Fraction(97, 100), Fraction(90, 100), Fraction(1, 10))
HALF = Fraction(1, 2)


def standing(target: int = 100, done: Fraction | int = 50, gone: Fraction = HALF, left: int = 10) -> Standing:
    return Standing(Fraction(target), Fraction(done), gone, Fraction(left))


def test_what_is_owed_is_the_target_times_the_share_of_working_time_gone_by() -> None:
    owed = standing(10_000, 0, Fraction(21, 23), 2).owed
    assert round(owed, 2) == Fraction(913043, 100)


@pytest.mark.parametrize(
    ("done", "word"),
    [
        (Fraction(525, 10), "ahead"),
        (Fraction(52499, 1000), "on pace"),
        (Fraction(485, 10), "on pace"),
        (Fraction(48499, 1000), "slightly behind"),
        (Fraction(45), "slightly behind"),
        (Fraction(44999, 1000), "behind"),
        (Fraction(0), "behind"),
        (Fraction(100), "met"),
        (Fraction(101), "met"),
    ],
)
def test_the_words_begin_exactly_at_the_agreements_lines(done: Fraction, word: str) -> None:
    assert standing(done=done).status(BANDS) == word


def test_it_is_too_early_below_the_agreed_share_and_no_longer_at_it() -> None:
    assert standing(done=0, gone=Fraction(99, 1000)).status(BANDS) == "too early"
    assert standing(done=0, gone=Fraction(1, 10)).status(BANDS) == "behind"


def test_what_is_met_is_met_however_early() -> None:
    assert standing(done=100, gone=Fraction(0)).status(BANDS) == "met"


def test_while_nothing_is_owed_it_is_too_early_even_where_the_agreement_knows_no_such_time() -> None:
    assert standing(done=5, gone=Fraction(0)).status(BANDS._replace(too_early_until=Fraction(0))) == "too early"


def test_without_a_target_there_is_no_verdict() -> None:
    assert standing(target=0, done=5).status(BANDS) == "no verdict"


def test_the_gap_is_below_zero_when_behind_and_pace_is_nothing_while_nothing_is_owed() -> None:
    assert standing(done=40).gap == -10
    assert standing(done=40).pace == Fraction(4, 5)
    assert standing(done=40, gone=Fraction(0)).pace is None


def test_each_day_left_must_bring_its_part_of_what_is_missing() -> None:
    one = standing(done=40)._replace(days_left=Fraction(5, 2))
    assert one.required_a_day == 24
    assert standing(done=100).required_a_day == 0
    assert standing(done=120).required_a_day == 0
    assert standing(done=40, left=0).required_a_day is None


def past(*added: int) -> list[Past]:
    return [Past(Fraction(7), Fraction(7 + one)) for one in added]


def test_five_past_periods_are_no_history() -> None:
    found = projection(standing(done=40), past(1, 2, 3, 4, 5))
    assert found is not None
    assert (found.expected, found.low, found.high, found.reached, found.of) == (80, None, None, None, 5)


def test_six_past_periods_give_a_median_a_spread_and_how_many_reached_it() -> None:
    found = projection(standing(done=40), past(50, 60, 61, 70, 80, 100))
    assert found is not None
    assert found.expected == 40 + Fraction(61 + 70, 2)
    assert (found.low, found.high) == (40 + 55, 40 + 90)
    assert (found.reached, found.of) == (5, 6)


def test_without_history_and_without_working_time_there_is_no_likely_end() -> None:
    assert projection(standing(gone=Fraction(0)), past(1)) is None


def test_percentiles_of_one_and_of_many() -> None:
    assert percentile([Fraction(3)], Fraction(9, 10)) == 3
    values = [Fraction(one) for one in range(11)]
    assert [percentile(values, Fraction(share, 10)) for share in (0, 1, 5, 9, 10)] == [0, 1, 5, 9, 10]
