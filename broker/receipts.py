"""Who has read how far lately, gathered so that a conversation has one event of it a second at most. Pure."""

from collections import OrderedDict
from typing import Final

from hubbub.broker.limiter import SECOND
from hubbub.schemas import events, limits

INTERVAL: Final = int(limits.RECEIPTS_INTERVAL_S * SECOND)
READERS_MAX: Final = 500
"""Of one event; the rest waits for the next."""


class Receipts:
    """What is yet to be told, by conversation."""

    def __init__(self) -> None:
        self._waiting: dict[int, dict[int, events.Receipt]] = {}
        self._told: OrderedDict[int, int] = OrderedDict()
        """Conversation -> when it had its last event, the longest ago first."""

    def read(self, conversation: int, user: int, name: str, seq: int) -> None:
        """A member read up to here."""
        self._waiting.setdefault(conversation, {})[user] = events.Receipt(user, name, seq)

    def forget(self, user: int) -> None:
        """He does not let others see it any more, or is no user any more."""
        for readers in self._waiting.values():
            readers.pop(user, None)

    def tick(self, now: int) -> list[events.Receipts]:
        """The events that are due."""
        self._forget(now)
        due = [conversation for conversation in self._waiting if conversation not in self._told]
        return [event for conversation in due if (event := self._event(conversation, now)) is not None]

    def _event(self, conversation: int, now: int) -> events.Receipts | None:
        readers = self._waiting[conversation]
        told = [readers.pop(user) for user in list(readers)[:READERS_MAX]]
        if not readers:
            del self._waiting[conversation]
        if not told:
            return None
        self._told[conversation] = now
        return events.Receipts(conversation=conversation, read=told)

    def _forget(self, now: int) -> None:
        told = self._told
        while told:
            if abs(now - told[next(iter(told))]) < INTERVAL:
                return
            told.popitem(last=False)
