"""Times as people read them."""

from datetime import UTC, datetime, timedelta

import pytest

from hubbub.client.gui.model import times

NOW = datetime(2026, 3, 12, 14, 5, tzinfo=UTC)


def test_a_clock_that_is_set_back_makes_nobody_wait() -> None:
    span = timedelta(seconds=3)
    assert not times.over(NOW, span, NOW) and not times.over(NOW, span, NOW + span / 2)
    assert times.over(NOW, span, NOW + span)
    assert times.over(NOW, span, NOW - timedelta(hours=1))


def test_what_the_server_says_of_the_future_is_said_plainly() -> None:
    """Its clock, or this one, is wrong."""
    soon, tomorrow = NOW + timedelta(hours=1), NOW + timedelta(days=1)
    assert (times.ago(soon, NOW, UTC), times.brief(soon, NOW, UTC)) == ("just now", "15:05")
    assert times.full(tomorrow, NOW, UTC) == "Friday 13 March at 14:05"


@pytest.mark.parametrize(
    ("back", "words"),
    [
        (timedelta(minutes=3), "14:02"),
        (timedelta(hours=15), "Yesterday"),
        (timedelta(days=2), "Tue"),
        (timedelta(days=6), "Fri"),
        (timedelta(days=7), "5 Mar"),
        (timedelta(days=100), "2 Dec 2025"),
        (timedelta(days=-1), "13 Mar"),
    ],
)
def test_a_list_has_room_for_little(back: timedelta, words: str) -> None:
    assert times.brief(NOW - back, NOW, UTC) == words


@pytest.mark.parametrize(
    ("back", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=61), "1 minute ago"),
        (timedelta(minutes=59), "59 minutes ago"),
        (timedelta(hours=2), "today at 12:05"),
        (timedelta(days=1), "yesterday at 14:05"),
        (timedelta(days=9), "Tuesday 3 March at 14:05"),
    ],
)
def test_what_is_over_for_long_has_a_time(back: timedelta, words: str) -> None:
    assert times.ago(NOW - back, NOW, UTC) == words


def test_day_and_time_are_said_in_full() -> None:
    assert times.full(NOW, NOW, UTC) == "Today at 14:05"
    assert times.full(NOW - timedelta(days=400), NOW, UTC) == "5 February 2025 at 14:05"
