"""The list at the left: who and which groups, the liveliest first. Pure.

What home() says is the truth; what happens afterwards is applied to it, entry by entry, each once. Where that can't be
known from events alone, `doubtful` asks for home() again.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from msgspec.structs import replace

from hubbub.client import Conversation, Message, events
from hubbub.client.gui.model.signal import Signal

Fresh = dict[int, bool]
"""Messages of others since home() was read: seq, and whether it names me."""


class Conversations:
    """All conversations of mine."""

    def __init__(self, me: str) -> None:
        self._me = me
        self._rows: dict[str, Conversation] = {}
        self._fresh: dict[str, Fresh] = {}
        self._typists: dict[str, dict[str, None]] = {}
        self._came: dict[str, datetime] = {}
        self._void = False
        self._since: dict[str, str] = {}
        """What became of names since home() was asked: another one, the same for one that came, empty for one that went."""
        self.known = False
        """home() was read once: an empty list is empty."""
        self.changed = Signal[()]()
        self.removed = Signal[str]()
        """I am not in it any more."""
        self.renamed = Signal[str, str]()
        """From, to."""
        self.doubtful = Signal[()]()
        """Read home() again."""

    # -------------------------------------------------------------------------------------------------------- asking

    def all(self) -> list[Conversation]:
        """The liveliest first."""
        return sorted(self._rows.values(), key=self._liveliness, reverse=True)

    def get(self, name: str) -> Conversation | None:
        """One of them."""
        return self._rows.get(name)

    def typists(self, name: str) -> tuple[str, ...]:
        """Who is writing there, the first one first."""
        return tuple(self._typists.get(name, ()))

    def unread(self, now: datetime) -> int:
        """Messages to read, but for what is muted."""
        return sum(row.unread for row in self._rows.values() if not muted(row, now))

    # ---------------------------------------------------------------------------------------------------------- home

    def ask(self) -> None:
        """home() is asked now: what comes and goes from here on may be in its answer or not."""
        self._since.clear()

    def answer(self, rows: Iterable[Conversation]) -> None:
        """What home() says, if it was asked when `ask` was called."""
        named = [replace(row, name=self._since.get(row.name, row.name)) for row in rows]
        there = {row.name: row for row in named if row.name}
        came = {name for name, now in self._since.items() if name == now} - there.keys()
        self.know([*there.values(), *(self._rows[name] for name in came if name in self._rows)])

    def know(self, rows: Iterable[Conversation]) -> None:
        """These are all there are, as they are now."""
        before, void, self._void, self.known = self._rows, self._void, False, True
        self._rows = {}
        for row in rows:
            old = None if void else before.get(row.name)
            self._rows[row.name] = row if old is None else self._newer(old, row)
            self._fresh[row.name] = {} if old is None else self._fresh_behind(row)
        self._follow_names(before)
        self.changed.emit()

    def reset(self) -> None:
        """The next home() is of another store: nothing that is known now counts."""
        self._void = True
        self._fresh.clear()
        self._typists.clear()

    def _newer(self, old: Conversation, row: Conversation) -> Conversation:
        """Of what events made and what home() says: it was asked a moment ago, and events go on meanwhile."""
        if old.read > row.read:  # my marker is on its way; events tell of all else
            return replace(old, muted_until=row.muted_until)
        if old.head > row.head:
            fresh = self._fresh_behind(row)
            return replace(
                old,
                read=row.read,
                unread=row.unread + len(fresh),
                mentions=row.mentions + sum(fresh.values()),
                muted_until=row.muted_until,
            )
        return row

    def _fresh_behind(self, row: Conversation) -> Fresh:
        end = max(row.head, row.read)
        return {seq: named for seq, named in self._fresh.get(row.name, {}).items() if seq > end}

    def _follow_names(self, before: dict[str, Conversation]) -> None:
        """What is called otherwise than before was renamed, if its number is the same; else I am not in it any more."""
        numbers = {number(row): name for name, row in self._rows.items() if name not in before}
        for name in before.keys() - self._rows.keys():
            if (now := numbers.get(number(before[name]))) is not None and number(before[name]):
                self._move(name, now)
                self.renamed.emit(name, now)
            else:
                self._forget(name)
                self.removed.emit(name)

    # -------------------------------------------------------------------------------------------------------- events

    def on_message(self, message: Message) -> None:
        """Somebody said something."""
        if (row := self._rows.get(message.conversation)) is None:
            self.doubtful.emit()
        elif message.seq > row.head:
            mine = message.sender == self._me
            named = not mine and (self._me in message.mentions or message.everyone)
            if not mine:
                self._fresh.setdefault(row.name, {})[message.seq] = named
            self._put(
                row,
                head=message.seq,
                last_message=message,
                unread=row.unread + (not mine),
                mentions=row.mentions + named,
            )

    def on_entry(self, event: Any) -> None:
        """Another entry of a log: what it changes of the row. An entry that home() had already changes nothing."""
        row = self._rows.get(event.conversation)
        if row is not None and event.seq > row.head:
            change = _CHANGES.get(type(event))
            self._put(row, head=event.seq, **(change(self, row, event) if change else {}))

    def on_renamed(self, event: events.GroupRenamed) -> None:
        """A group has another name."""
        self._rename(event.before, event.conversation, event.seq)

    def on_name(self, event: events.NameChanged) -> None:
        """One is called otherwise, though nobody renamed it."""
        self._rename(event.before, event.conversation, 0)

    def _rename(self, before: str, name: str, seq: int) -> None:
        if before != name and (row := self._rows.pop(before, None)) is not None:
            self._move(before, name)
            self._since |= {old: name for old, now in self._since.items() if now == before} | {before: name}
            self._rows[name] = replace(row, name=name, head=max(row.head, seq))
            self.changed.emit()
            self.renamed.emit(before, name)

    def on_added(self, event: events.ConversationAdded, now: datetime) -> None:
        """There is another one."""
        row = event.conversation
        if (old := self._rows.get(row.name)) is None or old.head <= row.head:
            said = [one.last_message.sent_at for one in self._rows.values() if one.last_message]
            latest = max([*said, *self._came.values()], default=now)
            self._came[row.name] = latest + timedelta(microseconds=1)  # this clock may not be the server's
            self._since[row.name] = row.name
            self._fresh[row.name] = {}
            self._rows[row.name] = row
            self.changed.emit()

    def on_removed(self, event: events.ConversationRemoved) -> None:
        """One is gone."""
        if self._rows.pop(event.conversation, None) is not None:
            self._since[event.conversation] = ""
            self._forget(event.conversation)
            self.changed.emit()
            self.removed.emit(event.conversation)

    def on_read(self, event: events.ReadMarked) -> None:
        """I have read up to there, on this device or another."""
        self.read(event.conversation, event.seq)

    def read(self, name: str, seq: int, messages: Sequence[Message] = ()) -> None:
        """I have read up to there. messages: those of the conversation that are at hand, without a gap."""
        if (row := self._rows.get(name)) is None or seq <= row.read:
            return
        rest = self._rest(row, seq, messages)
        self._fresh[name] = {at: named for at, named in self._fresh.get(name, {}).items() if at > seq}
        if rest is None:
            self._put(row, read=seq)
            self.doubtful.emit()
        else:
            self._put(row, read=seq, unread=len(rest), mentions=sum(rest.values()))

    def on_mute(self, event: events.MuteChanged) -> None:
        """I do not want to be disturbed by it, or do again."""
        if (row := self._rows.get(event.conversation)) is not None:
            self._put(row, muted_until=event.until)

    def on_typing(self, event: events.TypingChanged) -> None:
        """Somebody is writing, or is not any more."""
        typists = self._typists.setdefault(event.conversation, {})
        if event.typing:
            typists[event.user] = None
        else:
            typists.pop(event.user, None)
        self.changed.emit()

    # -------------------------------------------------------------------------------------------------------- within

    def _rest(self, row: Conversation, seq: int, messages: Sequence[Message]) -> Fresh | None:
        """What is unread behind `seq`; None: that can't be told from here."""
        last = row.last_message.seq if row.last_message else 0
        if seq >= last:
            return {}
        fresh = self._fresh.get(row.name, {})
        if len(fresh) == row.unread:
            return {at: named for at, named in fresh.items() if at > seq}
        if messages and messages[0].seq <= seq and messages[-1].seq >= last:
            behind = [
                one for one in messages if one.seq > seq and one.sender != self._me and not one.deleted_at
            ]
            return {one.seq: self._me in one.mentions or one.everyone for one in behind}
        return None

    def _put(self, row: Conversation, **changes: Any) -> None:
        self._rows[row.name] = replace(row, **changes)
        self.changed.emit()

    def _move(self, before: str, name: str) -> None:
        for known in self._beside():
            if before in known:
                known[name] = known.pop(before)

    def _forget(self, name: str) -> None:
        for known in self._beside():
            known.pop(name, None)

    def _beside(self) -> tuple[dict[str, Any], ...]:
        return (self._fresh, self._typists, self._came)

    def _liveliness(self, row: Conversation) -> tuple[float, str]:
        moment = row.last_message.sent_at if row.last_message else self._came.get(row.name)
        return (moment.timestamp() if moment else 0.0, row.name)

    def _member(self, row: Conversation, event: events.MemberChanged) -> dict[str, Any]:
        change = 1 if event.change == "joined" else -1
        return {"members": max(0, row.members + change)}

    def _role(self, _: Conversation, event: events.RoleChanged) -> dict[str, Any]:
        return {"role": event.role} if event.user == self._me else {}

    def _topic(self, _: Conversation, event: events.TopicChanged) -> dict[str, Any]:
        return {"topic": event.topic}

    def _visibility(self, _: Conversation, event: events.VisibilityChanged) -> dict[str, Any]:
        told = {"public": event.public, "history": event.history}
        return {field: value for field, value in told.items() if value is not None}

    def _edited(self, row: Conversation, event: events.MessageEdited) -> dict[str, Any]:
        last = row.last_message
        if last is None or last.seq != event.target or not event.text:
            return {}
        return {"last_message": replace(last, text=event.text, edited_at=event.at)}

    def _deleted(self, row: Conversation, event: events.MessageDeleted) -> dict[str, Any]:
        changes: dict[str, Any] = {}
        last = row.last_message
        if last is not None and last.seq == event.target:
            gone = replace(last, text="", attachments=(), deleted_at=event.at, deleted_by=event.by)
            changes["last_message"] = gone
        if (named := self._fresh.get(row.name, {}).pop(event.target, None)) is not None:
            changes.update(unread=max(0, row.unread - 1), mentions=max(0, row.mentions - named))
        elif row.unread and event.target > row.read:  # it may have been one of mine
            self.doubtful.emit()
        return changes


def muted(row: Conversation, now: datetime) -> bool:
    """I do not want to be disturbed by it."""
    return row.muted_until is not None and row.muted_until > now


def number(row: Conversation) -> int:
    """The conversation's number, which stays when it is renamed; 0: not known."""
    return row.conversation_id or (row.last_message.conversation_id if row.last_message else 0)


_CHANGES: Final[dict[type[events.Event], Callable[[Conversations, Conversation, Any], dict[str, Any]]]] = {
    events.MemberJoined: Conversations._member,
    events.MemberChanged: Conversations._member,
    events.RoleChanged: Conversations._role,
    events.TopicChanged: Conversations._topic,
    events.VisibilityChanged: Conversations._visibility,
    events.MessageEdited: Conversations._edited,
    events.MessageDeleted: Conversations._deleted,
}
