"""The conversation that is open: its lines, and what may be done with its messages. Pure."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final

from hubbub.client import HubbubError, Message, events
from hubbub.client.gui.desk_paging import Info
from hubbub.client.gui.model.history import History
from hubbub.client.gui.model.rows import Bubble, Row, Scene, Unsent, bubble_key, rows
from hubbub.client.gui.model.signal import Signal

if TYPE_CHECKING:
    from hubbub.client.gui.model.chat import Chat


class Timeline:
    """What is shown of a conversation."""

    def __init__(self, chat: "Chat", name: str) -> None:
        known = chat.conversations.get(name)
        unread, read = (known.unread, known.read) if known else (0, 0)
        self.chat: Final = chat
        self.history: Final = History(chat, name, unread, read)
        self.changed = Signal[()]()
        """The rows, or what is being read."""
        self.sought = Signal[str]()
        """The row of this key is to be seen; empty: the end."""
        self.deleted = Signal[int]()
        """The message of this seq says nothing any more."""
        self._rows: list[Row] | None = None
        self._before: dict[str, Row] = {}
        self._unread_after = read if unread else None
        self._marked = 0
        self._unfolded: frozenset[int] = frozenset()
        self._told_read = read
        self._written = {one.key for one in chat.outgoing.of(name)}
        self._ends = [
            self.history.changed.connect(self._redraw),
            self.history.arrived.connect(self._on_arrived),
            chat.outgoing.changed.connect(self._on_outgoing),
            chat.people.changed.connect(self._redraw),
        ]

    def close(self) -> None:
        """It is not shown any more."""
        for end in self._ends:
            end()
        self.history.close()

    def on_event(self, event: events.Event) -> None:
        """Something happened, here or elsewhere."""
        if isinstance(event, events.HistoryReset):
            self._unread_after, self._told_read = None, 0
        elif isinstance(event, events.MessageDeleted) and event.conversation == self.name:
            self._forget(event.target)
            self.deleted.emit(event.target)
        elif isinstance(event, events.ReadMarked) and event.conversation == self.name:
            self.history.seen = max(self.history.seen, event.seq)
            self._redraw()
        self.history.on_event(event)

    def _forget(self, seq: int) -> None:
        """A message was deleted: nothing of its files is kept for being shown."""
        if (message := self.history.run.get(seq)) is not None:
            self.chat.media.forget(message.attachments)

    # ---------------------------------------------------------------------------------------------- what is shown

    @property
    def name(self) -> str:
        """As one writes to it; changes where a group is renamed."""
        return self.history.name

    @property
    def group(self) -> bool:
        """More than two may be in it."""
        return self.name.startswith("#")

    @property
    def messages(self) -> list[Message]:
        """Those that are held, the oldest first."""
        return self.history.run.messages

    @property
    def at_end(self) -> bool:
        """Nothing lies behind what is shown."""
        return self.history.run.at_end

    @property
    def below(self) -> int:
        """Messages of others that came and were not seen."""
        return self.history.run.unseen(self.history.seen)

    def rows(self) -> list[Row]:
        """What is shown; the same list until something changes."""
        if self._rows is None:
            self._rows = rows(self.messages, self._waiting(), self._scene(), self._before)
            self._before = {row.key: row for row in self._rows}
        return self._rows

    def refresh(self) -> None:
        """Time has passed: what was today may be yesterday."""
        self._redraw()

    def _scene(self) -> Scene:
        return Scene(
            conversation=self.name,
            me=self.chat.me,
            shown=self.chat.people.shown,
            today=self.chat.now().astimezone().date(),
            unread_after=self._unread_after,
            beginning=self.history.run.at_start,
            read=max((seq for name, seq in self.history.reads.items() if name != self.chat.me), default=0),
            marked=self._marked,
            unfolded=self._unfolded,
            origins=self.history.origins,
        )

    def _waiting(self) -> list[Unsent]:
        return list(self.chat.outgoing.of(self.name)) if self.at_end or not self.messages else []

    def _redraw(self) -> None:
        self._rows = None
        self.changed.emit()

    def _on_outgoing(self, conversation: str) -> None:
        """What I write myself leads to the end."""
        if conversation.casefold() != self.name.casefold():
            return
        before, self._written = self._written, {one.key for one in self.chat.outgoing.of(self.name)}
        self._redraw()
        if self._written - before:
            self.to_newest()

    # ------------------------------------------------------------------------------------------------- the place

    def jump(self, seq: int) -> None:
        """Show a message, and mark it."""
        if self.history.run.get(seq) is not None:
            self._on_arrived(seq)
        else:
            self.history.load_around(seq)

    def to_newest(self) -> None:
        """Show the end."""
        if self.at_end or not self.messages:
            self.sought.emit("")
        else:
            self.history.load_newest()

    def to_start(self) -> None:
        """Show the beginning."""
        if not self.history.run.at_start:
            self.history.load_around(1)
        elif self.rows():
            self.sought.emit(self.rows()[0].key)

    def unmark(self) -> None:
        """The message that somebody jumped to was marked for long enough."""
        if self._marked:
            self._marked = 0
            self._redraw()

    def saw(self, seq: int, *, reading: bool) -> None:
        """Everything up to there was on the screen. `reading`: and somebody looks at the window."""
        self.history.seen = max(self.history.seen, seq)
        if reading and seq > self._told_read:
            self._told_read = seq
            self.chat.read(self.name, seq)

    def _on_arrived(self, seq: int) -> None:
        if not seq:
            self.sought.emit("")
            return
        at = min(range(len(self.messages)), key=lambda at: abs(self.messages[at].seq - seq))
        message = self.messages[at]
        self._marked = message.seq
        self._redraw()
        self.sought.emit(bubble_key(message.sender, message.key))

    # --------------------------------------------------------------------------------------- what a person may do

    def unfold(self, bubble: Bubble) -> None:
        """Show what somebody said who is blocked."""
        self._unfolded |= {bubble.message.seq}
        self._redraw()

    def react(self, bubble: Bubble, emoji: str) -> None:
        """Put my emoji there, or take it off."""
        client, message = self.chat.desk.client, bubble.message
        there = any(one.mine and one.emoji == emoji for one in message.reactions)
        job = partial(client.unreact if there else client.react, message, emoji)
        self.chat.acting.run(job)

    def pin(self, bubble: Bubble) -> None:
        """Pin it, or unpin it."""
        client, message = self.chat.desk.client, bubble.message
        self.chat.acting.run(partial(client.unpin if message.pinned else client.pin, message))

    def delete(self, bubble: Bubble) -> None:
        """Take its text away, for everybody."""
        self.chat.acting.run(partial(self.chat.desk.client.delete, bubble.message))

    def forward(self, bubble: Bubble, to: str) -> None:
        """Say it again elsewhere."""
        title = self.chat.people.shown(to[1:]) if to.startswith("@") else to
        job = partial(self.chat.desk.client.forward, bubble.message, to)
        self.chat.acting.run(job, lambda _: self.chat.said.emit(f"Forwarded to {title}."))

    def reply(self, bubble: Bubble) -> None:
        """What is written next answers it."""
        if self.chat.composer is not None:
            self.chat.composer.reply(bubble.message)

    def edit(self, bubble: Bubble) -> None:
        """Change its text."""
        if self.chat.composer is not None:
            self.chat.composer.edit(bubble.message)

    def retry(self, bubble: Bubble) -> None:
        """Send what failed once more."""
        self.chat.outgoing.retry(bubble.message.key)

    def discard(self, bubble: Bubble) -> None:
        """Give up what failed, or waits."""
        self.chat.outgoing.discard(bubble.message.key)

    def ask_info(
        self, bubble: Bubble, done: Callable[[Info], None], failed: Callable[[HubbubError], None]
    ) -> None:
        """Who has read it, and which texts it had."""
        self.chat.acting.run(partial(self.chat.desk.info, bubble.message), done, failed, shown=True)

    def may_answer(self, bubble: Bubble) -> bool:
        """The server has it, and it says something: it can be answered, forwarded, marked with emoji."""
        return bubble.message.seq > 0 and bubble.message.deleted_at is None

    def may_edit(self, bubble: Bubble) -> bool:
        """It is mine, and these are my words."""
        return bubble.mine and self.may_answer(bubble) and not bubble.forwarded

    def may_delete(self, bubble: Bubble) -> bool:
        """It is mine, or I keep order here."""
        return self.may_answer(bubble) and (bubble.mine or self._keeps_order)

    def may_pin(self, bubble: Bubble) -> bool:
        """Both may in a direct conversation, owner and admins in a group."""
        return self.may_answer(bubble) and (not self.group or self._keeps_order)

    @property
    def _keeps_order(self) -> bool:
        row = self.chat.conversations.get(self.name)
        return row is not None and self.group and row.role != "member"
