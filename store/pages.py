"""The kinds of entries, and pages that keep within a reply. No SQL."""

from collections.abc import Iterable
from typing import Any, Final, TypeVar

from msgspec import Struct

from hubbub.schemas import codec, limits

Row = tuple[Any, ...]
T = TypeVar("T", bound=Struct)

MESSAGE: Final = 1
JOINED: Final = 2
LEFT: Final = 3
REMOVED: Final = 4
DELETED_MESSAGE: Final = 5
EDITED: Final = 6
DELETED: Final = 7
REACTED: Final = 8
UNREACTED: Final = 9
PINNED: Final = 10
UNPINNED: Final = 11
RENAMED: Final = 12
TOPIC: Final = 13
ROLE: Final = 14
VISIBILITY: Final = 15


_TEXT: Final = 8
"""The column of the text in a row of the log."""


def size(item: Struct) -> int:
    """Bytes that the item takes in a reply."""
    return len(codec.encode(item))


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


def within(page: Page, rows: Iterable[Row]) -> list[Row]:
    """Rows of the log whose texts the page has room for, and the one behind them: texts that would be cut off are not read."""
    taken: list[Row] = []
    left = page.budget
    for row in rows:
        taken.append(row)
        left -= len(row[_TEXT] or "")
        if left < 0:
            break
    return taken


def fill(page: Page, items: Iterable[T]) -> tuple[list[T], bool]:
    """The items that are on the page, and whether there are more."""
    taken: list[T] = []
    for item in items:
        if not page.takes(size(item)):
            return taken, True
        taken.append(item)
    return taken, False
