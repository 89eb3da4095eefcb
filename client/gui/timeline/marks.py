"""What is marked of the rows of a page that were turned: what is seen side by side there was not said so."""

import tkinter as tk
from bisect import bisect_right
from collections.abc import Callable, Container, Iterator
from typing import Final

from hubbub.client.gui.kit.indices import split
from hubbub.client.gui.timeline.turned import Turned

_MARKED: Final = "sel"


class Marks:
    """Of one Text. `turned`: how the lines of a row are ordered, None where they are as Tk has them; `first`: the line of the Text with
    which a row begins; `row_of`: which one is at a place."""

    def __init__(
        self,
        text: tk.Text,
        turned: Callable[[int], Turned | None],
        first: Callable[[int], int],
        row_of: Callable[[str], int],
    ) -> None:
        self._text, self._turned, self._first, self._row_of = text, turned, first, row_of

    def follow(self) -> None:
        """The mouse marked something, as Tk does it. Across lines it is all that was said between its ends, which a line from right to
        left shows at the other side of them; where whole lines are marked, it is all that stood in them before they were broken."""
        ranges = [split(place) for place in self._text.tag_ranges(_MARKED)]
        if not ranges:
            return
        mode = self._text.tk.eval("set tk::Priv(selectMode)")
        if mode == "line":
            self._whole(ranges[0][0], begins=True)
            last = self._text.index("{}.{} - 1 indices".format(*ranges[-1]))
            self._whole(split(last)[0], begins=False)
        elif mode == "char":
            anchor = str(self._text.tk.call("tk::TextAnchor", str(self._text)))
            ends = sorted([split(self._text.index(anchor)), split(self._text.index("insert"))])
            if ends[0][0] != ends[1][0]:
                self._between(*ends[0], begins=True)
                self._between(*ends[1], begins=False)

    def mark(self, at: int, wanted: Container[int], only: int | None = None) -> None:
        """All of this that a row says. only: one line of it."""
        if (turned := self._turned(at)) is None:
            return
        for line in range(turned.lines) if only is None else (only,):
            for column in turned.shown(wanted, line):
                self._text.tag_add(_MARKED, f"{self._first(at) + line}.{column}")

    def said(self, at: int) -> set[int]:
        """What is marked of what a row says."""
        if (turned := self._turned(at)) is None:
            return set()
        spots = self._spots(at, turned, (0, 0), (self._first(at + 1), 0), whole=False)
        return {place for spot in spots for place in turned.found(*spot)}

    def copied(self, at: int, begin: str, end: str, *, whole: bool) -> str | None:
        """What was said at what is marked between two places of a row, or at all that is there; None: it was not turned."""
        if (turned := self._turned(at)) is None:
            return None
        low, high = split(self._text.index(begin)), split(self._text.index(end))
        return turned.copied(self._spots(at, turned, low, high, whole=whole))

    def _between(self, line: int, column: int, *, begins: bool) -> None:
        at = max(0, self._row_of(f"{line}.0"))
        if (turned := self._turned(at)) is None:
            return
        edge = turned.edge(line - self._first(at), column)
        self._text.tag_remove(_MARKED, f"{line}.0", f"{line + 1}.0")
        self.mark(at, range(edge, turned.size) if begins else range(edge), line - self._first(at))

    def _whole(self, line: int, *, begins: bool) -> None:
        at = max(0, self._row_of(f"{line}.0"))
        if (turned := self._turned(at)) is not None:
            first, last = turned.unbroken(line - self._first(at))
            other = self._first(at) + (first if begins else last)
            low, high = sorted((line, other))
            self._text.tag_add(_MARKED, f"{low}.0", f"{high + 1}.0")

    def _spots(
        self, at: int, turned: Turned, low: tuple[int, int], high: tuple[int, int], *, whole: bool
    ) -> Iterator[tuple[int, int]]:
        """Lines and columns of a row."""
        first, ranges = self._first(at), [split(place) for place in self._text.tag_ranges(_MARKED)]
        for line in range(turned.lines):
            for column in range(turned.columns(line)):
                place = (first + line, column)
                if low <= place < high and (whole or bisect_right(ranges, place) % 2):
                    yield line, column
