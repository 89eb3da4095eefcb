"""The messages of the conversation that is open: a window over its log. Pure."""

from functools import partial
from typing import TYPE_CHECKING, Final

from hubbub.client import Message, events
from hubbub.client.gui.desk import Page
from hubbub.client.gui.model.signal import Signal

if TYPE_CHECKING:
    from hubbub.client.gui.model.chat import Chat


class Timeline:
    """A run of messages without a gap, and what may be done with them."""

    def __init__(self, chat: "Chat", name: str) -> None:
        self.name: Final = name
        self.chat: Final = chat
        self.messages: list[Message] = []
        """The oldest first."""
        self.changed = Signal[()]()
        self._calls = [chat.bridge.run(partial(chat.desk.newest, name), self._on_newest, chat.complain)]

    def close(self) -> None:
        """It is not shown any more."""
        for call in self._calls:
            call.cancel()

    def on_event(self, event: events.Event) -> None:
        """Something happened, here or elsewhere."""
        if isinstance(event, events.MessageReceived) and event.message.conversation == self.name:
            self._on_message(event.message)

    def _on_message(self, message: Message) -> None:
        if not self.messages or message.seq > self.messages[-1].seq:
            self.messages.append(message)
            self.changed.emit()

    def send(self, text: str) -> None:
        """Say something."""
        self.chat.bridge.run(partial(self.chat.desk.client.send, self.name, text), None, self.chat.complain)

    def _on_newest(self, page: Page) -> None:
        self.messages = list(page.messages)
        self.changed.emit()
