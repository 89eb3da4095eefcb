"""Where a consumer stands in each conversation's log, and what it lacks. Pure.

Three numbers a log: `cursor` (the consumer is done up to here; saved), `last` (handed to the consumer) and `head`
(known to exist). cursor <= last <= head, and last < head means: ask SYNC.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal

from msgspec import Struct

from hubbub.schemas.events import AnyEntry

WINDOW: Final = 4096
"""Entries handed out and not handled yet. A consumer that is slower than its feed costs no memory beyond these: the
rest stays in the server's log, and is fetched when there is room."""

Hook = Callable[[int, int, int], int]
"""(conversation, last, head) -> the seq to go on behind; `last` means: fetch all."""


class Log(Struct):
    """One conversation's numbers."""

    cursor: int
    last: int
    head: int
    position: int = 0
    """Of the last entry handed out; 0: from the disk, unknown."""
    syncing: bool = False
    asked: int = 0
    """`head` when the SYNC under way was asked for."""


class Logs:
    """All logs of a session."""

    def __init__(self, saved: Mapping[int, int], *, replay: bool, window: int = WINDOW) -> None:
        """`saved`: the consumer's cursors, empty when it is new. `replay`: first sight starts at the beginning."""
        self._saved = dict(saved)
        self._replay = replay
        self._window = window
        self._logs: dict[int, Log] = {}
        self._ahead: dict[int, int] = {}
        self._left: dict[int, int] = {}
        """Where the consumer stood in what the user is not in now: to replay never means to hand out twice."""
        self._behind: set[int] = set()
        self._unhandled = 0
        self._full = False
        self.fresh = not saved
        """The consumer has seen nothing of this store: it starts at the heads, and later finds start at their beginning."""

    def remember(self, saved: Mapping[int, int]) -> None:
        """Cursors that were found after the fact, before anything was seen."""
        self._saved = dict(saved)
        self.fresh = not saved

    def __contains__(self, conversation: int) -> bool:
        return conversation in self._logs

    def seen(
        self, conversation: int, head: int, start: int, visible: int = 0
    ) -> Literal["known", "moved", "added"]:
        """HOME shows the conversation. On first sight a new consumer begins at `head`, one that was here before at
        `start`: what was said there came while it was away; a replay goes on where it stopped. What lies up to `visible`
        is passed over in any case. "added": no cursor knew it; "moved": it was known, and the cursor is another now."""
        if conversation in self._logs:
            self.heard(conversation, head)
            return "moved" if self.begin(conversation, visible) else "known"
        saved = self._saved.pop(conversation, None)
        left = self._left.pop(conversation, 0)
        if saved is not None:
            begin = saved
        elif self._replay:
            begin = min(left, head)
        else:
            begin = head if self.fresh else min(start, head)
        begin = max(begin, visible)
        self._logs[conversation] = Log(cursor=begin, last=begin, head=max(begin, head))
        self.heard(conversation, max(head, self._ahead.pop(conversation, 0)))
        if saved is None:
            return "added"
        return "moved" if begin > saved else "known"

    def begin(self, conversation: int, visible: int) -> bool:
        """The user may not see what lies up to `visible`: the log goes on behind it. True: the cursor moved."""
        log = self._logs.get(conversation)
        if log is None or visible <= log.last:
            return False
        self._move(log, visible)
        if log.last >= log.head:
            log.head = log.last
            self._behind.discard(conversation)
        return True

    def heard(self, conversation: int, head: int) -> None:
        """Entries up to `head` exist."""
        log = self._logs[conversation]
        log.head = max(log.head, head)
        if log.last < log.head:
            self._behind.add(conversation)

    def above(self, conversation: int, head: int, position: int) -> bool:
        """The server's head, read at `position`, is below what this consumer has: it is another log than before."""
        log = self._logs.get(conversation)
        if log is None:
            return self._saved.get(conversation, 0) > head
        return head < log.last and log.position <= position

    @property
    def position(self) -> int:
        """The latest place in the store of all that was handed out."""
        return max((log.position for log in self._logs.values()), default=0)

    def take(self, entry: AnyEntry) -> bool:
        """An entry arrived, live or by SYNC: True if it is the next one (hand it out now)."""
        log = self._logs.get(entry.conversation)
        if log is None:
            self._ahead[entry.conversation] = max(entry.seq, self._ahead.get(entry.conversation, 0))
            return False
        if entry.seq != log.last + 1 or self._full:
            if entry.seq > log.last:
                self.heard(entry.conversation, entry.seq)
            return False
        log.last = entry.seq
        log.position = entry.position
        self._count(1)
        if entry.seq >= log.head:
            log.head = entry.seq
            self._behind.discard(entry.conversation)
        return True

    def behind(self, entry: AnyEntry) -> bool:
        """Whether there is an entry before this one that has not come."""
        log = self._logs.get(entry.conversation)
        return log is not None and entry.seq > log.last + 1

    def wanted(self, most: int) -> list[tuple[int, int]]:
        """Conversation and seq behind which to SYNC, `most` of them, each marked as being asked for."""
        if not self._behind or self._full:
            return []
        found: list[tuple[int, int]] = []
        for conversation in sorted(self._behind):
            log = self._logs[conversation]
            if not log.syncing and len(found) < most:
                log.syncing, log.asked = True, log.head
                found.append((conversation, log.last))
        return found

    def synced(self, conversation: int, head: int) -> None:
        """The answer to a SYNC was taken in whole. It knows every entry that was heard of before it was asked for, so a
        smaller head takes such a hint back; what was heard of meanwhile still counts."""
        if (log := self._logs.get(conversation)) is None:
            return
        log.syncing = False
        if head < log.asked == log.head:
            log.head = max(log.last, head)
        log.head = max(log.head, head)
        if log.last >= log.head:
            self._behind.discard(conversation)

    def jump(self, conversation: int, hook: Hook) -> tuple[int, int] | None:
        """Let the hook skip entries before a SYNC: the seqs on both sides of the gap, or None."""
        log = self._logs[conversation]
        target = min(hook(conversation, log.last, log.head), log.head)
        if target <= log.last:
            return None
        after = log.last
        self._move(log, target)
        return after, target + 1

    def _move(self, log: Log, seq: int) -> None:
        """What was handed out of it and not handled yet is handled by that."""
        self._count(log.cursor - log.last)
        log.last = log.cursor = seq

    def handled(self, conversation: int, seq: int) -> bool:
        """The consumer is done up to `seq`: True if its cursor moved."""
        log = self._logs.get(conversation)
        if log is None or seq <= log.cursor:
            return False
        seq = min(seq, log.last)
        self._count(log.cursor - seq)
        log.cursor = seq
        return True

    def cursors(self) -> list[tuple[int, int]]:
        """All cursors, by conversation."""
        return sorted((conversation, log.cursor) for conversation, log in self._logs.items())

    def delivered(self) -> dict[int, int]:
        """Conversation -> the seq of the last entry that was handed out."""
        return {conversation: log.last for conversation, log in self._logs.items()}

    def keep(self, conversations: Iterable[int]) -> None:
        """HOME was read whole: forget what is not in it."""
        for conversation in self._logs.keys() - set(conversations):
            self.forget(conversation)
        self._left.update(self._saved)
        self._saved.clear()
        self._ahead.clear()
        self.fresh = False

    def forget(self, conversation: int) -> None:
        """The user is not in it any more."""
        if (log := self._logs.pop(conversation, None)) is not None:
            self._left[conversation] = log.last
            self._count(log.cursor - log.last)
            self._behind.discard(conversation)

    def relink(self) -> None:
        """The link is gone, and with it every SYNC under way."""
        for log in self._logs.values():
            log.syncing = False

    def clear(self) -> None:
        """The store is another one: nothing known so far means anything."""
        self._saved.clear()
        self._left.clear()
        self._logs.clear()
        self._ahead.clear()
        self._behind.clear()
        self._unhandled = 0
        self._full = False
        self.fresh = True

    def _count(self, change: int) -> None:
        self._unhandled += change
        # Half of the window has to be free before more is fetched: else each entry handled would cost a page of SYNC.
        self._full = self._unhandled >= self._window or (self._full and 2 * self._unhandled > self._window)
