"""Who has read how far lately, gathered so that a conversation has one event of it a second at most. Pure."""

from typing import Final

from hubbub.broker.lately import Lately
from hubbub.broker.limiter import SECOND
from hubbub.schemas import events, limits

INTERVAL: Final = int(limits.RECEIPTS_INTERVAL_S * SECOND)
READERS_MAX: Final = 500
"""Of one event; the rest waits for the next."""


class Receipts:
    """What is yet to be told, by conversation."""

    def __init__(self) -> None:
        self._waiting: dict[int, dict[int, events.Receipt]] = {}
        self._told: Lately[int] = Lately(INTERVAL)
        """Conversations that had an event."""

    def read(self, conversation: int, user: int, name: str, seq: int) -> None:
        """A member read up to here."""
        self._waiting.setdefault(conversation, {})[user] = events.Receipt(user, name, seq)

    def forget(self, user: int) -> None:
        """He does not let others see it any more, or is no user any more."""
        for readers in self._waiting.values():
            readers.pop(user, None)

    def tick(self, now: int) -> list[events.Receipts]:
        """The events that are due."""
        self._told.forget(now)
        due = [conversation for conversation in self._waiting if conversation not in self._told]
        return [event for conversation in due if (event := self._event(conversation, now)) is not None]

    def _event(self, conversation: int, now: int) -> events.Receipts | None:
        readers = self._waiting[conversation]
        told = [readers.pop(user) for user in list(readers)[:READERS_MAX]]
        if not readers:
            del self._waiting[conversation]
        if not told:
            return None
        self._told.add(conversation, now)
        return events.Receipts(conversation=conversation, read=told)
