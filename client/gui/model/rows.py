"""What a timeline shows, line by line: derived from the messages, never changed. Pure."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from mimetypes import guess_type
from pathlib import PurePath
from types import MappingProxyType
from typing import Final, Literal, Protocol

from msgspec import Struct, field
from msgspec.structs import astuple

from hubbub.client import Attachment, Message
from hubbub.client.gui.model import times
from hubbub.client.gui.model.markup import spans

State = Literal["", "pending", "sending", "sent", "read", "failed"]
"""How far a message of mine is; empty: it is another's. "read": by anybody who lets others see it."""
GROUPED: Final = timedelta(minutes=1)
"""Messages of one sender that follow each other sooner than that are one group."""
_KEPT: Final = 2048
"""Times that are remembered: of some conversations."""
QUOTE_MAX: Final = 200
"""Characters of a quote: it is one or two lines."""


class Row(Struct, frozen=True, kw_only=True):
    """The root of every line."""

    key: str
    """The same for as long as it is the same line."""


class DayLine(Row, frozen=True, kw_only=True):
    """The messages below are of this day."""

    text: str
    """ "Today", "Monday 3 March"."""


class UnreadLine(Row, frozen=True, kw_only=True):
    """The messages below were unread when the conversation was opened."""

    key: str = "unread"


class Quote(Struct, frozen=True, kw_only=True):
    """The message that another one answers."""

    seq: int
    name: str
    """As it is shown; empty while it is not known yet, or where it can't be seen."""
    text: str
    """The beginning of it, in one line; what there is instead of a text where it has none."""


class Bubble(Row, frozen=True, kw_only=True):
    """A message."""

    message: Message
    """One that the server does not have yet has seq 0, and is of when it was written."""
    mine: bool
    first: bool
    """Of a group by sender and minute."""
    last: bool
    name: str = ""
    """Its sender, as he is shown; empty in direct chats and for mine."""
    time: str
    """ "14:05"."""
    state: State = ""
    problem: str = ""
    """Why it failed, for a person."""
    quote: Quote | None = None
    forwarded: str = ""
    """Who said it first, as he is shown; empty: its sender says it."""
    folded: bool = False
    """Its sender is blocked, and nobody asked to see it: one quiet line stands in its place."""
    marked: bool = False
    """Somebody jumped to it just now."""


class Unsent(Protocol):
    """A message of mine that the server does not have."""

    @property
    def key(self) -> bytes: ...
    @property
    def text(self) -> str: ...
    @property
    def attachments(self) -> tuple[str, ...]:
        """Paths of files."""

    @property
    def reply_to(self) -> int | None: ...
    @property
    def queued_at(self) -> datetime: ...
    @property
    def state(self) -> Literal["pending", "sending", "failed"]: ...
    @property
    def problem(self) -> str: ...


class Scene(Struct, frozen=True, kw_only=True):
    """What the rows depend on besides the messages."""

    conversation: str
    me: str
    shown: Callable[[str], str] = str
    """What to call somebody."""
    today: date
    zone: tzinfo | None = None
    """None: that of this computer."""
    unread_after: int | None = None
    """The seq that was read last when the conversation was opened; None: there was nothing unread."""
    beginning: bool = False
    """Nothing lies before the first message."""
    read: int = 0
    """The seq up to which somebody else has read."""
    marked: int = 0
    """The seq that somebody jumped to; 0: none."""
    unfolded: frozenset[int] = frozenset()
    """The seqs of blocked senders' messages that somebody asked to see."""
    origins: Mapping[int, Message | None] = field(default_factory=dict)
    """Messages that are answered, by seq, where they are not among those that are shown; None: can't be seen."""

    @property
    def group(self) -> bool:
        """More than two may be in it."""
        return self.conversation.startswith("#")


def rows(
    messages: Sequence[Message],
    waiting: Sequence[Unsent],
    scene: Scene,
    before: Mapping[str, Row] = MappingProxyType({}),
) -> list[Row]:
    """The lines for messages in the order of their seqs, and behind them those that the server does not have; one that is
    in both is stored by now. `before`: lines by key, which are used again where they are still the same."""
    here = {message.seq: message for message in messages}
    stored = {message.key for message in messages if message.sender == scene.me}
    unsent = {one.key: one for one in waiting if one.key not in stored}
    shown = _once([*messages, *(_as_message(one, scene) for one in unsent.values())])
    unread = _first_unread(shown, scene)
    joined = [False, *(_together(one, other, unread, scene) for one, other in pairwise(shown)), False]
    found: list[Row] = []
    day = date.min
    for at, message in enumerate(shown):
        if (its := _local(message.sent_at, scene.zone)[0]) > day:
            day = its
            found.append(DayLine(key=f"day:{day}", text=times.day(day, scene.today)))
        if message is unread:
            found.append(UnreadLine())
        bubble = _bubble(message, unsent.get(message.key), here, scene, not joined[at], not joined[at + 1])
        old = before.get(bubble.key)
        found.append(old if isinstance(old, Bubble) and _is_same(bubble, old) else bubble)
    return found


def _once(messages: list[Message]) -> list[Message]:
    """A key is one message for ever: a server that gives it to two would have one line of the window drawn twice."""
    return list({(one.sender, one.key): one for one in messages}.values())


def bubble_key(sender: str, key: bytes) -> str:
    """The key of a message's row, from the moment that it is written."""
    return f"{sender}:{key.hex()}"


def gist(message: Message) -> str:
    """What a message says in a line: the beginning of its text, or what there is instead."""
    if message.deleted_at is not None:
        return "Deleted message"
    plain = "".join(span.shown for span in spans(message.text[: 2 * QUOTE_MAX]))
    text = " ".join(plain.split())[:QUOTE_MAX]
    if text or not message.attachments:
        return text
    first, *more = message.attachments
    named = "Picture" if first.type.startswith("image/") else first.name
    return f"{named} and {len(more)} more" if more else named


def _bubble(
    message: Message,
    unsent: Unsent | None,
    here: Mapping[int, Message],
    scene: Scene,
    first: bool,
    last: bool,
) -> Bubble:
    mine = message.sender == scene.me
    state: State = "read" if message.seq <= scene.read else "sent"
    return Bubble(
        key=bubble_key(message.sender, message.key),
        message=message,
        mine=mine,
        first=first,
        last=last,
        name=scene.shown(message.sender) if scene.group and not mine else "",
        time=_local(message.sent_at, scene.zone)[1],
        state="" if not mine else state if unsent is None else unsent.state,
        problem=unsent.problem if unsent is not None else "",
        quote=_quote(message.reply_to, here, scene),
        forwarded=scene.shown(message.forwarded) if message.forwarded else "",
        folded=message.blocked and message.seq not in scene.unfolded,
        marked=message.seq > 0 and message.seq == scene.marked,
    )


def _is_same(new: Bubble, old: Bubble) -> bool:
    """Without looking into messages, which takes long; those of the outbox are made anew each time."""
    if new.message is not old.message and (new.message.seq or new.message != old.message):
        return False
    return astuple(new)[_BEHIND_MESSAGE:] == astuple(old)[_BEHIND_MESSAGE:]


_BEHIND_MESSAGE: Final = Bubble.__struct_fields__.index("message") + 1


def _as_message(one: Unsent, scene: Scene) -> Message:
    return Message(
        conversation=scene.conversation,
        seq=0,
        sender=scene.me,
        text=one.text,
        sent_at=one.queued_at,
        key=one.key,
        reply_to=one.reply_to,
        attachments=tuple(_file(path, index, scene) for index, path in enumerate(one.attachments)),
    )


def _file(path: str, index: int, scene: Scene) -> Attachment:
    return Attachment(
        name=PurePath(path).name,
        type=guess_type(path)[0] or "application/octet-stream",
        size=0,
        sha256=b"",
        conversation=scene.conversation,
        seq=0,
        index=index,
    )


def _quote(seq: int | None, here: Mapping[int, Message], scene: Scene) -> Quote | None:
    if not seq:
        return None
    if (origin := here.get(seq) or scene.origins.get(seq)) is not None:
        folded = origin.blocked and seq not in scene.unfolded
        return Quote(
            seq=seq, name=scene.shown(origin.sender), text="Blocked message" if folded else gist(origin)
        )
    return Quote(seq=seq, name="", text="Message not available" if seq in scene.origins else "")


def _together(one: Message, other: Message, unread: Message | None, scene: Scene) -> bool:
    """They are of one group."""
    return (
        one.sender == other.sender
        and other.sent_at - one.sent_at < GROUPED
        and other is not unread
        and not (one.blocked or other.blocked)
        and _local(one.sent_at, scene.zone)[0] == _local(other.sent_at, scene.zone)[0]
    )


def _first_unread(shown: Sequence[Message], scene: Scene) -> Message | None:
    """The first that others sent and that was not read; None where it is not among these."""
    if (after := scene.unread_after) is None or not shown:
        return None
    if not scene.beginning and shown[0].seq > after:
        return None
    return next((one for one in shown if one.seq > after and one.sender != scene.me), None)


@lru_cache(maxsize=_KEPT)
def _local(moment: datetime, zone: tzinfo | None) -> tuple[date, str]:
    """The day, and the time as it is shown."""
    local = moment.astimezone(zone)
    return local.date(), times.clock(local, zone)
