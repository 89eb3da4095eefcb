"""What callers get: messages, conversations, people, with names where the wire has numbers. Pure."""

from collections.abc import Container, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal

from msgspec import Struct

from hubbub.client.errors import BadRequest
from hubbub.client.files.attachments import Attachment, attachment_of
from hubbub.schemas import events as wire
from hubbub.schemas import replies
from hubbub.schemas.limits import INTEGER_MAX, TEXT_MAX_BYTES
from hubbub.schemas.names import DELETED, BadName, canonical, folded

_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
FOR_EVER: Final = datetime.max.replace(tzinfo=UTC)
"""Until when a conversation is muted that is muted for good."""
FOR_EVER_ON_THE_WIRE: Final = INTEGER_MAX
"""The same in the wire's microseconds."""

Role = wire.Role
Status = Literal["online", "away", "busy"]


class Reaction(Struct, frozen=True, kw_only=True):
    """One emoji on a message."""

    emoji: str
    count: int
    """Users who put it there."""
    users: tuple[str, ...]
    """The first of them, at most 10, by when they did."""
    mine: bool
    """I am among them."""


class Message(Struct, frozen=True, kw_only=True):
    """A stored message."""

    conversation: str
    """As one writes to it: "@bob", or "#team"."""
    seq: int
    """Its place in the conversation's log, from 1. Other entries have numbers too, so that messages may be apart."""
    sender: str
    text: str
    """May be empty where there are attachments."""
    sent_at: datetime
    """When the server stored it, UTC; never earlier than that of a message with a smaller seq."""
    key: bytes
    """The 16 bytes that the sender chose; unique with the sender, for ever."""
    bot: bool = False
    """The sender is a bot."""
    conversation_id: int = 0
    """The conversation's number, which stays when a group is renamed: acts on a Message go by it. 0: by the name."""
    reply_to: int | None = None
    """The seq of the message that it answers."""
    mentions: tuple[str, ...] = ()
    """Members whom the text names with @."""
    everyone: bool = False
    """The text says @all, in a group."""
    attachments: tuple[Attachment, ...] = ()
    forwarded: str | None = None
    """Who said it first, elsewhere; None: its sender says it."""
    edited_at: datetime | None = None
    """When the text became what it is; None: it is the first one."""
    deleted_at: datetime | None = None
    """When its text was taken away; None: it was not. The text is empty then, and there are no attachments."""
    deleted_by: str | None = None
    pinned: bool = False
    reactions: tuple[Reaction, ...] = ()
    """By when each emoji came first."""
    blocked: bool = False
    """I have blocked its sender: it is shown folded."""


class Hit(Message, frozen=True, kw_only=True):
    """A message that was found."""

    marks: tuple[tuple[int, int], ...] = ()
    """Where in its text the words are: begin and end, in order."""

    def marked(self, before: str = "[", after: str = "]") -> str:
        """The text, with each match between these two."""
        return "".join(f"{before}{text}{after}" if match else text for text, match in self.pieces())

    def pieces(self) -> Iterator[tuple[str, bool]]:
        """The text cut up, in order: a piece, and whether it is a match."""
        place = 0
        for begin, end in self.marks:
            yield self.text[place:begin], False
            yield self.text[begin:end], True
            place = end
        yield self.text[place:], False


class User(Struct, frozen=True, kw_only=True):
    """An account as others see it."""

    name: str
    online: bool = False
    display_name: str = ""
    """How he wants to be shown; empty: by his name."""
    colour: str = ""
    """"#rrggbb", or empty."""
    status: Status = "online"
    """How he is present, where he is."""
    status_text: str = ""
    last_seen: datetime | None = None
    """When he was last present, where he is not; None: never since that is counted."""
    picture: bytes = b""
    """The SHA-256 of his picture, which changes when that does; empty: none. Client.picture has it."""
    bot: bool = False
    """A program, and no person."""


class Profile(User, frozen=True, kw_only=True):
    """What there is to know of a user."""

    receipts: bool | None = None
    """Whether others see how far I have read; None: it is another's profile."""
    blocked: bool = False
    """I have blocked him."""
    invisible: bool = False
    """I look like one who is not there; in my own profile only."""


class Group(Struct, frozen=True, kw_only=True):
    """A public group as everyone sees it."""

    name: str
    """ "#team"."""
    topic: str
    members: int
    joined: bool
    """I am in it."""


class Member(Struct, frozen=True, kw_only=True):
    """A member of a conversation."""

    name: str
    role: Role
    online: bool = False
    read: int | None = None
    """The seq up to which he has read; None: he does not let others see it."""
    bot: bool = False


class Earlier(Struct, frozen=True, kw_only=True):
    """A text that a message had before."""

    text: str
    at: datetime
    """From when on it had it."""


class Login(Struct, frozen=True, kw_only=True):
    """A session of mine."""

    session: int
    device: str
    """What it called itself."""
    created_at: datetime
    expires_at: datetime
    current: bool
    """It is the one that asks."""


class Conversation(Struct, frozen=True, kw_only=True):
    """A conversation of mine."""

    name: str
    """As one writes to it: "@bob", or "#team"; "#team~17" where another group of mine has the name already."""
    kind: Literal["direct", "group"]
    unread: int
    """Messages of others behind what I have read."""
    read: int
    """The seq up to which I have read."""
    head: int
    """The last seq there is; 0 where nothing was said."""
    last_message: Message | None = None
    """A preview: its text is cut to 256 characters."""
    mentions: int = 0
    """Unread messages that name me, or all."""
    muted_until: datetime | None = None
    """None: not muted; the year 9999: for ever."""
    role: Role = "member"
    topic: str = ""
    public: bool = False
    history: Literal["all", "joined"] = "all"
    """What those see who join from now on: everything, or what was said since they came."""
    members: int = 0
    """Of a group: how many are in it."""
    bot: bool = False
    """It is with a bot."""
    conversation_id: int = 0
    """Its number, which stays when it is called otherwise."""


class Recipient(Struct, frozen=True):
    """What a caller wrote as TO, taken apart."""

    kind: Literal["direct", "group"]
    name: str

    def __str__(self) -> str:
        return ("#" if self.kind == "group" else "@") + self.name


def recipient(to: str) -> Recipient:
    """ "bob" and "@bob" are the user, "#team" is the group; also "#team~17" and "@deleted user", as names of conversations
    can be. Raises BadRequest."""
    to = to.strip()
    group = to.startswith("#")
    bare = to[1:] if to[:1] in ("#", "@") else to
    name, tilde, number = bare.partition("~")
    numbered = bool(tilde) and number.isascii() and number.isdigit() and number[0] != "0"
    if to.startswith("@") and name == DELETED and (numbered or not tilde):
        return Recipient("direct", bare)
    try:
        if group and numbered:
            return Recipient("group", f"{canonical(name)}~{number}")
        return Recipient("group" if group else "direct", canonical(bare))
    except BadName as error:
        raise BadRequest(
            f"{to!r} is nobody to write to: {error}. Give a user (bob or @bob) or a group (#team)."
        ) from None


def answered(who: Recipient, conversation: int, message: Message | int | None) -> tuple[int, int]:
    """The seq of the message that one to `who` answers, 0 for none, and the number of their conversation, 0 where it is not known.
    `conversation`: what is known of that beforehand. Raises BadRequest."""
    if not isinstance(message, Message):
        return message or 0, conversation
    elsewhere = conversation not in (0, message.conversation_id)
    if elsewhere or not (conversation or same_conversation(message.conversation, str(who))):
        raise BadRequest(
            f"A reply stays in its conversation: message {message.seq} is in {message.conversation}, not in {who}."
        )
    return message.seq, message.conversation_id


def message_text(text: str, *, alone: bool = True) -> str:
    """The text, if a message can have it; one that is not alone, but with attachments, may be empty. Raises BadRequest."""
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise BadRequest(
            "The text cannot be sent: it has half of a character, which UTF-8 cannot write."
        ) from None
    if not int(alone) <= size <= TEXT_MAX_BYTES:
        said = f"this one has {size:,}" if size else "this one is empty"
        raise BadRequest(f"A message has 1 to {TEXT_MAX_BYTES:,} bytes; {said}.")
    return text


def same_conversation(one: str, other: str) -> bool:
    """Both name the same conversation, whatever their upper and lower case."""
    return folded(one) == folded(other)


def moment(microseconds: int) -> datetime:
    """The wire's microseconds since 1970 as a time with its zone, UTC. What a server says that no clock says is the nearest that
    can be reckoned with, in any zone."""
    return _START + timedelta(microseconds=min(max(0, microseconds), INTEGER_MAX))


def microseconds(time: datetime) -> int:
    """The inverse of moment."""
    return (time - _START) // timedelta(microseconds=1)


def conversation_name(row: replies.Conversation) -> str:
    """How one writes to the conversation."""
    return ("#" if row.kind == "group" else "@") + row.name


def moment_or_none(microseconds: int) -> datetime | None:
    """The same, where 0 means none."""
    return moment(microseconds) if microseconds else None


def muted(until: int) -> datetime | None:
    """Until when a conversation is muted: None where the wire says 0, FOR_EVER where it says so."""
    return FOR_EVER if until >= FOR_EVER_ON_THE_WIRE else moment_or_none(until)


def muting(until: datetime | None) -> int:
    """The inverse of muted. A time before 1970 is over, and no mute."""
    return min(max(0, microseconds(until)), FOR_EVER_ON_THE_WIRE) if until is not None else 0


def _fields(entry: wire.Message, conversation: str, blocked: Container[int]) -> dict[str, Any]:
    return {
        "conversation": conversation,
        "seq": entry.seq,
        "sender": entry.sender_name,
        "text": entry.text,
        "sent_at": moment(entry.at),
        "key": entry.key,
        "bot": entry.bot,
        "conversation_id": entry.conversation,
        "reply_to": entry.reply_to or None,
        "mentions": tuple(who.name for who in entry.mentions),
        "everyone": entry.everyone,
        "attachments": tuple(
            attachment_of(one, entry, conversation, index) for index, one in enumerate(entry.attachments)
        ),
        "forwarded": entry.forwarded.name if entry.forwarded else None,
        "edited_at": moment_or_none(entry.edited_at),
        "deleted_at": moment_or_none(entry.deleted_at),
        "deleted_by": entry.deleted_by or None,
        "pinned": entry.pinned,
        "reactions": tuple(_reaction(one) for one in entry.reactions),
        "blocked": entry.sender in blocked,
    }


def _reaction(row: wire.Reaction) -> Reaction:
    return Reaction(
        emoji=row.emoji, count=row.count, users=tuple(who.name for who in row.users), mine=row.mine
    )


def message_of(entry: wire.Message, conversation: str, blocked: Container[int] = ()) -> Message:
    """A log entry as callers see it. `blocked`: whom I have blocked, by id."""
    return Message(**_fields(entry, conversation, blocked))


def hit_of(hit: replies.Hit, conversation: str, blocked: Container[int] = ()) -> Hit:
    """A message that was found, as callers see it."""
    return Hit(
        **_fields(hit.message, conversation, blocked), marks=tuple((begin, end) for begin, end in hit.marks)
    )


def liveliest(rows: Iterable[replies.Conversation]) -> list[replies.Conversation]:
    """In the order of home(): where something was said last comes first."""
    return sorted(rows, key=lambda row: -(row.last_message.position if row.last_message else 0))


def conversation_of(row: replies.Conversation, name: str = "", blocked: Container[int] = ()) -> Conversation:
    """A row of HOME as callers see it. `name`: as the directory has it, where that can be another than its own."""
    name = name or conversation_name(row)
    return Conversation(
        name=name,
        kind=row.kind,
        unread=row.unread,
        read=row.read,
        head=row.head,
        last_message=message_of(row.last_message, name, blocked) if row.last_message else None,
        mentions=row.mentions,
        muted_until=muted(row.muted_until),
        role=row.role,
        topic=row.topic,
        public=row.public,
        history=row.history,
        members=row.members,
        bot=row.bot,
        conversation_id=row.conversation,
    )


def _shown(row: replies.User) -> dict[str, Any]:
    return {
        "name": row.name,
        "online": row.online,
        "display_name": row.display_name,
        "colour": row.colour,
        "status": "online" if row.status == "invisible" else row.status,
        "status_text": row.status_text,
        "last_seen": moment_or_none(row.last_seen),
        "picture": row.picture,
        "bot": row.bot,
    }


def user_of(row: replies.User) -> User:
    """An account as callers see it."""
    return User(**_shown(row))


def present_of(row: wire.OnlineUser) -> User:
    """Somebody who is present."""
    status: Status = "online" if row.status == "invisible" else row.status
    return User(name=row.name, online=True, status=status, status_text=row.text, bot=row.bot)


def profile_of(found: replies.ProfileFound) -> Profile:
    """The answer to PROFILE as callers see it."""
    return Profile(
        **_shown(found.user), receipts=found.receipts, blocked=found.blocked, invisible=found.invisible
    )


def group_of(row: replies.Group) -> Group:
    """A public group as callers see it."""
    return Group(name=f"#{row.name}", topic=row.topic, members=row.members, joined=row.joined)


def member_of(row: replies.MemberRow) -> Member:
    """A member as callers see him."""
    return Member(name=row.name, role=row.role, online=row.online, read=row.read, bot=row.bot)


def earlier_of(row: replies.Earlier) -> Earlier:
    """An earlier text as callers see it."""
    return Earlier(text=row.text, at=moment(row.at))


def login_of(row: replies.SessionRow) -> Login:
    """A session as its user sees it."""
    return Login(
        session=row.session,
        device=row.device,
        created_at=moment(row.created_at),
        expires_at=moment(row.expires_at),
        current=row.current,
    )
