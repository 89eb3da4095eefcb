"""What a session hands out, made into the events that callers see, in order. Knows no session, socket or event loop."""

from hubbub.client import actions as act
from hubbub.client import events
from hubbub.client.eventqueue import EventQueue
from hubbub.client.knowing import Knowing
from hubbub.client.models import User, liveliest, present_of
from hubbub.client.telling import Delivered, told
from hubbub.schemas import events as wire
from hubbub.schemas.names import folded


class News(Knowing):
    """The part of Link that tells."""

    def __init__(self, consumer: str | None, *, live: bool) -> None:
        super().__init__(consumer, live=live)
        self.queue = EventQueue()
        self.user_id = 0
        self._era = 0
        """The number of Resets so far: a mark of an earlier one has numbers that mean nothing now."""
        self._telling = False
        """Somebody follows the events: how the link fares is among them."""

    def _deliver_all(self, delivered: list[Delivered]) -> None:
        """A run of events; their entries are kept before what comes behind them (which may void them) is looked at."""
        for event in delivered:
            self._deliver(event)
        self._keep_changed()
        self._keeping.entries([event for event in delivered if isinstance(event, wire.Entry)], self.user_id)

    def _deliver(self, event: Delivered) -> None:
        if isinstance(event, wire.Entry):
            before = self.directory.name(event.conversation)
            self._apply(event, self.user_id)
            mark = (self._era, event.conversation, event.seq)
            self.queue.entries(told(event, self.directory, before), mark)
            if isinstance(event, wire.Renamed):
                self._tell_of_names(event.conversation)
            return
        if isinstance(event, wire.Read | wire.Muted | wire.Blocked):
            self._apply(event, self.user_id)
        elif isinstance(event, wire.ProfileChanged):
            self._keeping.shown(event)
        elif isinstance(event, wire.AccountDeleted):
            self._bury(event)
            self._tell_of_names()
        for one in told(event, self.directory):
            self.queue.passing(one)

    def _on_home(self, action: act.HomeRead) -> None:
        names = {number: self.directory.name(number) for number in self.directory.numbers()}
        gone = self._know(action.conversations, action.version, complete=action.complete)
        self._block(action.blocked, action.version)
        for number in gone:
            self.queue.put(events.ConversationRemoved(conversation=names[number]))
        self._tell_of_names()
        for number in action.added:
            row = self.directory.row(number)
            self.queue.put(events.ConversationAdded(conversation=self.conversation(row)))
        if action.complete and self._telling:
            self._tell_of_home()

    def _tell_of_names(self, told: int = 0) -> None:
        """Of conversations that are called otherwise, but for the one of which another event tells."""
        for number, before in self.directory.take_renamed().items():
            if number != told:
                name = self.directory.name(number)
                self.queue.put(events.NameChanged(conversation=name, before=before))

    def _tell_of_home(self) -> None:
        rows = [self.directory.row(number) for number in self.directory.numbers()]
        conversations = [self.conversation(row) for row in liveliest(rows)]
        blocked = sorted(self.directory.blocked.values(), key=folded)
        self.queue.passing(events.HomeRefreshed(conversations=conversations, blocked=blocked))

    def _on_presence(self, action: act.PresenceSeen) -> None:
        online = [present_of(who) for who in action.online]
        offline = [User(name=who.name, bot=who.bot) for who in action.offline]
        self.queue.passing(events.PresenceChanged(online=online, offline=offline))

    def _on_typing(self, action: act.TypingSeen) -> None:
        who = action.typist
        name = self.directory.name(who.conversation)
        event = events.TypingChanged(conversation=name, user=who.name, typing=action.on)
        if action.on:
            self.queue.passing(event)
        else:  # or somebody would be writing for ever
            self.queue.put(event)

    def _on_skip(self, action: act.Skip) -> None:
        name = self.directory.name(action.conversation)
        gap = events.Skipped(conversation=name, after=action.after, before=action.before)
        self.queue.put(gap)

    def _tell_of_link(self, event: events.Event) -> None:
        """Never dropped, or somebody would believe for ever that the link is up."""
        if self._telling:
            self.queue.put(event)
