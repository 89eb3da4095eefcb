"""What is broadcast: the entries of conversations' logs, and the events that are in no log. An entry has the same form
live and in SYNC and HISTORY."""

import struct
from typing import Final, Literal

from msgspec import Struct


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


class Message(Entry, tag="message"):
    """Somebody said something."""

    key: bytes
    ordinal: int
    """The message's number among the messages of its conversation, from 1; unread counts come from it."""
    text: str


class Member(Entry, tag="member"):
    """Somebody came or went."""

    user: int
    user_name: str
    change: Literal["joined", "left", "removed"]


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


class OnlineUser(Struct, array_like=True, gc=False):
    """Who is present: id and name."""

    user: int
    name: str


class Presence(Struct, kw_only=True, gc=False, tag_field="event", tag="presence"):
    """On the presence topic, at most one a second: who came and who went since the version before."""

    version: int
    """One more than the last delta's; anything else: ask ONLINE_USERS."""
    online: list[OnlineUser]
    offline: list[int]


AnyEntry = Message | Member
AnyEvent = Message | Member | Confirmed | HomeChanged | Read | Presence

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
