"""A stretch of a conversation's log: messages without a gap between them, and what events make of them. Pure."""

from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Sequence
from typing import Any, Final

from msgspec.structs import replace

from hubbub.client import Message, Reaction, events

MOST: Final = 500
"""Messages that are held: what lies beyond is read anew when somebody scrolls there."""
SLACK: Final = 50
"""How many more there may be before live ones push others out, so that not each of them does."""


class Run:
    """Some messages of a log of which there may be far more."""

    def __init__(self, me: str, most: int = MOST) -> None:
        self.messages: list[Message] = []
        """By seq."""
        self.at_start = False
        """Nothing lies before them."""
        self.at_end = False
        """Nothing lies behind them: what is said now belongs to them."""
        self._me, self._most = me, most
        self._behind: set[int] = set()
        self._behind_unseen = 0

    def get(self, seq: int) -> Message | None:
        """The message with this seq, if it is here."""
        at = self._place(seq)
        return self.messages[at] if self._is_at(at, seq) else None

    def replace(self, messages: Sequence[Message], *, first: bool, last: bool) -> None:
        """Others than before."""
        self.messages = list(messages)
        self.at_start, self.at_end = first, last
        self._behind, self._behind_unseen = set(), 0

    def know_behind(self, unseen: int) -> None:
        """So many that others sent and nobody saw follow what is here; of no use where nothing follows."""
        self._behind_unseen = 0 if self.at_end else max(0, unseen)

    def prepend(self, messages: Sequence[Message], *, first: bool) -> None:
        """What lies directly before; as much leaves at the other end as is too much."""
        self.messages[:0] = [one for one in messages if not self.messages or one.seq < self.messages[0].seq]
        self.at_start = first
        self._cut_end()

    def append(self, messages: Sequence[Message], *, last: bool) -> None:
        """What lies directly behind; as much leaves at the other end as is too much."""
        end = self.messages[-1].seq if self.messages else 0
        added = [one for one in messages if one.seq > end]
        self.messages += added
        self.at_end = last
        if last:
            self._behind, self._behind_unseen = set(), 0
        else:
            self._pass_over(added)
        self._cut_start()

    def put(self, message: Message, *, following: bool) -> bool:
        """A message that came now: True if it is here after that, or was. `following`: the end is looked at, so that what is too
        much leaves at the start; else what came is too much."""
        at = self._place(message.seq)
        if self._is_at(at, message.seq):
            return True
        if at == len(self.messages) and not (self.at_end and self._has_room(following)):
            self.at_end = False
            self._leave_behind([message])
            return False
        if at == 0 and not self.at_start:
            return False
        self.messages.insert(at, message)
        if following and len(self.messages) > self._most + SLACK:
            self._cut_start()
        return True

    def apply(self, event: events.Event) -> int:
        """What an event changes in a message that is here. The seq of one that has to be asked for, since the event alone does
        not tell how it is now; 0: none."""
        target = getattr(event, "target", 0)
        if (message := self.get(target)) is None or (change := _CHANGES.get(type(event))) is None:
            return 0
        changed = change(message, event, self._me)
        if changed is None:
            return message.seq
        self.set(changed)
        return 0

    def set(self, message: Message) -> None:
        """How a message is now, if it is here."""
        at = self._place(message.seq)
        if self._is_at(at, message.seq):
            self.messages[at] = message

    def block(self, user: str, on: bool) -> None:
        """Somebody's messages are to be folded, or not any more."""
        for at, message in enumerate(self.messages):
            if message.sender == user:
                self.messages[at] = replace(message, blocked=on)

    def block_only(self, users: Container[str]) -> None:
        """The messages of these are to be folded, and of nobody else."""
        for at, message in enumerate(self.messages):
            if message.blocked != (message.sender in users):
                self.messages[at] = replace(message, blocked=not message.blocked)

    def unseen(self, seen: int) -> int:
        """Messages of others behind this seq."""
        here = sum(1 for one in self.messages[self._place(seen + 1) :] if self._counts(one))
        return here + sum(1 for seq in self._behind if seq > seen) + self._behind_unseen

    def missing_origins(self, known: Iterable[int]) -> list[int]:
        """The seqs of messages that are answered here, and are neither here nor known."""
        answered = {one.reply_to for one in self.messages if one.reply_to} - set(known)
        return sorted(seq for seq in answered if self.get(seq) is None)

    # ------------------------------------------------------------------------------------------------------------

    def _place(self, seq: int) -> int:
        return bisect_left(self.messages, seq, key=lambda message: message.seq)

    def _is_at(self, at: int, seq: int) -> bool:
        return at < len(self.messages) and self.messages[at].seq == seq

    def _has_room(self, following: bool) -> bool:
        return following or len(self.messages) < self._most + SLACK

    def _cut_start(self) -> None:
        if (surplus := len(self.messages) - self._most) > 0:
            del self.messages[:surplus]
            self.at_start = False

    def _cut_end(self) -> None:
        if len(self.messages) > self._most:
            self._leave_behind(self.messages[self._most :])
            del self.messages[self._most :]
            self.at_end = False

    def _leave_behind(self, messages: Iterable[Message]) -> None:
        self._behind.update(one.seq for one in messages if self._counts(one))

    def _pass_over(self, messages: Sequence[Message]) -> None:
        counted = {one.seq for one in messages if self._counts(one)}
        self._behind_unseen = max(0, self._behind_unseen - len(counted - self._behind))
        self._behind -= counted

    def _counts(self, message: Message) -> bool:
        return message.sender != self._me and message.deleted_at is None


def _edited(message: Message, event: events.MessageEdited, _: str) -> Message | None:
    if not event.text:  # a later event tells what became of it
        return message
    return replace(
        message, text=event.text, mentions=event.mentions, everyone=event.everyone, edited_at=event.at
    )


def _deleted(message: Message, event: events.MessageDeleted, _: str) -> Message | None:
    return replace(
        message,
        text="",
        attachments=(),
        reactions=(),
        mentions=(),
        everyone=False,
        pinned=False,
        deleted_at=event.at,
        deleted_by=event.by,
    )


def _pinned(message: Message, event: events.PinChanged, _: str) -> Message | None:
    return replace(message, pinned=event.on)


def _reacted(message: Message, event: events.ReactionChanged, me: str) -> Message | None:
    there = {one.emoji: one for one in message.reactions}
    before = there.get(event.emoji) or Reaction(emoji=event.emoji, count=0, users=(), mine=False)
    if before.count > len(before.users):  # of the others nobody knows who they are
        return None
    users = tuple(user for user in before.users if user != event.by) + ((event.by,) if event.on else ())
    if event.on and event.by in before.users:
        users = before.users
    there[event.emoji] = Reaction(emoji=event.emoji, count=len(users), users=users, mine=me in users)
    return replace(message, reactions=tuple(one for one in there.values() if one.count))


_CHANGES: Final[dict[type[events.Event], Callable[[Message, Any, str], Message | None]]] = {
    events.MessageEdited: _edited,
    events.MessageDeleted: _deleted,
    events.PinChanged: _pinned,
    events.ReactionChanged: _reacted,
}
