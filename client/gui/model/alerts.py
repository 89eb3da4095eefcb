"""Which messages the desktop is told of, when, and in what words. Pure: whoever shows them calls `take` when it is `due`.

A message is kept back for a moment, in which it may be read, here or on another device, deleted, or followed by others that are
told with it. What was missed while the link was away is told as one, once.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from hubbub.client import Conversation, Message, events
from hubbub.client.gui.model import quiet
from hubbub.client.gui.model.conversations import muted
from hubbub.client.gui.model.listing import counted, said
from hubbub.client.gui.model.plain import plain
from hubbub.client.gui.model.signal import Signal

if TYPE_CHECKING:
    from hubbub.client.gui.model.chat import Chat

PATIENCE: Final = timedelta(seconds=1)
"""What is read meanwhile is not told: a read marker of another device needs so long to be here."""
APART: Final = timedelta(seconds=2)
"""Between two of one conversation."""
AT_ONCE: Final = 3
"""Conversations told of by themselves at one moment; more are told as one."""
TITLE_MAX: Final = 80
TEXT_MAX: Final = 240
_NAMED_MAX: Final = 3
Waiting = dict[str, dict[int, Message]]
"""By conversation and seq."""


class Alert(Struct, frozen=True, kw_only=True):
    """What is shown."""

    conversation: str
    """Which it is about; empty: several."""
    title: str
    text: str = ""


class Alerts:
    """What is to be told of an account. Mine is never told, nor what somebody said whom I have blocked."""

    def __init__(self, chat: "Chat") -> None:
        self.changed = Signal[()]()
        """It is due at another moment."""
        self.watched: Callable[[], bool] = lambda: False
        """Somebody looks at the window."""
        self._chat = chat
        self._waiting: Waiting = {}
        self._due: dict[str, datetime] = {}
        self._told: dict[str, datetime] = {}
        self._heads: dict[str, int] | None = None
        """The last seqs there were when the link came up; None: that is not known yet."""
        self._missed: Waiting = {}
        self._missed_due: datetime | None = None
        self._missed_told = False
        chat.conversations.removed.connect(self._forget)
        chat.conversations.renamed.connect(self._move)

    @property
    def due(self) -> datetime | None:
        """When something is to be told next, unless it is read before; None: nothing is."""
        moments = [*self._due.values(), *([self._missed_due] if self._missed_due is not None else [])]
        return min(moments, default=None)

    def take(self) -> list[Alert]:
        """What is to be told now, the oldest first."""
        now = self._chat.now()
        ready = {name: self._waiting.pop(name) for name, due in list(self._due.items()) if _is(due, now)}
        for name in ready:
            del self._due[name]
        told = {name: found for name, waiting in ready.items() if (found := self._wanted(name, waiting, now))}
        self._told = {name: at for name, at in self._told.items() if now - at < APART} | dict.fromkeys(
            told, now
        )
        alerts = (
            [self._of(*one) for one in told.items()] if len(told) <= AT_ONCE else [self._of_several(told)]
        )
        return alerts + self._take_missed(now)

    def knows(self, rows: Iterable[Conversation]) -> None:
        """How the server says it is. After the link came up: what it has until now was missed."""
        if self._heads is None and self._chat.link.connected:
            self._heads = {row.name: row.head for row in rows}

    def on_event(self, event: events.Event) -> None:
        """Something happened; the model knows of it already."""
        if isinstance(event, events.MessageReceived):
            self._on_message(event.message)
        elif isinstance(event, events.MessageEdited):
            self._on_edited(event)
        elif isinstance(event, events.MessageDeleted):
            for waiting in (self._waiting, self._missed):
                waiting.get(event.conversation, {}).pop(event.target, None)
        elif isinstance(event, events.Disconnected | events.Connected):
            self._heads, self._missed_told = None, False
        elif isinstance(event, events.HistoryReset):
            for known in (self._waiting, self._missed, self._due):
                known.clear()
            self._missed_due = None

    # -------------------------------------------------------------------------------------------------------- within

    def _on_message(self, message: Message) -> None:
        if message.sender == self._chat.me or message.deleted_at is not None:
            return
        name, now = message.conversation, self._chat.now()
        if self._was_missed(message):
            if not self._missed_told:
                self._missed.setdefault(name, {})[message.seq] = message
                self._missed_due = now + APART
                self.changed.emit()
            return
        self._waiting.setdefault(name, {})[message.seq] = message
        if name not in self._due:
            before = self._told.get(name)
            self._due[name] = max(now + PATIENCE, before + APART) if before is not None else now + PATIENCE
            self.changed.emit()

    def _was_missed(self, message: Message) -> bool:
        return self._heads is None or message.seq <= self._heads.get(message.conversation, 0)

    def _on_edited(self, event: events.MessageEdited) -> None:
        for waiting in (self._waiting, self._missed):
            here = waiting.get(event.conversation, {})
            if event.text and (old := here.get(event.target)) is not None:
                here[event.target] = replace(
                    old, text=event.text, mentions=event.mentions, everyone=event.everyone
                )

    def _take_missed(self, now: datetime) -> list[Alert]:
        """What is told of it is told to whoever does not see the list."""
        if self._missed_due is None or not _is(self._missed_due, now):
            return []
        if self._heads is None:  # there may be more
            self._missed_due = now + APART
            return []
        missed, self._missed, self._missed_due, self._missed_told = self._missed, {}, None, True
        told = {name: found for name, all_ in missed.items() if (found := self._wanted(name, all_, now))}
        if not told or self.watched():
            return []
        return [self._of(*one) for one in told.items()] if len(told) == 1 else [self._of_several(told)]

    def _wanted(self, name: str, waiting: dict[int, Message], now: datetime) -> list[Message]:
        """Those that are to be told, as everything is now."""
        if self._is_quiet(now) or self._is_seen(name):
            return []
        row = self._chat.conversations.get(name)
        read = row.read if row is not None else 0
        found = [message for seq, message in sorted(waiting.items()) if seq > read]
        return [one for one in found if not self._is_blocked(one) and self._is_let_through(one, row, now)]

    def _is_quiet(self, now: datetime) -> bool:
        """Do not disturb: for a while, by my status, or always."""
        settings = self._chat.settings
        if self._chat.mine.presence == "busy":
            return True
        return settings is not None and (settings.notify == "none" or quiet.until(settings, now) is not None)

    def _is_seen(self, name: str) -> bool:
        timeline = self._chat.timeline
        here = timeline is not None and timeline.name == name and timeline.history.following
        return here and self.watched()

    def _is_blocked(self, message: Message) -> bool:
        return message.blocked or message.sender in self._chat.people.blocked

    def _is_let_through(self, message: Message, row: Conversation | None, now: datetime) -> bool:
        """Through a mute comes only what names me, and not what is said to all."""
        named = self._chat.me in message.mentions
        if row is not None and muted(row, now):
            return named
        settings = self._chat.settings
        if settings is None or settings.notify == "all":
            return True
        return named or message.everyone or message.conversation.startswith("@")

    def _forget(self, name: str) -> None:
        for known in (self._waiting, self._missed, self._due, self._told):
            known.pop(name, None)

    def _move(self, before: str, name: str) -> None:
        for waiting in (self._waiting, self._missed):
            if before in waiting:
                waiting[name] = waiting.pop(before)
        for moments in (self._due, self._told):
            if before in moments:
                moments[name] = moments.pop(before)
        if self._heads is not None and before in self._heads:
            self._heads[name] = self._heads.pop(before)

    # --------------------------------------------------------------------------------------------------------- words

    @property
    def _shows_text(self) -> bool:
        return self._chat.settings is None or self._chat.settings.notify_text

    def _of(self, name: str, messages: list[Message]) -> Alert:
        last = messages[-1]
        who, group = self._chat.people.shown(last.sender), name.startswith("#")
        text = said(last)[0] if self._shows_text else ""
        if len(messages) == 1:
            title, text = (f"{who} in {name}" if group else who), text or "New message"
        else:
            title = (
                f"{counted(len(messages), 'message')} {'in' if group else 'from'} {name if group else who}"
            )
            text = f"{who}: {text}" if group and text else text
        return Alert(conversation=name, title=plain(title, TITLE_MAX), text=plain(text, TEXT_MAX))

    def _of_several(self, told: dict[str, list[Message]]) -> Alert:
        names = [self._title(name) for name in told]
        more = len(names) - _NAMED_MAX
        text = ", ".join(names[:_NAMED_MAX]) + (f" and {more} more" if more > 0 else "")
        number = sum(map(len, told.values()))
        title = f"{counted(number, 'message')} in {counted(len(told), 'conversation')}"
        return Alert(conversation="", title=title, text=plain(text, TEXT_MAX))

    def _title(self, name: str) -> str:
        return self._chat.people.shown(name[1:]) if name.startswith("@") else name


def _is(due: datetime, now: datetime) -> bool:
    """Also where the clock was set back meanwhile."""
    return due <= now or due > now + 2 * APART
