"""A window over a conversation's log: read, moved and kept as it is now. Pure.

The server is the truth for what it was asked; what this device remembers stands in until it answers, and where it can't.
Events that came while an answer was on its way are applied to it again, since nobody knows whether it has them.
"""

from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar

from hubbub.client import HubbubError, Message, events
from hubbub.client.gui.bridge import Call
from hubbub.client.gui.desk_paging import PAGE, Page
from hubbub.client.gui.model.run import MOST, Run
from hubbub.client.gui.model.signal import Signal

if TYPE_CHECKING:
    from hubbub.client.gui.model.chat import Chat

T = TypeVar("T")
Reading = Literal["", "loading", "failed"]


class History:
    """Messages of a conversation, what they answer, and how far others have read."""

    def __init__(self, chat: "Chat", name: str, unread: int, read: int) -> None:
        """unread: messages of others behind the seq `read`; where they are many, the window begins there."""
        self.chat: Final = chat
        self.name = name
        self.run: Final = Run(chat.me)
        self.changed = Signal[()]()
        self.arrived = Signal[int]()
        """What somebody asked to see is here: the seq of a message, or 0: the end."""
        self.state: Reading = "loading"
        """Of what is shown first."""
        self.earlier: Reading = ""
        self.later: Reading = ""
        self.problem = ""
        """Why something could not be read."""
        self.following = True
        """The end is looked at: what comes pushes the oldest out, and not the other way round."""
        self.origins: dict[int, Message | None] = {}
        """Messages that are answered here and are not here; None: can't be seen."""
        self.reads: dict[str, int] = {}
        """How far others have read, who let others see it."""
        self.seen = read
        """The seq up to which messages were on the screen, or read before."""
        self._unread = unread
        self._cached = False
        """The messages are what this device remembers."""
        self._asked: set[int] = set()
        self._calls: set[Call] = set()
        self._arrive: Callable[[], None] = lambda: None
        """Nobody waits any more for what he asked to see."""
        self._paging: Call | None = None
        self._first: Call | None = None
        self._happened: list[events.Event] = []
        self._read_first()

    def close(self) -> None:
        """Nothing more is read."""
        for call in self._calls:
            call.cancel()
        self._calls.clear()
        self._paging = None
        self._arrive()

    # ------------------------------------------------------------------------------------------------------ reading

    def load_earlier(self) -> None:
        """Somebody comes near the first message."""
        if self._may_page and not self.run.at_start and self.earlier != "loading":
            self.earlier = "loading"
            seq, desk = self.run.messages[0].seq, self.chat.desk
            job = partial(desk.before if self._linked else desk.cached_before, self.name, seq)
            self._paging = self.ask(job, self._on_earlier, self._on_earlier_failed)
            self.changed.emit()

    def load_later(self) -> None:
        """Somebody comes near the last message that is held."""
        if self._may_page and not self.run.at_end and self.later != "loading":
            self.later = "loading"
            seq, desk = self.run.messages[-1].seq, self.chat.desk
            job = partial(desk.after if self._linked else desk.cached_after, self.name, seq)
            self._paging = self.ask(job, self._on_later, self._on_later_failed)
            self.changed.emit()

    def load_around(self, seq: int) -> None:
        """Read what lies about a message."""
        desk = self.chat.desk
        job = partial(desk.around if self._linked else desk.cached_around, self.name, seq)
        self._go(job, seq)

    def load_newest(self) -> None:
        """Read the end."""
        desk = self.chat.desk
        job = partial(desk.newest if self._linked else desk.cached_newest, self.name)
        self._go(job, 0)

    def _go(self, job: Callable[[], Coroutine[Any, Any, Page]], seq: int) -> None:
        self._arrive()
        self._arrive = end = self.chat.acting.wait()

        def failed(error: HubbubError) -> None:
            end()
            self.chat.complain(error)

        def done(page: Page) -> None:
            end()
            self._on_jump(seq, page)

        self._paging = self.ask(job, done, failed)

    def retry(self) -> None:
        """Read once more what could not be read."""
        if self.state == "failed":
            self._read_first()
        if self.earlier == "failed":
            self.load_earlier()
        if self.later == "failed":
            self.load_later()

    def ask(
        self,
        job: Callable[[], Coroutine[Any, Any, T]],
        done: Callable[[T], object],
        failed: Callable[[HubbubError], object] | None = None,
    ) -> Call:
        """Have the desk do something. What happens meanwhile is applied once more after `done`."""
        if not self._calls:
            self._happened.clear()
        begun = len(self._happened)

        def finished(value: T) -> None:
            self._end(call)
            done(value)
            for event in self._happened[begun:]:
                self._apply(event)
            self._read_origins()
            self.changed.emit()

        def failing(error: HubbubError) -> None:
            self._end(call)
            if failed is not None:
                failed(error)
            self.changed.emit()

        call = self.chat.bridge.run(job, finished, failing)
        self._calls.add(call)
        return call

    def _end(self, call: Call) -> None:
        self._calls.discard(call)
        if self._paging is call:
            self._paging = None

    @property
    def _linked(self) -> bool:
        return self.chat.link.connected

    @property
    def _may_page(self) -> bool:
        """There is something to add to, and it will not be replaced in a moment."""
        replaced = self._cached and self._linked
        return bool(self.run.messages) and self._paging is None and not replaced

    def _read_first(self) -> None:
        self.state = "loading"
        held, desk = self.run.messages, self.chat.desk
        at_mark = self._unread > PAGE and not held
        if at_mark:
            job = partial(desk.around, self.name, max(1, self.seen))
        elif held and not self.run.at_end:
            job = partial(desk.around, self.name, held[len(held) // 2].seq)
        else:
            job = partial(desk.newest, self.name, min(MOST, max(PAGE, len(held))))
        self._first = self.ask(job, self._on_first, self._on_first_failed)
        if not held and not (at_mark and self._linked):
            self.ask(partial(desk.cached_newest, self.name), self._on_remembered)
        self._read_marks()
        self.changed.emit()

    def _read_marks(self) -> None:
        self.ask(partial(self.chat.desk.read_marks, self.name), self._on_marks)

    def _read_origins(self) -> None:
        if wanted := self.run.missing_origins(self.origins.keys() | self._asked):
            self._asked.update(wanted)
            desk = self.chat.desk
            job = partial(desk.messages if self._linked else desk.cached_messages, self.name, wanted)
            self.ask(job, self.origins.update)

    # ------------------------------------------------------------------------------------------------- what was read

    def _on_remembered(self, page: Page) -> None:
        if self.state and not self.run.messages and page.messages:
            self._replace(page)

    def _on_first(self, page: Page) -> None:
        self.state = ""
        self._replace(page)

    def _on_first_failed(self, error: HubbubError) -> None:
        self.state, self.problem = "failed", str(error)

    def _on_earlier(self, page: Page) -> None:
        self.earlier = ""
        self._cached |= page.cached
        self.run.prepend(page.messages, first=page.first)

    def _on_earlier_failed(self, error: HubbubError) -> None:
        self.earlier, self.problem = "failed", str(error)

    def _on_later(self, page: Page) -> None:
        self.later = ""
        self._cached |= page.cached
        self.run.append(page.messages, last=page.last)

    def _on_later_failed(self, error: HubbubError) -> None:
        self.later, self.problem = "failed", str(error)

    def _on_jump(self, seq: int, page: Page) -> None:
        if not page.messages:
            self.chat.said.emit("That message can't be read while there is no server.")
            return
        if self.state and self._first is not None:  # what it would show is not what is wanted any more
            self._first.cancel()
            self._end(self._first)
            self.state = ""
        self._replace(page)
        self.changed.emit()
        self.arrived.emit(seq)

    def _on_marks(self, marks: dict[str, int]) -> None:
        for name, seq in marks.items():
            self.reads[name] = max(seq, self.reads.get(name, 0))

    def _replace(self, page: Page) -> None:
        self._cached = page.cached
        unseen = self.run.unseen(self.seen) if self.run.messages else self._unread
        self.run.replace(page.messages, first=page.first, last=page.last)
        self.run.know_behind(unseen - self.run.unseen(self.seen))
        self.earlier = self.later = ""

    # ------------------------------------------------------------------------------------------------- what happens

    def on_event(self, event: events.Event) -> None:
        """Something happened, in whatever conversation."""
        if self._calls:
            self._happened.append(event)
        self._apply(event)
        self._read_origins()

    def on_renamed(self, before: str, name: str) -> None:
        """A conversation has another name."""
        if self.name == before:
            self.name = name

    def on_home(self, read: int, blocked: Iterable[str]) -> None:
        """What the server says of me: I may have done it elsewhere, while there was no link."""
        self.seen = max(self.seen, read)
        self.run.block_only(frozenset(blocked))
        self.changed.emit()

    def _apply(self, event: events.Event) -> None:
        if (handler := _HANDLERS.get(type(event))) is not None:
            handler(self, event)
            self.changed.emit()

    def _on_message(self, event: events.MessageReceived | events.SendDone) -> None:
        message = event.message
        if message.conversation == self.name:
            self.run.put(message, following=self.following)

    def _on_change(
        self, event: events.MessageEdited | events.MessageDeleted | events.ReactionChanged
    ) -> None:
        if event.conversation != self.name:
            return
        if asked := self.run.apply(event):
            self.ask(partial(self.chat.desk.message, self.name, asked), self._on_one)
        if event.target in self.origins:
            del self.origins[event.target]
            self._asked.discard(event.target)

    def _on_one(self, message: Message | None) -> None:
        if message is not None:
            self.run.set(message)

    def _on_read(self, event: events.ReadByOther) -> None:
        if event.conversation == self.name:
            self._on_marks({event.user: event.seq})

    def _on_block(self, event: events.BlockChanged) -> None:
        self.run.block(event.user, event.on)

    def _on_renamed(self, event: events.GroupRenamed) -> None:
        self.on_renamed(event.before, event.conversation)

    def _on_connected(self, _: events.Connected) -> None:
        self._asked.intersection_update(self.origins)
        if self.state == "failed" or (self._cached and not self.state):
            self._read_first()
        elif not self.state:
            self._read_marks()

    def _on_disconnected(self, _: events.Disconnected) -> None:
        """Whoever scrolls goes on with what this device remembers; the rest waits in the library."""
        self._asked.intersection_update(self.origins)
        if self._paging is not None:
            self._paging.cancel()
            self._end(self._paging)
            self.earlier = self.later = ""

    def _on_reset(self, _: events.HistoryReset) -> None:
        self.close()
        self.run.replace([], first=False, last=False)
        self.origins.clear()
        self.reads.clear()
        self._asked.clear()
        self._unread = self.seen = 0
        self._read_first()


_HANDLERS: Final[dict[type[events.Event], Callable[[History, Any], None]]] = {
    events.MessageReceived: History._on_message,
    events.SendDone: History._on_message,
    events.MessageEdited: History._on_change,
    events.MessageDeleted: History._on_change,
    events.ReactionChanged: History._on_change,
    events.PinChanged: History._on_change,
    events.ReadByOther: History._on_read,
    events.BlockChanged: History._on_block,
    events.GroupRenamed: History._on_renamed,
    events.Connected: History._on_connected,
    events.Disconnected: History._on_disconnected,
    events.HistoryReset: History._on_reset,
}
