"""The consumer of a device: it checks every action and event that it is given against what the store says."""

from collections import deque
from typing import Any

from hubbub.client import actions as act
from hubbub.schemas import events, replies
from tests.helpers.link_truth import USERS, Truth, agree
from tests.helpers.link_view import View


class Consumer:
    """Of one run of a program, which began with these saved cursors."""

    def __init__(self, user: str, cursors: dict[int, int], *, replay: bool) -> None:
        self.user, self._replay = user, replay
        self.seen: dict[int, int] = {}
        """The last entry that was handed to the consumer, for each conversation in its sight."""
        self.began: dict[int, int] = {}
        """Behind this one it was handed all."""
        self.done: dict[int, int] = {}
        """How far each cursor may be: where the consumer began, then what it handled."""
        self.rows: dict[int, replies.Conversation] = {}
        self.read: dict[int, int] = {}
        self.online: set[str] = set()
        self.unhandled: deque[tuple[int, int, int]] = deque()
        """Era, conversation and seq; those of an earlier store stay, as in a consumer that is slow."""
        self.view = View(USERS[user])
        self.era = 0
        self._told: dict[tuple[bytes, int], int] = {}
        self._cursors = dict(cursors)
        self._left: dict[int, int] = {}
        self._fresh = not cursors

    def reset(self) -> None:
        """The store is another one."""
        self.seen, self.began, self.rows, self.read, self._cursors, self._left = {}, {}, {}, {}, {}, {}
        self.view.clear()
        self._fresh = True
        self.era += 1

    # --------------------------------------------------------------------------------------------------------- home

    def on_home(self, home: act.HomeRead, truth: Truth, epoch: bytes) -> None:
        """Where the consumer is to begin, by the rule: saved cursor; head for a new one; else what came while it was away;
        never what may not be seen."""
        shown = {row.conversation for row in home.conversations}
        if home.complete:
            for number in self.seen.keys() - shown:
                self._leave(number)
            self._left |= {number: seq for number, seq in self._cursors.items() if number not in shown}
        self.view.directory.put(home.conversations, home.version, complete=home.complete)
        self.view.directory.put_blocked(home.blocked, home.version)
        for row in home.conversations:
            self._place(row, row.conversation in home.added, truth, epoch)
        if home.complete:
            self._cursors, self._fresh = {}, False

    def _leave(self, number: int) -> None:
        del self.seen[number], self.rows[number], self.began[number]
        self.read.pop(number, None)
        self.view.forget(number)

    def _place(self, row: replies.Conversation, added: bool, truth: Truth, epoch: bytes) -> None:
        number = row.conversation
        if number in self.seen and added:
            assert truth.left_since(self.user, number, self.seen[number]), "added twice"
            self._leave(number)
        if number not in self.seen:
            self.began[number] = self.seen[number] = self.done[number] = self._first(row, epoch)
            assert self.seen[number] >= self._told.get((epoch, number), 0), "begins again"
        self.passed_over(number, row.visible)
        self.rows[number] = row
        self.read[number] = max(row.read, self.read.get(number, 0))

    def _first(self, row: replies.Conversation, epoch: bytes) -> int:
        if row.conversation in self._cursors:
            begin = self._cursors[row.conversation]
        elif self._replay:  # also what was said while he was out of it; nothing twice
            begin = self._told.get((epoch, row.conversation), self._left.get(row.conversation, 0))
        else:
            begin = row.head if self._fresh else row.joined
        return max(begin, row.visible)

    def passed_over(self, number: int, seq: int) -> None:
        """He may not see what lies up to there."""
        if number in self.seen and seq > self.seen[number]:
            self.seen[number] = self.began[number] = seq
            self.done[number] = max(seq, self.done[number])
            self.view.forget(number, seq)
        self.view.hide(number, seq)

    def on_cursor(self, number: int, seq: int, truth: Truth) -> None:
        """A cursor was saved: of what was handled, or of what may not be seen."""
        if seq > self.done.get(number, -1):
            assert truth.hidden(self.user, number, seq), "saved, and not handled"
            self.passed_over(number, seq)

    # ------------------------------------------------------------------------------------------------------- events

    def on_event(self, event: Any, truth: Truth, epoch: bytes) -> None:
        """Whatever is delivered."""
        if isinstance(event, events.Entry):
            self._on_entry(event, truth, epoch)
        elif isinstance(event, events.Read):
            self.read[event.conversation] = max(event.seq, self.read.get(event.conversation, 0))
        elif isinstance(event, events.Muted):
            self.view.directory.mute(event)
        elif isinstance(event, events.Blocked):
            self.view.directory.block(event)
        elif isinstance(event, events.OwnStatus):
            pass
        elif isinstance(event, events.Receipts):
            assert event.conversation in self.seen, "receipts of what is not his"
            assert all(one.name != self.user for one in event.read), "told of himself"
        else:
            raise AssertionError(event)

    def _on_entry(self, event: Any, truth: Truth, epoch: bytes) -> None:
        number = event.conversation
        assert number in self.seen, "an entry of a conversation that HOME has not shown"
        assert event.seq == self.seen[number] + 1, f"{event.seq} behind {self.seen[number]}"
        assert agree(event, truth.entry(number, event.seq)), "not what the store has"
        assert truth.may_know(self.user, number, event.seq), "none of his business"
        self.seen[number] = self._told[epoch, number] = event.seq
        self.unhandled.append((self.era, number, event.seq))
        self.view.entry(event)

    def on_history(self, page: replies.HistoryPage, truth: Truth) -> None:
        """A page that he looked at."""
        number = page.conversation
        for message in page.messages:
            assert truth.may_know(self.user, number, message.seq), "none of his business"
        if number in self.seen:
            self.view.page(page, self.seen[number])

    def on_home_page(self, page: replies.HomePage) -> None:
        """HOME that he asked for himself: it may be older than what the session told."""
        self.view.directory.put(page.conversations, page.home_version)
        self.view.directory.put_blocked(page.blocked, page.home_version)

    # -------------------------------------------------------------------------------------------------------- at rest

    def messages(self, truth: Truth, number: int) -> dict[int, events.Message]:
        """All of a conversation as he sees it, with history for what was said before he began."""
        older = truth.history(self.user, number)
        mine = self.view.messages(number)
        began = self.began[number]
        assert mine.keys() <= older.keys(), "has what he may not see"
        return {seq: message for seq, message in older.items() if seq <= began} | mine

    def counts(self, messages: dict[int, events.Message], number: int) -> tuple[int, int]:
        """Unread messages and mentions, as this program would show them."""
        me = USERS[self.user]
        unread = [
            message
            for seq, message in messages.items()
            if seq > self.read[number] and message.sender != me and not message.deleted_at
        ]
        named = [one for one in unread if one.everyone or any(who.user == me for who in one.mentions)]
        return len(unread), len(named)
