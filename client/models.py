"""What callers get: messages, conversations, people, with names where the wire has numbers. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from msgspec import Struct

from hubbub.client.errors import BadRequest
from hubbub.schemas import events as wire
from hubbub.schemas import replies
from hubbub.schemas.limits import TEXT_MAX_BYTES
from hubbub.schemas.names import BadName, canonical, folded

_START: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Message(Struct, frozen=True, kw_only=True):
    """A stored message."""

    conversation: str
    """As one writes to it: "@bob", or "#team"."""
    seq: int
    """Its place in the conversation's log, from 1. Other entries have numbers too, so that messages may be apart."""
    sender: str
    text: str
    sent_at: datetime
    """When the server stored it, UTC; never earlier than that of a message with a smaller seq."""
    key: bytes
    """The 16 bytes that the sender chose; unique with the sender, for ever."""


class User(Struct, frozen=True, kw_only=True):
    """An account as others see it."""

    name: str
    online: bool = False


class Conversation(Struct, frozen=True, kw_only=True):
    """A conversation of mine."""

    name: str
    """As one writes to it: "@bob", or "#team"."""
    unread: int
    """Messages of others behind what I have read."""
    read: int
    """The seq up to which I have read."""
    head: int
    """The last seq there is; 0 where nothing was said."""
    last_message: Message | None = None
    """A preview: its text is cut to 256 characters."""


class Recipient(Struct, frozen=True):
    """What a caller wrote as TO, taken apart."""

    kind: Literal["direct", "group"]
    name: str

    def __str__(self) -> str:
        return ("#" if self.kind == "group" else "@") + self.name


def recipient(to: str) -> Recipient:
    """ "bob" and "@bob" are the user, "#team" is the group. Raises BadRequest."""
    to = to.strip()
    group = to.startswith("#")
    try:
        return Recipient("group" if group else "direct", canonical(to[1:] if to[:1] in ("#", "@") else to))
    except BadName as error:
        raise BadRequest(
            f"{to!r} is nobody to write to: {error}. Give a user (bob or @bob) or a group (#team)."
        ) from None


def message_text(text: str) -> str:
    """The text, if a message can have it. Raises BadRequest."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise BadRequest(
            "The text cannot be sent: it has half of a character, which UTF-8 cannot write."
        ) from None
    if not 1 <= size <= TEXT_MAX_BYTES:
        said = f"this one has {size:,}" if size else "this one is empty"
        raise BadRequest(f"A message has 1 to {TEXT_MAX_BYTES:,} bytes; {said}.")
    return text


def same_conversation(one: str, other: str) -> bool:
    """Both name the same conversation, whatever their upper and lower case."""
    return folded(one) == folded(other)


def moment(microseconds: int) -> datetime:
    """The wire's microseconds since 1970 as a time with its zone, UTC."""
    return _START + timedelta(microseconds=microseconds)


def microseconds(time: datetime) -> int:
    """The inverse of moment."""
    return (time - _START) // timedelta(microseconds=1)


def conversation_name(row: replies.Conversation) -> str:
    """How one writes to the conversation."""
    return ("#" if row.kind == "group" else "@") + row.name


def message_of(entry: wire.Message, conversation: str) -> Message:
    """A log entry as callers see it."""
    return Message(
        conversation=conversation,
        seq=entry.seq,
        sender=entry.sender_name,
        text=entry.text,
        sent_at=moment(entry.at),
        key=entry.key,
    )


def conversation_of(row: replies.Conversation) -> Conversation:
    """A row of HOME as callers see it."""
    name = conversation_name(row)
    last = message_of(row.last_message, name) if row.last_message else None
    return Conversation(name=name, unread=row.unread, read=row.read, head=row.head, last_message=last)
