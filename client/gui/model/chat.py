"""An account that is open: its parts, and which of them an event concerns. Pure."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from hubbub.client import HubbubError, events
from hubbub.client.gui.bridge import Bridge
from hubbub.client.gui.desk import Desk, Home
from hubbub.client.gui.model.conversations import Conversations
from hubbub.client.gui.model.link import Link
from hubbub.client.gui.model.people import People
from hubbub.client.gui.model.signal import Signal
from hubbub.client.gui.model.timeline import Timeline


class Chat:
    """What a person who is logged in sees and does."""

    def __init__(self, bridge: Bridge, desk: Desk, now: Callable[[], datetime]) -> None:
        self.me: Final = desk.client.user
        self.desk: Final = desk
        self.bridge: Final = bridge
        self.now: Final = now
        self.link: Final = Link()
        self.people: Final = People(self.me)
        self.conversations: Final = Conversations(self.me)
        self.timeline: Timeline | None = None
        """Of the conversation that is open; None: none is."""
        self.opened = Signal[()]()
        """Another conversation is open now, or none."""
        self.said = Signal[str]()
        """Something to tell the person in passing: what went wrong, and what to do."""
        bridge.follow(desk.client.events, self._on_event, self._on_end)
        self._read_home()

    def open(self, name: str) -> None:
        """Show a conversation: "@bob", "#team"; one with whom nothing was ever said may be opened too."""
        if self.timeline is not None:
            if self.timeline.name == name:
                return
            self.timeline.close()
        self.timeline = Timeline(self, name)
        self.opened.emit()

    def leave_open(self) -> None:
        """Show no conversation: back to the list, in a narrow window."""
        if self.timeline is not None:
            self.timeline.close()
            self.timeline = None
            self.opened.emit()

    def complain(self, error: HubbubError) -> None:
        """What somebody wanted could not be done."""
        self.said.emit(str(error))

    def _read_home(self) -> None:
        self.bridge.run(self.desk.home, self._on_home, self.complain)

    def _on_home(self, home: Home) -> None:
        self.link.up()
        self.people.know(home.users)
        self.conversations.know(home.conversations)

    def _on_event(self, event: events.Event) -> None:
        if (handler := _HANDLERS.get(type(event))) is not None:
            handler(self, event)
        if self.timeline is not None:
            self.timeline.on_event(event)

    def _on_end(self, error: HubbubError | None) -> None:
        if error is not None:
            self.link.stopped(str(error))

    def _on_message(self, event: events.MessageReceived) -> None:
        self.conversations.on_message(event.message)

    def _on_connected(self, _: events.Connected) -> None:
        self.link.up()

    def _on_disconnected(self, event: events.Disconnected) -> None:
        self.link.down(event.reason)


_HANDLERS: Final[dict[type[events.Event], Callable[[Chat, Any], None]]] = {
    events.MessageReceived: Chat._on_message,
    events.Connected: Chat._on_connected,
    events.Disconnected: Chat._on_disconnected,
    events.PresenceChanged: lambda chat, event: chat.people.on_presence(event),
    events.ProfileChanged: lambda chat, event: chat.people.on_profile(event),
    events.ConversationAdded: lambda chat, event: chat.conversations.on_added(event),
    events.ConversationRemoved: lambda chat, event: chat.conversations.on_removed(event),
    events.ReadMarked: lambda chat, event: chat.conversations.on_read(event),
}
