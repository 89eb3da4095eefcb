"""For how long the desktop says nothing. Pure: what the clock says now is given."""

from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from hubbub.client.gui.settings import Settings

_MORNING: Final = time(8)
_SPANS: Final = (
    ("For 30 minutes", timedelta(minutes=30)),
    ("For 1 hour", timedelta(hours=1)),
    ("For 8 hours", timedelta(hours=8)),
)


def until(settings: Settings, now: datetime) -> datetime | None:
    """When it ends; None: it does not last, or what is kept is no time."""
    try:
        end = datetime.fromisoformat(settings.quiet_until)
    except ValueError:
        return None
    return end if end.tzinfo is not None and end > now else None


def begin(settings: Settings, end: datetime | None) -> None:
    """Be quiet until then; None: not any more."""
    kept = end.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if end else ""
    settings.quiet_until = kept


def choices(now: datetime, zone: tzinfo | None = None) -> list[tuple[str, datetime]]:
    """What is offered, with its end. zone: None means that of this computer."""
    here = now.astimezone(zone)
    day = here.date() + timedelta(days=1)
    morning = (
        datetime.combine(day, _MORNING, here.tzinfo) if zone else datetime.combine(day, _MORNING).astimezone()
    )
    return [*((text, now + span) for text, span in _SPANS), ("Until tomorrow at 8:00", morning)]
