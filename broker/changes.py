"""Which conversations changed lately, so that a PING is answered from memory. Pure."""

from collections.abc import Collection, Iterable
from typing import Final

RECENT_MAX: Final = 10_000
"""Conversations remembered; a client that missed more asks HOME."""


class Changes:
    """The store's position, and the last change of each conversation that changed lately."""

    def __init__(self, position: int, recent: Iterable[tuple[int, int, int]]) -> None:
        self.position = 0
        self._last: dict[int, tuple[int, int]] = {}
        """Conversation -> (position, head), the latest change last."""
        first = None
        for entry_position, conversation, seq in recent:
            first = entry_position if first is None else first
            self.changed(entry_position, conversation, seq)
        self._floor = position if first is None else first - 1
        """All changes behind this position are known."""
        self.position = position

    def changed(self, position: int, conversation: int, head: int) -> None:
        """An entry was committed."""
        self._last.pop(conversation, None)
        self._last[conversation] = (position, head)
        self.position = position
        if len(self._last) > RECENT_MAX:
            oldest = next(iter(self._last))
            self._floor = self._last.pop(oldest)[0]

    def since(self, position: int, mine: Collection[int], most: int) -> list[tuple[int, int]] | None:
        """(conversation, head) of those of `mine` that changed behind `position`; None: that can't be told."""
        if position == self.position:
            return []
        if not self._floor <= position < self.position:
            return None
        found: list[tuple[int, int]] = []
        for conversation in mine:
            change = self._last.get(conversation)
            if change is not None and change[0] > position:
                found.append((conversation, change[1]))
        return found if len(found) <= most else None
