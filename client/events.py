"""What Client.events() yields. Pure.

Within a conversation the events come in the order of its log and without a gap; conversations are independent of one
another. An event that was yielded but not finished (the program died in between) comes again: handle by `seq` or `key`
what must not be done twice.
"""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from hubbub.client.models import Conversation, Message, Role, User


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


class MemberJoined(MemberChanged, frozen=True, kw_only=True):
    """A MemberChanged whose change is "joined": all of these are."""

    change: Literal["joined"] = "joined"


class RoleChanged(Event, frozen=True, kw_only=True):
    """A member has another role."""

    conversation: str
    seq: int
    user: str
    role: Role
    by: str
    at: datetime


class GroupRenamed(Event, frozen=True, kw_only=True):
    """A group has another name. What comes behind it bears that one."""

    conversation: str
    """How one writes to it now: the new name, or what came of it since."""
    seq: int
    name: str
    """The name that it was given, "#team"."""
    before: str
    """How one wrote to it here, until now."""
    by: str
    at: datetime


class TopicChanged(Event, frozen=True, kw_only=True):
    """A group says something else of itself."""

    conversation: str
    seq: int
    topic: str
    by: str
    at: datetime


class VisibilityChanged(Event, frozen=True, kw_only=True):
    """Others find the group than before, or who joins from now on sees another part of what was said."""

    conversation: str
    seq: int
    public: bool | None
    """Everyone can find and join it from now on, or nobody. None: as before."""
    history: Literal["all", "joined"] | None
    """None: as before."""
    by: str
    at: datetime


class SomethingElse(Event, frozen=True, kw_only=True):
    """The server is newer than this program: something was done in the conversation that this does not know."""

    conversation: str
    seq: int
    by: str
    at: datetime


class MessageEdited(Event, frozen=True, kw_only=True):
    """A message has another text."""

    conversation: str
    seq: int
    """Of the edit."""
    target: int
    """The message's seq."""
    text: str
    """The new text; empty where it was changed again or deleted since, of which a later event tells."""
    mentions: tuple[str, ...] = ()
    everyone: bool = False
    by: str
    at: datetime


class MessageDeleted(Event, frozen=True, kw_only=True):
    """A message's text is gone, with its earlier texts, reactions and pin."""

    conversation: str
    seq: int
    target: int
    """The message's seq."""
    by: str
    at: datetime


class ReactionChanged(Event, frozen=True, kw_only=True):
    """Somebody put an emoji on a message, or took his own off."""

    conversation: str
    seq: int
    target: int
    """The message's seq."""
    emoji: str
    on: bool
    by: str
    at: datetime


class PinChanged(Event, frozen=True, kw_only=True):
    """A message was pinned, or is not pinned any more."""

    conversation: str
    seq: int
    target: int
    """The message's seq."""
    on: bool
    by: str
    at: datetime


class ReadMarked(Event, frozen=True, kw_only=True):
    """I have read up to `seq`, on this device or another. In no log: it may be lost, home() has the truth."""

    conversation: str
    seq: int


class ReadByOther(Event, frozen=True, kw_only=True):
    """Somebody else has read up to `seq`, and lets others see it. In no log: members() has the truth."""

    conversation: str
    user: str
    seq: int


class TypingChanged(Event, frozen=True, kw_only=True):
    """Somebody else is writing, or is not any more: his message came, or 6 s passed. In no log, may be lost."""

    conversation: str
    user: str
    typing: bool


class MuteChanged(Event, frozen=True, kw_only=True):
    """I muted a conversation, or unmuted it, on this device or another. In no log: home() has the truth."""

    conversation: str
    until: datetime | None
    """None: not muted; the year 9999: for ever."""


class BlockChanged(Event, frozen=True, kw_only=True):
    """I blocked a user, or unblocked him, on this device or another. In no log."""

    user: str
    on: bool


class StatusChanged(Event, frozen=True, kw_only=True):
    """I chose on this device or another how I am shown while I am present: set_status(). In no log."""

    status: Literal["online", "away", "busy"]
    text: str
    invisible: bool
    """I am shown as one who is not there; `status` is "online" then."""


class ProfileChanged(Event, frozen=True, kw_only=True):
    """A user wants to be shown in another way. In no log: profile() has the truth."""

    user: str
    display_name: str
    """Empty: by his name."""
    colour: str
    """"#rrggbb", or empty."""
    picture: bytes = b""
    """The SHA-256 of his picture; empty: none."""


class AccountDeleted(Event, frozen=True, kw_only=True):
    """An account is no more: nothing can be written to it. A direct conversation with it bears another name from now on, of which
    NameChanged tells. In no log."""

    user: str
    """What it was called."""


class ConversationAdded(Event, frozen=True, kw_only=True):
    """I came into a conversation. Its messages follow."""

    conversation: Conversation


class ConversationRemoved(Event, frozen=True, kw_only=True):
    """I am not in a conversation any more: I left the group, or was removed."""

    conversation: str


class NameChanged(Event, frozen=True, kw_only=True):
    """One writes to a conversation under another name, though nobody gave it one: a group of the same name came or went, or the other
    user's account was deleted. What comes behind it bears the new name. In no log."""

    conversation: str
    """The name that it has now."""
    before: str


class HomeRefreshed(Event, frozen=True, kw_only=True):
    """My conversations as they are now, all of them: after a lost link, or where an event of no log was lost (with wait=False: also for
    the first time). Unread counts, mutes and what else home() says go by this; entries with a seq behind `head` follow as events. Who has
    read how far, members() says, and how people are shown, users()."""

    conversations: list[Conversation]
    """The liveliest first."""
    blocked: list[str]
    """Whom I have blocked."""


class PresenceChanged(Event, frozen=True, kw_only=True):
    """Who came, who is there with another status than before, and who went; the first one tells all who are there.
    Server-wide, at most one a second."""

    online: list[User]
    offline: list[User]


class SendProgress(Event, frozen=True, kw_only=True):
    """How far a file of a queued message is on its way to the server. In no log; at most some ten a second."""

    key: bytes
    """The message's, as Client.queue gave it."""
    conversation: str
    name: str
    """The file's."""
    done: int
    """Bytes that the server has."""
    size: int


class SendDone(Event, frozen=True, kw_only=True):
    """The server has a queued message that this client sent. In no log: it comes beside the MessageReceived of the same key, before or
    behind it; and also where that does not come, because the message was stored before this client was opened."""

    key: bytes
    conversation: str
    message: Message


class SendDelayed(Event, frozen=True, kw_only=True):
    """A queued message can't be sent now, although there is a link: the server's disk is full, for example. It is tried again by
    itself, in its order. In no log; it comes again after each try."""

    key: bytes
    conversation: str
    problem: str
    """Why, for a person."""


class SendFailed(Event, frozen=True, kw_only=True):
    """The server refuses a queued message for good, or its file can't be read. In no log: waiting() has it still. Client.retry sends
    it once more, Client.discard drops it."""

    key: bytes
    conversation: str
    problem: str
    """Why, for a person."""


class Connecting(Event, frozen=True, kw_only=True):
    """A try to reach the server is under way. Connected or Disconnected follows."""


class Connected(Event, frozen=True, kw_only=True):
    """The link is up again (with wait=False: also for the first time), and what was missed is on its way."""


class Disconnected(Event, frozen=True, kw_only=True):
    """The link is down; the client tries again by itself, for ever. It comes again after each try that failed."""

    reason: str
    next_try: float = 0.0
    """Seconds from the moment that it was said at until the next try; Client.next_try counts them down."""
    again: bool = False
    """The link was down already: a try failed."""


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
    "AccountDeleted",
    "BlockChanged",
    "Connected",
    "Connecting",
    "ConversationAdded",
    "ConversationRemoved",
    "Disconnected",
    "Event",
    "GroupRenamed",
    "HistoryReset",
    "HomeRefreshed",
    "MemberChanged",
    "MemberJoined",
    "MessageDeleted",
    "MessageEdited",
    "MessageReceived",
    "MuteChanged",
    "NameChanged",
    "PinChanged",
    "PresenceChanged",
    "ProfileChanged",
    "ReactionChanged",
    "ReadByOther",
    "ReadMarked",
    "RoleChanged",
    "SendDelayed",
    "SendDone",
    "SendFailed",
    "SendProgress",
    "Skipped",
    "SomethingElse",
    "StatusChanged",
    "TopicChanged",
    "TypingChanged",
    "VisibilityChanged",
]
