"""What Client.events() yields. Pure.

Within a conversation the events come in the order of its log and without a gap; conversations are independent of one
another. An event that was yielded but not finished (the program died in between) comes again: handle by `seq` or `key`
what must not be done twice.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from hubbub.client.models import Conversation, Message, User


class Event(Struct, frozen=True, kw_only=True):
    """The root of every event."""


class MessageReceived(Event, frozen=True, kw_only=True):
    """Somebody said something: others, and oneself, from this device or another."""

    message: Message


class MemberChanged(Event, frozen=True, kw_only=True):
    """Somebody came or went."""

    conversation: str
    seq: int
    user: str
    change: Literal["joined", "left", "removed"]
    by: str
    """Who did it."""
    at: datetime


class ReadMarked(Event, frozen=True, kw_only=True):
    """I have read up to `seq`, on this device or another. In no log: it may be lost, home() has the truth."""

    conversation: str
    seq: int


class ConversationAdded(Event, frozen=True, kw_only=True):
    """I came into a conversation. Its messages follow."""

    conversation: Conversation


class PresenceChanged(Event, frozen=True, kw_only=True):
    """Who came and who went; the first one tells all who are there. Server-wide, at most one a second."""

    online: list[User]
    offline: list[User]


class Connected(Event, frozen=True, kw_only=True):
    """The link is up again, and what was missed is on its way."""


class Disconnected(Event, frozen=True, kw_only=True):
    """The link is down; the client tries again by itself, for ever."""

    reason: str


class HistoryReset(Event, frozen=True, kw_only=True):
    """The server's store was replaced by a backup: numbers and messages known so far are void. Events go on from what
    the server has now."""


class Skipped(Event, frozen=True, kw_only=True):
    """A consumer that asked for it jumped over entries; history() has them."""

    conversation: str
    after: int
    """The last seq before the gap."""
    before: int
    """The first seq behind it."""


__all__ = [
    "Connected",
    "ConversationAdded",
    "Disconnected",
    "Event",
    "HistoryReset",
    "MemberChanged",
    "MessageReceived",
    "PresenceChanged",
    "ReadMarked",
    "Skipped",
]
