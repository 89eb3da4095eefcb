"""What is broadcast: the entries of conversations' logs, and the events that are in no log. An entry has the same form
live and in SYNC and HISTORY."""

import struct
from typing import Final, Literal

from msgspec import Struct

Role = Literal["owner", "admin", "member"]
Status = Literal["online", "away", "busy", "invisible"]


class Person(Struct, array_like=True, gc=False):
    """A user: id and name."""

    user: int
    name: str


class Reaction(Struct, array_like=True, gc=False):
    """One emoji on a message."""

    emoji: str
    count: int
    """Users who reacted with it."""
    users: list[Person]
    """The first of them, at most 10, by when they did."""
    mine: bool
    """Whether the asker is among them."""


NO_TEXT: Final = " "
"""The text that stands for none where a message has attachments."""


class Attachment(Struct, kw_only=True, gc=False, omit_defaults=True):
    """A file of a message. All but size and hash are what its sender said of it; the name is harmless (hubbub.schemas.names),
    and no path."""

    name: str
    type: str
    """A media type."""
    size: int
    """Bytes."""
    sha256: bytes
    """Of the file. It opens nothing: files are fetched by the message."""
    width: int = 0
    """Pixels; 0: not known, or no picture."""
    height: int = 0
    thumbnail: bytes = b""
    """The thumbnail's SHA-256; empty: there is none."""


class Entry(Struct, kw_only=True, gc=False, tag_field="event"):
    """The fields of every log entry."""

    conversation: int
    seq: int
    """The entry's place in the conversation's log: from 1, no gaps."""
    position: int
    """The entry's place in the whole store: grows with every commit."""
    at: int
    """When the store took it, microseconds since 1970, UTC. Never smaller than that of an earlier position."""
    sender: int
    """The user who did it."""
    sender_name: str


class Unknown(Entry, tag="unknown"):
    """An entry of a kind that this program does not know, as `codec.decode_reply` makes it. Never on the wire."""


class Message(Entry, tag="message", omit_defaults=True):
    """Somebody said something. What came to it later (the fields behind `forwarded`) is as of the moment of reading: in an
    answer it can be ahead of the entries that tell of it. Fields at their default are left out."""

    key: bytes
    ordinal: int
    """The message's number among the messages of its conversation, from 1; unread counts come from it."""
    text: str
    """As it stands now; empty where it was deleted."""
    bot: bool = False
    """The sender is a bot."""
    reply_to: int = 0
    """The seq of the message that it answers; 0: none."""
    mentions: list[Person] = []
    """Members whom the text names with @."""
    everyone: bool = False
    """The text says @all, in a group."""
    attachments: list[Attachment] = []
    """Gone where it was deleted."""
    forwarded: Person | None = None
    """Who said it first, elsewhere; nil: its sender says it."""
    edited_at: int = 0
    """When the text became what it is, microseconds since 1970, UTC; 0: it is the first one."""
    deleted_at: int = 0
    """When its text was taken away; 0: it was not."""
    deleted_by: str = ""
    """Who did that."""
    pinned: bool = False
    reactions: list[Reaction] = []
    """Those that are on it now, by when each emoji came first."""


class Member(Entry, tag="member"):
    """Somebody came or went."""

    user: int
    user_name: str
    change: Literal["joined", "left", "removed"]


class RoleSet(Entry, tag="role"):
    """A member has another role."""

    user: int
    user_name: str
    role: Role


class Renamed(Entry, tag="renamed"):
    """The group has another name."""

    name: str
    """Without '#'."""


class TopicSet(Entry, tag="topic"):
    """The group says something else of itself."""

    topic: str


class VisibilitySet(Entry, tag="visibility"):
    """Others find the group than before, or who joins from now on sees another part of what was said."""

    public: bool | None
    """Nil: as before."""
    history: Literal["all", "joined"] | None
    """Nil: as before."""


class Edited(Entry, tag="edited"):
    """A message has another text."""

    target: int
    """The message's seq."""
    text: str
    """The new text, and nothing where it was changed again or deleted since: a later entry has what holds. One blank is no text
    where the message has attachments."""
    mentions: list[Person] = []
    everyone: bool = False


class Deleted(Entry, tag="deleted"):
    """A message's text is gone, with its earlier texts and reactions."""

    target: int
    """The message's seq."""


class Reacted(Entry, tag="reacted"):
    """Somebody put an emoji on a message, or took his own off."""

    target: int
    """The message's seq."""
    emoji: str
    on: bool


class Pinned(Entry, tag="pinned"):
    """A message was pinned, or is not pinned any more."""

    target: int
    """The message's seq."""
    on: bool


class Confirmed(Struct, kw_only=True, gc=False, tag_field="event", tag="confirmed"):
    """On the session's own topic, after its subscription was applied: what is committed from now on arrives."""

    epoch: bytes
    position: int
    home_version: int


class HomeChanged(Struct, kw_only=True, gc=False, tag_field="event", tag="home"):
    """On the user's topic: conversations he came into. Present the token again (their topics are new), then ask HOME."""

    home_version: int
    conversations: list[int]


class Read(Struct, kw_only=True, gc=False, tag_field="event", tag="read"):
    """On the user's topic: one of his devices read up to `seq`."""

    home_version: int
    conversation: int
    seq: int


class Muted(Struct, kw_only=True, gc=False, tag_field="event", tag="muted"):
    """On the user's topic: one of his devices muted a conversation, or unmuted it."""

    home_version: int
    conversation: int
    until: int
    """Microseconds since 1970, UTC; 0: not muted."""


class Blocked(Struct, kw_only=True, gc=False, tag_field="event", tag="blocked"):
    """On the user's topic: one of his devices blocked a user, or unblocked him."""

    home_version: int
    user: int
    user_name: str
    on: bool


class OwnStatus(Struct, kw_only=True, gc=False, tag_field="event", tag="status"):
    """On the user's topic: one of his devices chose how he is shown."""

    home_version: int
    status: Status
    text: str


class Receipt(Struct, array_like=True, gc=False):
    """A member, and the seq up to which he has read."""

    user: int
    name: str
    seq: int


class Receipts(Struct, kw_only=True, gc=False, tag_field="event", tag="receipts"):
    """On the conversation's topic, at most one a second: who has read how far lately. Of users who let others see it."""

    conversation: int
    read: list[Receipt]


class Typing(Struct, kw_only=True, gc=False, tag_field="event", tag="typing"):
    """On the conversation's topic: a member is writing. Holds for 6 s, or until his message comes."""

    conversation: int
    user: int
    user_name: str


class OnlineUser(Struct, array_like=True, gc=False):
    """Who is present, and how."""

    user: int
    name: str
    status: Status = "online"
    """Never "invisible"."""
    text: str = ""
    """What he says of himself."""
    bot: bool = False


class Presence(Struct, kw_only=True, gc=False, tag_field="event", tag="presence"):
    """On the presence topic, at most one a second: who came, who is present in another way, and who went since the version
    before."""

    version: int
    """One more than the last delta's; anything else: ask ONLINE_USERS."""
    online: list[OnlineUser]
    offline: list[int]


class ProfileChanged(Struct, kw_only=True, gc=False, tag_field="event", tag="profile"):
    """On the presence topic: how a user wants to be shown."""

    user: int
    name: str
    display_name: str
    """Empty: by his name."""
    colour: str
    """"#rrggbb", or empty."""
    picture: bytes = b""
    """The SHA-256 of his picture; empty: none."""


class AccountDeleted(Struct, kw_only=True, gc=False, tag_field="event", tag="account_deleted"):
    """On the presence topic: an account is no more."""

    user: int
    name: str
    """What it was called until then."""


AnyEntry = (
    Message | Member | RoleSet | Renamed | TopicSet | VisibilitySet | Edited | Deleted | Reacted | Pinned
)
AnyEvent = (
    AnyEntry
    | Confirmed
    | HomeChanged
    | Read
    | Muted
    | Blocked
    | OwnStatus
    | Receipts
    | Typing
    | Presence
    | ProfileChanged
    | AccountDeleted
)

_TOPIC: Final = struct.Struct(">cQ")
PRESENCE_TOPIC: Final = _TOPIC.pack(b"p", 0)


def conversation_topic(conversation: int) -> bytes:
    """Nine bytes, as every topic: a kind byte and an id of fixed width, because libzmq matches topics by prefix."""
    return _TOPIC.pack(b"c", conversation)


def user_topic(user: int) -> bytes:
    """What concerns one user, on all his devices."""
    return _TOPIC.pack(b"u", user)


def session_topic(session: int) -> bytes:
    """What concerns one session: its confirmations."""
    return _TOPIC.pack(b"s", session)
