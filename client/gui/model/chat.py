"""An account that is open: its parts, and which of them an event concerns. Pure."""

from collections.abc import Callable, MutableMapping
from datetime import datetime
from typing import Any, Final

from hubbub.client import HubbubError, events
from hubbub.client.gui.bridge import Bridge
from hubbub.client.gui.desk import Desk, Home
from hubbub.client.gui.model.composer import Composer
from hubbub.client.gui.model.conversations import Conversations
from hubbub.client.gui.model.link import Link
from hubbub.client.gui.model.outgoing import Outgoing
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
        self.outgoing: Final = Outgoing(self)
        self.drafts: MutableMapping[str, str] = {}
        """What was written and not sent, by conversation."""
        self.composer: Composer | None = None
        """Of the conversation that is open."""
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
            self._close_open()
        self.timeline = Timeline(self, name)
        self.composer = Composer(self, name)
        self.opened.emit()

    def leave_open(self) -> None:
        """Show no conversation: back to the list, in a narrow window."""
        if self.timeline is not None:
            self._close_open()
            self.opened.emit()

    def _close_open(self) -> None:
        for part in (self.timeline, self.composer):
            if part is not None:
                part.close()
        self.timeline = self.composer = None

    def complain(self, error: HubbubError) -> None:
        """What somebody wanted could not be done."""
        self.said.emit(str(error))

    def _read_home(self) -> None:
        self.bridge.run(self.desk.home, self._on_home, self.complain)

    def _on_home(self, home: Home) -> None:
        self.link.up()
        self.people.know(home.users)
        self.conversations.know(home.conversations)
        self.outgoing.know(home.waiting)

    def _on_event(self, event: events.Event) -> None:
        if (handler := _HANDLERS.get(type(event))) is not None:
            handler(self, event)
        if self.timeline is not None:
            self.timeline.on_event(event)

    def _on_end(self, error: HubbubError | None) -> None:
        if error is not None:
            self.link.stopped(str(error))

    def _on_message(self, event: events.MessageReceived) -> None:
        self.outgoing.on_message(event.message)
        self.conversations.on_message(event.message)

    def _on_connected(self, _: events.Connected) -> None:
        self.link.up()

    def _on_disconnected(self, event: events.Disconnected) -> None:
        self.link.down(event.reason)


_HANDLERS: Final[dict[type[events.Event], Callable[[Chat, Any], None]]] = {
    events.MessageReceived: Chat._on_message,
    events.Connected: Chat._on_connected,
    events.Disconnected: Chat._on_disconnected,
    events.SendDone: lambda chat, event: chat.outgoing.on_done(event),
    events.SendFailed: lambda chat, event: chat.outgoing.on_failed(event),
    events.SendProgress: lambda chat, event: chat.outgoing.on_progress(event),
    events.PresenceChanged: lambda chat, event: chat.people.on_presence(event),
    events.ProfileChanged: lambda chat, event: chat.people.on_profile(event),
    events.ConversationAdded: lambda chat, event: chat.conversations.on_added(event),
    events.ConversationRemoved: lambda chat, event: chat.conversations.on_removed(event),
    events.ReadMarked: lambda chat, event: chat.conversations.on_read(event),
}
