"""What happened and was not looked at yet, in order: which of it may be dropped, and what overtakes what. Pure."""

from collections import deque
from collections.abc import Iterable
from typing import Final

from hubbub.client import events

Mark = tuple[int, int, int]
"""Era, conversation and seq of an entry that was handed out."""

PASSING_EVENTS_MAX: Final = 1024
"""Presence and read markers that nobody takes are dropped beyond this; log entries have the session's window."""


class EventQueue:
    """Events on their way to the consumer."""

    def __init__(self) -> None:
        self._waiting: deque[tuple[events.Event, Mark | None]] = deque()

    def __len__(self) -> int:
        return len(self._waiting)

    def take(self) -> tuple[events.Event, Mark | None]:
        """The oldest one, with its mark where it is an entry of a log. Raises IndexError."""
        return self._waiting.popleft()

    def entries(self, told: Iterable[events.Event], mark: Mark) -> None:
        """Of a log."""
        self._waiting.extend((event, mark) for event in told)

    def put(self, event: events.Event) -> None:
        """Of no log, but one that comes only once. Of how far one file is, of tries to reach the server that failed, and of HOME
        as a whole only the last is kept: or they would pile up where nobody looks."""
        if self._waiting and _overtakes(event, self._waiting[-1][0]):
            self._waiting.pop()
        self._waiting.append((event, None))

    def passing(self, event: events.Event) -> None:
        """Of no log, and there is another way to learn it: dropped where too many wait."""
        if len(self) < PASSING_EVENTS_MAX:
            self._waiting.append((event, None))


def _overtakes(event: events.Event, last: events.Event) -> bool:
    if isinstance(event, events.SendProgress) and isinstance(last, events.SendProgress):
        return (last.key, last.name) == (event.key, event.name)
    if isinstance(event, events.HomeRefreshed) and isinstance(last, events.HomeRefreshed):
        return True
    retried = isinstance(last, events.Connecting) or (isinstance(last, events.Disconnected) and last.again)
    return retried and isinstance(event, events.Connecting | events.Disconnected)
