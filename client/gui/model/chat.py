"""An account that is open: its parts, and which of them an event concerns. Pure."""

from collections.abc import Callable, MutableMapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

from hubbub.client import HubbubError, events
from hubbub.client.gui.bridge import Bridge
from hubbub.client.gui.desk import Desk, Home, Known
from hubbub.client.gui.model.acting import Acting
from hubbub.client.gui.model.alerts import Alerts
from hubbub.client.gui.model.composer import Aside, Composer, without
from hubbub.client.gui.model.conversations import Conversations
from hubbub.client.gui.model.finding import Finding
from hubbub.client.gui.model.groups import Groups, Room
from hubbub.client.gui.model.link import Link
from hubbub.client.gui.model.media import Media
from hubbub.client.gui.model.mine import Mine
from hubbub.client.gui.model.outgoing import Outgoing
from hubbub.client.gui.model.pasting import Pasting
from hubbub.client.gui.model.people import People
from hubbub.client.gui.model.reading import Markers
from hubbub.client.gui.model.search import Search
from hubbub.client.gui.model.signal import Signal
from hubbub.client.gui.model.timeline import Timeline
from hubbub.client.gui.settings import Settings


class Chat:
    """What a person who is logged in sees and does."""

    def __init__(self, bridge: Bridge, desk: Desk, now: Callable[[], datetime]) -> None:
        self.me: Final = desk.client.user
        self.desk: Final = desk
        self.bridge: Final = bridge
        self.now: Final = now
        self.link: Final = Link()
        self.acting: Final = Acting(self)
        self.people: Final = People(self.me)
        self.mine: Final = Mine(self)
        self.conversations: Final = Conversations(self.me)
        self.media: Final = Media(bridge, desk.media)
        self.groups: Final = Groups(self)
        self.finding: Final = Finding(self)
        self.outgoing: Final = Outgoing(self)
        self.pasting: Final = Pasting(self)
        self.drafts: MutableMapping[str, str] = {}
        """What was written and not sent, by conversation."""
        self.asides: Final[dict[str, Aside]] = {}
        """The same of answers and files, which a restart forgets."""
        self.settings: Settings | None = None
        """What the window remembers, where it does."""
        self.composer: Composer | None = None
        """Of the conversation that is open."""
        self.timeline: Timeline | None = None
        """Of the conversation that is open; None: none is."""
        self.room: Room | None = None
        """Of the group that is open."""
        self.opened = Signal[()]()
        """Another conversation is open now, or none."""
        self.ended = Signal[HubbubError]()
        """For good: the session is over, or another server answers."""
        self.person_wanted = Signal[str]()
        """Somebody's card is to be shown."""
        self.invite_wanted = Signal[()]()
        """People are to be chosen for the group that is open."""
        self.said = Signal[str]()
        """Something to tell the person in passing: what went wrong, and what to do."""
        self.offered = Signal[str, str, Callable[[], object]]()
        """Something was done that can be taken back: what, the word for taking it back, and what does so."""
        self.search: Final = Search(self)
        self.alerts: Final = Alerts(self)
        self._markers = Markers(self)
        self._reading_home = self._home_doubtful = False
        self._happened: list[events.Event] = []
        """Since home() was asked, in no log: its answer may have it or not."""
        self.conversations.doubtful.connect(self._read_home)
        self.conversations.removed.connect(self._on_removed)
        self.conversations.renamed.connect(self._on_renamed)
        self.link.changed.connect(self._on_link)
        if desk.client.connected:  # else events tell
            self.link.up()
        bridge.follow(desk.client.events, self._on_event, self._on_end)
        bridge.run(desk.known, self._on_known, self.complain)
        self._read_home()

    def open(self, name: str) -> None:
        """Show a conversation: "@bob", "#team"; one with whom nothing was ever said may be opened too."""
        if self.timeline is not None:
            if self.timeline.name == name:
                return
            self._close_open()
        self.timeline = Timeline(self, name)
        self.composer = Composer(self, name)
        self.room = Room(self, name) if name.startswith("#") else None
        self.opened.emit()

    def show(self, name: str, seq: int) -> None:
        """Open a conversation at a message."""
        self.open(name)
        if self.timeline is not None:
            self.timeline.jump(seq)

    def read(self, name: str, seq: int) -> None:
        """I have seen the messages of a conversation up to this one."""
        row = self.conversations.get(name)
        if row is None or seq > row.read:
            here = self.timeline is not None and self.timeline.name == name
            self.conversations.read(name, seq, self.timeline.messages if here and self.timeline else ())
            self._markers.mark(name, seq)

    def mute(self, name: str, until: timedelta | None) -> None:
        """Do not be disturbed by a conversation for so long; None: for ever."""
        self.acting.run(partial(self.desk.client.mute, name, until))

    def unmute(self, name: str) -> None:
        """Be disturbed again."""
        self.acting.run(partial(self.desk.client.unmute, name))

    def block(self, user: str, on: bool) -> None:
        """Take no messages of somebody, or take them again."""
        act = self.desk.client.block if on else self.desk.client.unblock
        self.acting.run(partial(act, user))

    def leave_open(self) -> None:
        """Show no conversation: back to the list, in a narrow window."""
        if self.timeline is not None:
            self._close_open()
            self.opened.emit()

    def _close_open(self) -> None:
        for part in (self.timeline, self.composer):
            if part is not None:
                part.close()
        self.timeline = self.composer = self.room = None

    def complain(self, error: HubbubError) -> None:
        """What somebody wanted could not be done."""
        self.said.emit(str(error))

    def try_now(self) -> None:
        """Do not wait for the next try to reach the server."""
        self.bridge.run(self.desk.client.try_now)

    def _read_home(self) -> None:
        """One at a time; what becomes doubtful meanwhile is asked behind it."""
        if self._reading_home:
            self._home_doubtful = True
            return
        self._reading_home, self._home_doubtful = True, False
        self._happened.clear()
        self.conversations.ask()
        self.bridge.run(self.desk.home, self._on_home, self._on_no_home)

    def _on_known(self, known: Known) -> None:
        """What this device remembers stands in until the server says how it is."""
        self.outgoing.know(known.waiting)
        self.pasting.sweep()
        if not self.conversations.known and known.conversations:
            self.people.know(known.users)
            self.conversations.know(known.conversations)

    def _on_home(self, home: Home) -> None:
        self.people.know(home.users, home.blocked, complete=True)
        self.mine.know(home.mine)
        self.conversations.answer(home.conversations)
        self.outgoing.know(home.waiting)
        self.alerts.knows(home.conversations)
        for event in self._happened:
            _HANDLERS[type(event)](self, event)
        self._bring_home()
        self._home_read()

    def _on_refreshed(self, event: events.HomeRefreshed) -> None:
        """An event that is in no log was lost."""
        self.people.know((), event.blocked)
        self.conversations.know(event.conversations)
        self._bring_home()
        self._ask_mine()

    def _bring_home(self) -> None:
        """What I did elsewhere shows in the conversation that is open too."""
        if self.timeline is not None:
            row = self.conversations.get(self.timeline.name)
            self.timeline.history.on_home(row.read if row is not None else 0, self.people.blocked)

    def _on_no_home(self, error: HubbubError) -> None:
        self.complain(error)
        self._home_read()

    def _home_read(self) -> None:
        self._reading_home = False
        if self._home_doubtful:
            self._read_home()

    def _on_event(self, event: events.Event) -> None:
        handler = _HANDLERS.get(type(event), _nothing)
        if self._reading_home and isinstance(event, _OF_NO_LOG):
            self._happened.append(event)
        if isinstance(event, _OF_THE_LINK):
            handler(self, event)
        if (
            self.timeline is not None
        ):  # before what waits is taken away: a message must not be gone between the two
            self.timeline.on_event(event)
        if not isinstance(event, _OF_THE_LINK):
            handler(self, event)
        if self.room is not None:
            self.room.on_event(event)
        self.alerts.on_event(event)

    def _on_end(self, error: HubbubError | None) -> None:
        if error is not None:
            self.link.stopped(str(error))
            self.ended.emit(error)

    def _on_message(self, event: events.MessageReceived) -> None:
        self.people.meet(event.message.sender, bot=event.message.bot)
        self.outgoing.on_message(event.message)
        self.conversations.on_message(event.message)

    def _on_joined(self, event: events.MemberJoined) -> None:
        self.people.meet(event.user)
        self.conversations.on_entry(event)

    def _on_connected(self, _: events.Connected) -> None:
        self.link.up()
        self.media.try_again()
        self._read_home()

    def _on_reset(self, _: events.HistoryReset) -> None:
        self.conversations.reset()
        self._home_doubtful = True  # what is being read now may be of the store before
        self._read_home()

    def _on_profile(self, event: events.ProfileChanged) -> None:
        self.people.on_profile(event)
        self.mine.on_profile(event)
        if event.user == self.me:  # there is more of mine than others are told
            self._ask_mine()

    def _ask_mine(self) -> None:
        """Another device may have changed it."""
        self.bridge.run(partial(self.desk.client.profile, self.me), self.mine.know, lambda _: None)

    def _on_removed(self, name: str) -> None:
        if self.timeline is not None and self.timeline.name == name:
            self.leave_open()
            self.said.emit(f"You are not in {name} any more.")

    def _on_deleted(self, event: events.MessageDeleted) -> None:
        self.conversations.on_entry(event)
        if (aside := self.asides.get(event.conversation)) is not None:
            self.asides[event.conversation] = without(aside, event.target)
        if self.composer is not None and self.composer.conversation == event.conversation:
            self.composer.on_deleted(event.target)

    def _on_renamed(self, before: str, name: str) -> None:
        self.outgoing.on_renamed(before, name)
        if (draft := self.drafts.pop(before, None)) is not None:
            self.drafts[name] = draft
        if (aside := self.asides.pop(before, None)) is not None:
            self.asides[name] = aside
        if self.composer is not None:
            self.composer.on_renamed(before, name)
        if self.timeline is not None:
            self.timeline.history.on_renamed(before, name)
        if self.room is not None:
            self.room.on_renamed(before, name)

    def _on_disconnected(self, event: events.Disconnected) -> None:
        self.link.down(event.reason, self.now() + timedelta(seconds=event.next_try))

    def _on_link(self) -> None:
        self.acting.link_changed()
        self.outgoing.link_changed()
        if self.link.away:
            self.people.lose_sight(self.now())


def _nothing(_: Chat, __: events.Event) -> None:
    """Of an event that concerns no part."""


_OF_THE_LINK: Final = events.Connecting | events.Connected | events.Disconnected
_OF_NO_LOG: Final = (
    events.PresenceChanged
    | events.ProfileChanged
    | events.AccountDeleted
    | events.BlockChanged
    | events.StatusChanged
    | events.MuteChanged
    | events.ReadMarked
)
_HANDLERS: Final[dict[type[events.Event], Callable[[Chat, Any], None]]] = {
    events.MessageReceived: Chat._on_message,
    events.Connected: Chat._on_connected,
    events.Connecting: lambda chat, _: chat.link.trying(),
    events.Disconnected: Chat._on_disconnected,
    events.SendDelayed: lambda chat, event: chat.outgoing.on_delayed(event),
    events.SendDone: lambda chat, event: chat.outgoing.on_done(event),
    events.SendFailed: lambda chat, event: chat.outgoing.on_failed(event),
    events.SendProgress: lambda chat, event: chat.outgoing.on_progress(event),
    events.HistoryReset: Chat._on_reset,
    events.PresenceChanged: lambda chat, event: chat.people.on_presence(event, chat.now()),
    events.HomeRefreshed: Chat._on_refreshed,
    events.ProfileChanged: Chat._on_profile,
    events.AccountDeleted: lambda chat, event: chat.people.on_deleted(event.user),
    events.BlockChanged: lambda chat, event: chat.people.on_block(event),
    events.StatusChanged: lambda chat, event: chat.mine.on_status(event),
    events.ConversationAdded: lambda chat, event: chat.conversations.on_added(event, chat.now()),
    events.ConversationRemoved: lambda chat, event: chat.conversations.on_removed(event),
    events.GroupRenamed: lambda chat, event: chat.conversations.on_renamed(event),
    events.NameChanged: lambda chat, event: chat.conversations.on_name(event),
    events.ReadMarked: lambda chat, event: chat.conversations.on_read(event),
    events.MuteChanged: lambda chat, event: chat.conversations.on_mute(event),
    events.TypingChanged: lambda chat, event: chat.conversations.on_typing(event),
    **dict.fromkeys(
        (
            *(events.MemberChanged, events.RoleChanged, events.TopicChanged, events.VisibilityChanged),
            *(events.MessageEdited, events.ReactionChanged, events.PinChanged),
        ),
        lambda chat, event: chat.conversations.on_entry(event),
    ),
    events.MemberJoined: Chat._on_joined,
    events.MessageDeleted: Chat._on_deleted,
}
