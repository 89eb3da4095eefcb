"""Times as people read them, in their own zone. Pure: what the clock says now is given."""

from datetime import date, datetime, timedelta, tzinfo
from typing import Final

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_WEEK: Final = timedelta(days=7)


def clock(moment: datetime, zone: tzinfo | None = None) -> str:
    """ "14:05". zone: None means that of this computer, here and below."""
    return f"{moment.astimezone(zone):%H:%M}"


def day(when: date, today: date) -> str:
    """ "Today", "Yesterday", "Monday 3 March"; of another year "3 March 2024"."""
    if (near := _near(when, today)) is not None:
        return near
    month = f"{when.day} {_MONTHS[when.month - 1]}"
    return f"{_DAYS[when.weekday()]} {month}" if when.year == today.year else f"{month} {when.year}"


def brief(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """As a list has room for: "14:05", "Yesterday", "Mon", "3 Mar", "3 Mar 2024"."""
    when, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    if when == today:
        return clock(moment, zone)
    if today - when < _WEEK and when < today:
        return _near(when, today) or _DAYS[when.weekday()][:3]
    month = f"{when.day} {_MONTHS[when.month - 1][:3]}"
    return month if when.year == today.year else f"{month} {when.year}"


def full(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """Day and time: "Today at 14:05", "Monday 3 March at 14:05"."""
    when, today = moment.astimezone(zone).date(), now.astimezone(zone).date()
    return f"{day(when, today)} at {clock(moment, zone)}"


def ago(moment: datetime, now: datetime, zone: tzinfo | None = None) -> str:
    """How long something is over: "just now", "5 minutes ago", and from an hour on the time: "today at 14:05"."""
    minutes = int((now - moment).total_seconds()) // 60
    if minutes < 1:
        return "just now"
    if minutes < 60:
        return "1 minute ago" if minutes == 1 else f"{minutes} minutes ago"
    said = full(moment, now, zone)
    return said[0].lower() + said[1:] if said.startswith(("Today", "Yesterday")) else said


def over(since: datetime, span: timedelta, now: datetime) -> bool:
    """So much time has passed. Also where the clock was set back meanwhile: else one would wait for hours."""
    return not since <= now < since + span


def _near(when: date, today: date) -> str | None:
    return {0: "Today", 1: "Yesterday"}.get((today - when).days)
