"""For how long the desktop says nothing: kept as text, which may be anything."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from hubbub.client.gui.bridge import Bridge
from hubbub.client.gui.model import quiet
from hubbub.client.gui.settings import Settings

NOW = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    bridge = Bridge()
    made = Settings(tmp_path, bridge)
    yield made
    made.close()
    bridge.close()


def test_it_lasts_until_its_end_and_can_be_ended(settings: Settings) -> None:
    assert quiet.until(settings, NOW) is None
    end = NOW + timedelta(hours=1)
    quiet.begin(settings, end.astimezone(timezone(timedelta(hours=5))))
    assert settings.quiet_until == "2026-11-22T23:30:00.000Z"
    assert quiet.until(settings, NOW) == end
    assert quiet.until(settings, end) is None
    quiet.begin(settings, None)
    assert settings.quiet_until == ""


@pytest.mark.parametrize("kept", ["tomorrow", "2026-11-23", "2026-11-23T10:00:00", "\0"])
def test_what_is_no_moment_is_none(settings: Settings, kept: str) -> None:
    settings.quiet_until = kept
    assert quiet.until(settings, NOW) is None


def test_tomorrow_is_that_of_the_place(settings: Settings) -> None:
    east = timezone(timedelta(hours=9))
    text, morning = quiet.choices(NOW, east)[-1]
    assert text == "Until tomorrow at 8:00"
    assert morning == datetime(2026, 11, 24, 8, tzinfo=east), "there it is the 23rd already"
    assert all(end > NOW for _, end in quiet.choices(NOW))
