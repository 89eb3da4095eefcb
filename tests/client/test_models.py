"""What callers get of what servers say, also of what no server should."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from hubbub.client.models import microseconds, moment


@pytest.mark.parametrize("said", [-1, -(2**62), 2**53, 2**62])
def test_a_time_that_no_clock_tells_can_still_be_shown_anywhere(said: int) -> None:
    for hours in (-12, 14):
        assert moment(said).astimezone(timezone(timedelta(hours=hours))).year >= 1969


def test_times_of_the_wire_come_back_as_they_were() -> None:
    now = datetime(2026, 11, 22, 12, 0, 0, 123, tzinfo=UTC)
    assert moment(microseconds(now)) == now
