"""Following what happens: HOME, the conversations' logs, read markers, mutes, blocks. Pure; the half of the session behind
a confirmed subscription.

It asks by `ask(request)` and tells by `tell(action)`; what concerns the link itself comes back as a Verdict.
"""

from collections.abc import Mapping
from enum import Enum, auto
from typing import Final

from hubbub.client import actions as act
from hubbub.client.calls import FIRST, LAST
from hubbub.client.cursors import Hook, Logs
from hubbub.client.homing import Found, Homing, VersionEvent
from hubbub.client.passing import Ask, Passing, Tell
from hubbub.schemas import events, replies, requests

SYNCS_MAX: Final = 8
"""SYNC requests at a time, so that catching up leaves room for callers."""


class Verdict(Enum):
    """What the link has to do now."""

    FINE = auto()
    PRESENT = auto()
    """Present the token again: there are conversations whose topics are not subscribed to."""
    SUSPECT = auto()
    """An entry was lost: there may be more, and the last one leaves no gap."""
    REWIND = auto()
    """A cursor is above the head, or what was seen before is not there yet: this is an older copy of the store, though it has the same
    epoch."""


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
        me: str,
    ) -> None:
        self._ask, self._tell = ask, tell
        self._logs = Logs(cursors, replay=replay, window=window)
        self._homing = Homing()
        self.passing = Passing(ask, tell, me=me, online=online)
        self._skip = skip
        self._syncs = 0
        self.confirmed = False
        """The subscription is in force."""
        self.complete = False
        """HOME was read whole since then."""
        self.position = 0
        """Every head of mine is known up to this commit of the store."""
        self._seen = 0
        """The latest commit that was seen over the links of before: a HOME of an earlier one is of an older copy of the store."""

    def remember(self, cursors: Mapping[int, int]) -> None:
        """Saved cursors, before anything was seen."""
        self._logs.remember(cursors)

    # ----------------------------------------------------------------------------------------------- subscription

    def on_confirmed(self, home_version: int) -> None:
        """The broker applied the topics that the user had at this version: now HOME, then what is behind."""
        if not self.confirmed:
            self.confirmed = True
            self.passing.subscribed()
        self._read_home(self._homing.confirmed(home_version))

    def feed_lost(self) -> None:
        """The topics are gone. What was asked by request goes on."""
        self.confirmed = False
        self._homing.refreshing = False

    def link_lost(self) -> None:
        """Every answer that was awaited will not come."""
        self.confirmed = self.complete = False
        self._seen = max(self._seen, self.position, self._logs.position)
        self._syncs = 0
        self._logs.relink()
        self._homing.relink()
        self.passing.link_lost()

    def clear(self) -> None:
        """The store is another one."""
        self._logs.clear()
        self._homing.relink()
        self.position = self._seen = 0

    # ----------------------------------------------------------------------------------------------------- events

    def on_event(self, now: float, event: events.AnyEvent) -> Verdict:
        """Anything that is published but Confirmed."""
        if isinstance(event, VersionEvent):
            return self._on_version(event)
        if isinstance(event, events.Presence):
            self.passing.on_presence(event)
        elif isinstance(event, events.ProfileChanged | events.AccountDeleted):
            self.passing.on_person(event)
        elif isinstance(event, events.Typing | events.Receipts):
            if event.conversation in self._logs:
                self._on_passing(now, event)
        elif isinstance(event, events.Entry) and self._on_entry(event):
            return Verdict.SUSPECT
        return Verdict.FINE

    def _on_passing(self, now: float, event: events.Typing | events.Receipts) -> None:
        if isinstance(event, events.Typing):
            self.passing.on_typing(now, event)
        else:
            self.passing.on_receipts(event)

    def on_answer(self, request: requests.Request, reply: replies.Reply, epoch: bytes) -> Verdict:
        """The answer to what was asked here. `epoch`: of the store that gave it."""
        if isinstance(reply, replies.HomePage):
            return self._on_home(reply, epoch)
        if isinstance(reply, replies.Synced) and isinstance(request, requests.Sync):
            return self._on_synced(request, reply, epoch)
        if isinstance(reply, replies.OnlinePage):
            self.passing.on_online_page(reply)
        return Verdict.FINE

    # ------------------------------------------------------------------------------------------------------- logs

    def _on_entry(self, entry: events.AnyEntry) -> bool:
        """Handed out if it is the next one. True: one before it was lost."""
        if self._logs.take(entry):
            self._tell(act.Deliver(entry))
            self.passing.on_entry(entry)
            return False
        return self._logs.behind(entry)

    def handled(self, conversation: int, seq: int) -> bool:
        """The consumer is done: True if its cursor moved."""
        return self._logs.handled(conversation, seq)

    def delivered(self) -> dict[int, int]:
        """Conversation -> the seq of the last entry that was handed out."""
        return self._logs.delivered()

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

    def _on_synced(self, request: requests.Sync, reply: replies.Synced, epoch: bytes) -> Verdict:
        """A page of a log."""
        self._syncs -= 1
        if reply.head < request.after:
            return Verdict.REWIND
        if reply.after > request.after and self._logs.begin(request.conversation, reply.after):
            self._tell(act.SaveCursors(epoch, [(request.conversation, reply.after)]))
        for entry in reply.entries:
            if isinstance(entry, events.Message):
                entry.reactions, entry.pinned = [], False  # entries behind it tell of these
            self._on_entry(entry)
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

    def _on_home(self, page: replies.HomePage, epoch: bytes) -> Verdict:
        """A page of HOME; with the last one the conversations are placed."""
        found = self._homing.page(page)
        if isinstance(found, requests.Home):
            self._read_home(found)
            return Verdict.FINE
        above = (self._logs.above(row.conversation, row.head, found.position) for row in found.rows)
        if found.position < self._seen or any(above):
            return Verdict.REWIND
        self._place(found, epoch)
        if found.complete:
            self.position = max(self.position, found.position)
            self.complete = True
        verdicts = [self._version(event) for event in self._homing.late()]
        self._read_home(self._homing.next())
        return Verdict.PRESENT if Verdict.PRESENT in verdicts else Verdict.FINE

    def _place(self, found: Found, epoch: bytes) -> None:
        fresh = self._logs.fresh
        sights = {
            row.conversation: self._logs.seen(row.conversation, row.head, row.joined, row.visible)
            for row in found.rows
        }
        added = [conversation for conversation, sight in sights.items() if sight == "added"]
        if found.complete:
            self._logs.keep(sights)
            self.passing.keep(sights)
        self.passing.blocks(who.user for who in found.blocked)
        self._tell(
            act.HomeRead(found.rows, found.complete, [] if fresh else added, found.blocked, found.version)
        )
        cursors = [pair for pair in self._logs.cursors() if sights.get(pair[0], "known") != "known"]
        if cursors:
            self._tell(act.SaveCursors(epoch, cursors))

    def _on_version(self, event: VersionEvent) -> Verdict:
        """Something of the user's that is in no log."""
        if isinstance(event, events.Read):  # never moves back, so that its order does not matter
            self._tell(act.Deliver(event))
        return self._version(event)

    def _version(self, event: VersionEvent) -> Verdict:
        changed = self._homing.event(event)
        if isinstance(event, events.Muted | events.Blocked | events.OwnStatus) and changed in (
            "known",
            "stale",
        ):
            if isinstance(event, events.Blocked):
                self.passing.block(event.user, event.on)
            self._tell(act.Deliver(event))
        if changed == "stale":
            self._homing.refreshing = False  # the confirmation then leads to a whole HOME
        return Verdict.PRESENT if changed in ("new", "stale") else Verdict.FINE

    # ------------------------------------------------------------------------------------------------------- ping

    def on_pong(self, pong: replies.Pong) -> Verdict:
        """What a lost event would have told."""
        if not (self.confirmed and self.complete):
            return Verdict.FINE
        known = all(conversation in self._logs for conversation, _ in pong.changed)
        for conversation, head in pong.changed:
            if conversation in self._logs:
                self._logs.heard(conversation, head)
        self.passing.on_pong(pong)
        if known and not pong.reset and pong.home_version == self._homing.version:
            self.position = max(self.position, pong.position)
            return Verdict.FINE
        self._homing.refreshing = False
        return Verdict.PRESENT
