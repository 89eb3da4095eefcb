"""What is in no log and not in HOME either: who is present, who is writing, who read how far, how people are shown. Pure;
a part of Following."""

from collections.abc import Callable, Container, Iterable

from hubbub.client import actions as act
from hubbub.client.actions import Action
from hubbub.client.calls import FIRST
from hubbub.client.roster import Change, Roster
from hubbub.client.typists import Typist, Typists
from hubbub.schemas import events, replies, requests
from hubbub.schemas.names import folded

Ask = Callable[[requests.Request, int], None]
Tell = Callable[[Action], None]


class Passing:
    """Asks by `ask(request, urgency)` and tells by `tell(action)`. `me`: my name; what I do is not told to me."""

    def __init__(self, ask: Ask, tell: Tell, *, me: str, online: bool) -> None:
        self._ask, self._tell = ask, tell
        self._me, self._online = folded(me), online
        self._roster = Roster()
        self._typists = Typists()
        self._blocked: set[int] = set()

    @property
    def deadline(self) -> float | None:
        """When tick is wanted."""
        return self._typists.deadline

    def tick(self, now: float) -> None:
        """Time passed."""
        self._stopped(self._typists.faded(now))

    def subscribed(self) -> None:
        """The topics are subscribed to anew: what was passing before was missed."""
        self._roster.relink()
        self._fetch_roster()
        if self._online:
            self._ask(requests.Online(id=0), FIRST)

    def link_lost(self) -> None:
        """Every answer that was awaited will not come."""
        self._roster.relink()
        self._stopped(self._typists.clear())

    # ---------------------------------------------------------------------------------------------------- presence

    def on_pong(self, pong: replies.Pong) -> None:
        """What a lost event would have told."""
        if pong.presence_version != self._roster.version:
            self._fetch_roster()
        if self._online and not pong.online:
            self._ask(requests.Online(id=0), FIRST)

    def on_online_page(self, page: replies.OnlinePage) -> None:
        """A page of those present."""
        if page.next is not None:
            self._ask(requests.OnlineUsers(id=0, after=page.next), FIRST)
        self._announce(self._roster.page(page))

    def on_presence(self, delta: events.Presence) -> None:
        """Who came and went since the version before."""
        change = self._roster.delta(delta)
        self._announce(change)
        if change is None and delta.version > self._roster.version:
            self._fetch_roster()

    def _fetch_roster(self) -> None:
        if self._roster.fetch():
            self._ask(requests.OnlineUsers(id=0), FIRST)

    def _announce(self, change: Change | None) -> None:
        if change is not None and (change.online or change.offline):
            self._tell(act.PresenceSeen(change.online, change.offline))

    # ----------------------------------------------------------------------------------------- writing and reading

    def on_typing(self, now: float, event: events.Typing) -> None:
        """Somebody writes."""
        if event.user not in self._blocked and folded(event.user_name) != self._me:
            typist = self._typists.heard(now, event)
            if typist is not None:
                self._tell(act.TypingSeen(typist, True))

    def on_entry(self, entry: events.AnyEntry) -> None:
        """An entry was handed out: who said it, or went, does not write any more."""
        if isinstance(entry, events.Message):
            self._stop(entry.conversation, entry.sender)
        elif isinstance(entry, events.Member) and entry.change != "joined":
            self._stop(entry.conversation, entry.user)

    def on_receipts(self, event: events.Receipts) -> None:
        """Some have read."""
        others = [one for one in event.read if folded(one.name) != self._me]
        if others:
            self._tell(act.Deliver(events.Receipts(conversation=event.conversation, read=others)))

    def on_person(self, event: events.ProfileChanged | events.AccountDeleted) -> None:
        """Somebody wants to be shown in another way, or is no more."""
        self._tell(act.Deliver(event))

    # -------------------------------------------------------------------------------------------------------- blocks

    def blocks(self, users: Iterable[int]) -> None:
        """All whom I have blocked."""
        self._blocked = set(users)
        for user in self._blocked:
            self._hush(user)

    def block(self, user: int, on: bool) -> None:
        """I blocked a user, or unblocked him."""
        if on:
            self._blocked.add(user)
            self._hush(user)
        else:
            self._blocked.discard(user)

    def keep(self, conversations: Container[int]) -> None:
        """I am in these conversations, and in no others."""
        gone = [one for one in self._typists if one.conversation not in conversations]
        for typist in gone:
            self._stop(typist.conversation, typist.user)

    def _hush(self, user: int) -> None:
        for typist in self._typists:
            if typist.user == user:
                self._stop(typist.conversation, user)

    def _stop(self, conversation: int, user: int) -> None:
        typist = self._typists.stopped(conversation, user)
        self._stopped([typist] if typist is not None else [])

    def _stopped(self, typists: Iterable[Typist]) -> None:
        for typist in typists:
            self._tell(act.TypingSeen(typist, False))
