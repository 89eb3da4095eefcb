"""What I wrote and the server does not have yet, in every conversation. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from hubbub.client import HubbubError, Message, Waiting, events
from hubbub.client.gui.model.rows import bubble_key
from hubbub.client.gui.model.signal import Signal
from hubbub.client.models import same_conversation

if TYPE_CHECKING:
    from collections.abc import Callable

    from hubbub.client.gui.model.chat import Chat

LATELY_MAX: Final = 256
"""Keys of stored messages that are remembered, since the event may be here before the answer that names the key."""


class Unsent(Struct, frozen=True, kw_only=True):
    """A message that the server does not have."""

    key: bytes
    conversation: str
    text: str
    attachments: tuple[str, ...] = ()
    """Paths of files on this device."""
    reply_to: int | None = None
    queued_at: datetime
    state: Literal["pending", "sending", "failed"] = "pending"
    problem: str = ""
    progress: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Of its files, by name: bytes that the server has, bytes in all."""


class Outgoing:
    """The outbox as the window shows it. The library sends; this only follows."""

    def __init__(self, chat: "Chat") -> None:
        self.changed = Signal[str]()
        """In this conversation."""
        self.sent = Signal[Unsent]()
        """The server has it."""
        self._chat = chat
        self._unsent: dict[bytes, Unsent] = {}
        self._stored: dict[bytes, None] = {}

    def of(self, conversation: str) -> list[Unsent]:
        """In the order in which they were written."""
        here = [one for one in self._unsent.values() if same_conversation(one.conversation, conversation)]
        if not self._chat.link.connected:
            return here
        return [replace(one, state="sending") if one.state == "pending" else one for one in here]

    def all(self) -> list[Unsent]:
        """In all conversations."""
        return list(self._unsent.values())

    def send(
        self,
        conversation: str,
        text: str,
        *,
        reply_to: int | None = None,
        attachments: Sequence[str] = (),
        failed: "Callable[[HubbubError], None]",
    ) -> None:
        """Have a message kept, and sent as soon as there is a server. `failed`: it could not even be kept."""

        def kept(key: bytes) -> None:
            one = Unsent(
                key=key,
                conversation=conversation,
                text=text,
                attachments=tuple(attachments),
                reply_to=reply_to,
                queued_at=self._chat.now(),
            )
            self._know([one])

        queue = self._chat.desk.queue
        job = partial(queue, conversation, text, reply_to=reply_to, attachments=tuple(attachments))
        self._chat.bridge.run(job, kept, failed)

    def retry(self, key: bytes) -> None:
        """Send one that failed once more."""
        if (one := self._unsent.get(key)) is not None and one.state == "failed":
            self._put(replace(one, state="pending", problem="", progress={}))
            self._chat.bridge.run(partial(self._chat.desk.retry, key), None, self._chat.complain)

    def discard(self, key: bytes) -> None:
        """Give one up: it is never sent, unless somebody takes that back at once."""
        if (one := self._unsent.get(key)) is None:
            return

        end = self._chat.acting.wait()  # one that is on its way now has to be waited for

        def gone(_: None) -> None:
            end()
            self._drop(key)
            self._chat.offered.emit("The message is not sent.", "Undo", partial(self._again, one))

        def failed(error: HubbubError) -> None:
            end()
            self._chat.complain(error)

        self._chat.bridge.run(partial(self._chat.desk.discard, key), gone, failed)

    def _again(self, one: Unsent) -> None:
        self.send(
            one.conversation,
            one.text,
            reply_to=one.reply_to,
            attachments=one.attachments,
            failed=self._chat.complain,
        )

    # ----------------------------------------------------------------------------------------- what the library tells

    def know(self, waiting: Iterable[Waiting]) -> None:
        """This is what the profile's outbox holds."""
        self._know(
            Unsent(
                key=one.key,
                conversation=one.recipient,
                text=one.text,
                attachments=one.attachments,
                reply_to=one.reply_to,
                queued_at=one.queued_at,
                state="failed" if one.state == "failed" else "pending",
                problem=one.problem,
            )
            for one in waiting
        )

    def on_message(self, message: Message) -> None:
        """One of mine is stored."""
        if message.sender == self._chat.me:
            self._on_sent(message.key)

    def on_done(self, event: events.SendDone) -> None:
        """The same, told by whoever sent it."""
        self._on_sent(event.key)

    def on_delayed(self, event: events.SendDelayed) -> None:
        """The server can't take it now; what is behind it waits too."""
        if event.key in self._unsent:
            self._chat.link.hold(event.problem)

    def on_failed(self, event: events.SendFailed) -> None:
        """The server will never take it as it is."""
        if (one := self._unsent.get(event.key)) is not None:
            self._put(replace(one, state="failed", problem=event.problem, progress={}))
            self._chat.media.uploaded(bubble_key(self._chat.me, one.key))
            if (
                self._chat.conversations.get(one.conversation) is None
            ):  # there is no place where it would be seen
                self._chat.said.emit(f"A message to {one.conversation} was not sent. {event.problem}")

    def on_renamed(self, before: str, name: str) -> None:
        """What waits for a group goes to it under its new name."""
        for one in list(self._unsent.values()):
            if same_conversation(one.conversation, before):
                self._put(replace(one, conversation=name))

    def on_progress(self, event: events.SendProgress) -> None:
        """A file is on its way."""
        if (one := self._unsent.get(event.key)) is not None:
            self._put(replace(one, progress={**one.progress, event.name: (event.done, event.size)}))
            for index, path in enumerate(one.attachments):
                if PurePath(path).name == event.name:
                    row = bubble_key(self._chat.me, one.key)
                    self._chat.media.uploading(row, index, event.done, event.size)

    def link_changed(self) -> None:
        """What waits is under way now, or is not any more."""
        for conversation in {one.conversation for one in self._unsent.values()}:
            self.changed.emit(conversation)

    def _know(self, unsent: Iterable[Unsent]) -> None:
        for one in unsent:
            if one.key not in self._stored:
                self._put(one)

    def _put(self, one: Unsent) -> None:
        self._unsent[one.key] = one
        self.changed.emit(one.conversation)

    def _on_sent(self, key: bytes) -> None:
        one = self._unsent.get(key)
        self._drop(key)
        if one is not None:
            self.sent.emit(one)

    def _drop(self, key: bytes) -> None:
        self._stored[key] = None
        if len(self._stored) > LATELY_MAX:
            del self._stored[next(iter(self._stored))]
        if (one := self._unsent.pop(key, None)) is not None:
            self._chat.media.uploaded(bubble_key(self._chat.me, key))
            self._chat.link.hold("")
            self.changed.emit(one.conversation)
