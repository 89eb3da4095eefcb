"""Following what happens: HOME, the conversations' logs, read markers, presence. Pure; the half of the session behind a
confirmed subscription.

It asks by `ask(request)` and tells by `tell(action)`; what concerns the link itself comes back as a Verdict.
"""

from collections.abc import Callable, Mapping
from enum import Enum, auto
from typing import Final

from hubbub.client import actions as act
from hubbub.client.actions import Action
from hubbub.client.calls import FIRST, LAST
from hubbub.client.cursors import Hook, Logs
from hubbub.client.homing import Homing
from hubbub.client.roster import Change, Roster
from hubbub.schemas import events, replies, requests

SYNCS_MAX: Final = 8
"""SYNC requests at a time, so that catching up leaves room for callers."""

Ask = Callable[[requests.Request, int], None]
Tell = Callable[[Action], None]


class Verdict(Enum):
    """What the link has to do now."""

    FINE = auto()
    PRESENT = auto()
    """Present the token again: there are conversations whose topics are not subscribed to."""
    REWIND = auto()
    """A cursor is above the head: this is an older copy of the store, though it has the same epoch."""


class Following:
    """What one consumer of a session knows, and what it lacks."""

    def __init__(
        self,
        ask: Ask,
        tell: Tell,
        *,
        cursors: Mapping[int, int],
        replay: bool,
        window: int,
        skip: Hook | None,
        online: bool,
    ) -> None:
        self._ask, self._tell = ask, tell
        self._logs = Logs(cursors, replay=replay, window=window)
        self._homing = Homing()
        self._roster = Roster()
        self._skip, self._online = skip, online
        self._syncs = 0
        self.confirmed = False
        """The subscription is in force."""
        self.complete = False
        """HOME was read whole since then."""
        self.position = 0
        """Every head of mine is known up to this commit of the store."""

    def remember(self, cursors: Mapping[int, int]) -> None:
        """Saved cursors, before anything was seen."""
        self._logs.remember(cursors)

    # ----------------------------------------------------------------------------------------------- subscription

    def on_confirmed(self) -> None:
        """The broker applied the topics: now HOME, then what is behind."""
        if not self.confirmed:
            self.confirmed = True
            self._roster.relink()
            self._fetch_roster()
            if self._online:
                self._ask(requests.Online(id=0), FIRST)
        self._read_home(self._homing.confirmed())

    def feed_lost(self) -> None:
        """The topics are gone. What was asked by request goes on."""
        self.confirmed = False
        self._homing.refreshing = False

    def link_lost(self) -> None:
        """Every answer that was awaited will not come."""
        self.confirmed = self.complete = False
        self._syncs = 0
        self._logs.relink()
        self._homing.relink()
        self._roster.relink()

    def clear(self) -> None:
        """The store is another one."""
        self._logs.clear()
        self._homing.relink()
        self.position = 0

    # ------------------------------------------------------------------------------------------------------- logs

    def on_entry(self, entry: events.AnyEntry) -> bool:
        """A live entry: handed out if it is the next one. True: one before it was lost."""
        if self._logs.take(entry):
            self._tell(act.Deliver(entry))
            return False
        return self._logs.behind(entry)

    def handled(self, conversation: int, seq: int) -> bool:
        """The consumer is done: True if its cursor moved."""
        return self._logs.handled(conversation, seq)

    def catch_up(self, epoch: bytes) -> None:
        """Ask for what is missing, a few conversations at a time."""
        if self._syncs >= SYNCS_MAX or not self.confirmed:
            return
        for conversation, last in self._logs.wanted(SYNCS_MAX - self._syncs):
            after = last
            if self._skip is not None and (gap := self._logs.jump(conversation, self._skip)):
                after = gap[1] - 1
                self._tell(act.Skip(conversation, *gap))
                self._tell(act.SaveCursors(epoch, [(conversation, after)]))
            self._syncs += 1
            self._ask(requests.Sync(id=0, conversation=conversation, after=after), LAST)

    def on_synced(self, request: requests.Sync, reply: replies.Synced) -> Verdict:
        """A page of a log."""
        self._syncs -= 1
        if reply.head < request.after:
            return Verdict.REWIND
        for entry in reply.entries:
            self.on_entry(entry)
        self._logs.synced(request.conversation, reply.head)
        return Verdict.FINE

    def sync_refused(self, request: requests.Sync) -> None:
        """The conversation is not mine any more."""
        self._syncs -= 1
        self._logs.forget(request.conversation)
        self._read_home(self._homing.full())

    # ------------------------------------------------------------------------------------------------------- home

    def _read_home(self, request: requests.Home | None) -> None:
        if request is not None:
            self._ask(request, FIRST)

    def on_home(self, page: replies.HomePage, epoch: bytes) -> Verdict:
        """A page of HOME; with the last one the conversations are placed."""
        found = self._homing.page(page)
        if isinstance(found, requests.Home):
            self._read_home(found)
            return Verdict.FINE
        if any(self._logs.above(row.conversation, row.head, page.position) for row in found.rows):
            return Verdict.REWIND
        self._place(found.rows, found.complete, epoch)
        if found.complete:
            self.position = max(self.position, found.position)
            self.complete = True
        verdicts = [self._version(event) for event in self._homing.late()]
        self._read_home(self._homing.next())
        return Verdict.PRESENT if Verdict.PRESENT in verdicts else Verdict.FINE

    def _place(self, rows: list[replies.Conversation], complete: bool, epoch: bytes) -> None:
        fresh = self._logs.fresh
        added = [row.conversation for row in rows if self._logs.seen(row.conversation, row.head, row.joined)]
        if complete:
            self._logs.keep(row.conversation for row in rows)
        self._tell(act.HomeRead(rows, complete, [] if fresh else added))
        if added:
            wanted = set(added)
            cursors = [pair for pair in self._logs.cursors() if pair[0] in wanted]
            self._tell(act.SaveCursors(epoch, cursors))

    def on_home_event(self, event: events.HomeChanged | events.Read) -> Verdict:
        """Something of the user's that is in no log."""
        if isinstance(event, events.Read):
            self._tell(act.Deliver(event))
        return self._version(event)

    def _version(self, event: events.HomeChanged | events.Read) -> Verdict:
        changed = self._homing.event(event)
        if changed == "stale":
            self._homing.refreshing = False  # the confirmation then leads to a whole HOME
        return Verdict.PRESENT if changed in ("new", "stale") else Verdict.FINE

    # ------------------------------------------------------------------------------------------- ping and presence

    def on_pong(self, pong: replies.Pong) -> Verdict:
        """What a lost event would have told."""
        if not (self.confirmed and self.complete):
            return Verdict.FINE
        known = all(conversation in self._logs for conversation, _ in pong.changed)
        for conversation, head in pong.changed:
            if conversation in self._logs:
                self._logs.heard(conversation, head)
        if pong.presence_version != self._roster.version:
            self._fetch_roster()
        if self._online and not pong.online:
            self._ask(requests.Online(id=0), FIRST)
        if known and not pong.reset and pong.home_version == self._homing.version:
            self.position = max(self.position, pong.position)
            return Verdict.FINE
        self._homing.refreshing = False
        return Verdict.PRESENT

    def _fetch_roster(self) -> None:
        if self._roster.fetch():
            self._ask(requests.OnlineUsers(id=0), FIRST)

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

    def _announce(self, change: Change | None) -> None:
        if change is not None and (change.online or change.offline):
            self._tell(act.PresenceSeen(change.online, change.offline))
