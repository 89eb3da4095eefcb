"""Rows to entries, and pages that keep within a reply. No SQL."""

from collections.abc import Iterable
from typing import Any, Final, Literal, TypeVar

from hubbub.schemas import limits
from hubbub.schemas.events import AnyEntry, Member, Message

Row = tuple[Any, ...]
T = TypeVar("T")

MESSAGE: Final = 1
JOINED: Final = 2
LEFT: Final = 3
REMOVED: Final = 4

_CHANGES: Final[dict[int, Literal["joined", "left", "removed"]]] = {
    JOINED: "joined",
    LEFT: "left",
    REMOVED: "removed",
}
_OVERHEAD: Final = 200
"""More bytes than the names of an entry's fields and its numbers take in msgpack (181 at most in Member, 172 in Message)."""


def message(row: Row) -> Message:
    """The columns: conversation, seq, position, at, sender, sender_name, key, ordinal, text."""
    return Message(
        conversation=row[0],
        seq=row[1],
        position=row[2],
        at=row[3],
        sender=row[4],
        sender_name=row[5],
        key=row[6],
        ordinal=row[7],
        text=row[8],
    )


def entry(row: Row) -> AnyEntry:
    """The columns of a message, then kind, target, target_name."""
    if row[9] == MESSAGE:
        return message(row)
    return Member(
        conversation=row[0],
        seq=row[1],
        position=row[2],
        at=row[3],
        sender=row[4],
        sender_name=row[5],
        user=row[10],
        user_name=row[11],
        change=_CHANGES[row[9]],
    )


def size(item: AnyEntry) -> int:
    """Bytes that the entry can take in a reply, at most."""
    text = item.text if isinstance(item, Message) else item.user_name
    return _OVERHEAD + utf8_length(text) + utf8_length(item.sender_name)


def utf8_length(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


class Page:
    """Takes items until there are `limit` of them or their bytes are used up; always takes the first."""

    def __init__(self, limit: int, budget: int = limits.PAGE_MAX_BYTES) -> None:
        self.room = limit
        self.budget = budget
        self.empty = True

    def takes(self, item_size: int) -> bool:
        """Whether an item of this size is still on the page; if so it counts."""
        if self.room < 1 or (item_size > self.budget and not self.empty):
            self.room = 0
            return False
        self.room -= 1
        self.budget -= item_size
        self.empty = False
        return True


def fill(page: Page, entries: Iterable[AnyEntry]) -> tuple[list[AnyEntry], bool]:
    """The entries that are on the page, and whether there are more."""
    taken: list[AnyEntry] = []
    for item in entries:
        if not page.takes(size(item)):
            return taken, True
        taken.append(item)
    return taken, False
