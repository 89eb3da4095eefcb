"""The two kinds of field over which a mirror may lie."""

import tkinter as tk
from collections.abc import Callable, Iterator
from typing import Final

from hubbub.client.gui.kit.bidi import OBJECT, is_rtl
from hubbub.client.gui.kit.indices import split
from hubbub.client.gui.kit.mirror import Line, Mirror
from hubbub.client.gui.kit.pictures import Photo

_FAR: Final = 30_000
"""Right of every line."""


class TextMirror(Mirror):
    """Over a Text. `picture`: which one has this name; side: how wide one is."""

    def __init__(self, field: tk.Text, role: str, picture: Callable[[str], Photo | None], side: int) -> None:
        self._picture, self._picture_side = picture, side
        super().__init__(field, role)
        field.configure(yscrollcommand=lambda *_: self.soon())

    def look(self) -> Iterator[Line]:
        """By their places on the screen: Tk counts lines from a paragraph's beginning, a long one for 10 ms."""
        field, begin = self.field, str(self.field.index("@0,0"))
        rtl: dict[int, bool] = {}
        while (info := field.dlineinfo(begin)) is not None:
            number, place = split(begin)
            if number not in rtl:
                rtl[number] = is_rtl(field.get(f"{number}.0", f"{number}.end"))
            last = str(field.index(f"@{_FAR},{max(0, info[1])}"))
            wrapped = field.get(last) != "\n"
            end = str(field.index(f"{last} + 1 indices")) if wrapped else last
            text, pictures = self._read(begin, end)
            ordered = self.ordered(text, rtl[number])
            x = self.winfo_width() - ordered.width - self._theme.px(2) if ordered.rtl else 0
            yield Line(ordered, x, info[1], info[3], self.places(text, place), number, wrapped, pictures)
            following = str(field.index(end if wrapped else f"{end} + 1 indices"))
            if field.compare(following, "<=", begin) or field.compare(following, ">=", "end"):
                return
            begin = following

    def caret(self) -> tuple[int, int]:
        return split(self.field.index("insert"))

    def marked(self) -> tuple[tuple[int, int], tuple[int, int]] | None:
        ranges = self.field.tag_ranges("sel")
        return (split(ranges[0]), split(ranges[-1])) if ranges else None

    def spot(self, line: Line, index: int) -> int:
        last = line.wrapped and index == len(line.places) - 1  # what follows stands in the next line
        box = self.field.bbox(f"{line.number}.{line.places[index - last]}")
        return (box[0] + (box[2] - 1 if last else 0)) if box else 0

    def turned(self) -> bool:
        return is_rtl(self.field.get("insert linestart", "insert lineend"))

    def _read(self, begin: str, end: str) -> tuple[str, tuple[tuple[int, Photo], ...]]:
        parts: list[str] = []
        pictures: list[tuple[int, Photo]] = []

        def take(kind: str, value: str, _: str) -> None:
            if kind == "text":
                parts.append(value)
                return
            if (photo := self._picture(value)) is not None:
                pictures.append((sum(map(len, parts)), photo))
            parts.append(OBJECT)

        self.field.dump(begin, end, take, text=True, image=True)
        return "".join(parts), tuple(pictures)

    def _side(self) -> int:
        return self._picture_side + 2


class EntryMirror(Mirror):
    """Over an Entry: one line, of which the caret is always seen."""

    def __init__(self, field: tk.Entry, role: str) -> None:
        self._left = 0
        super().__init__(field, role)

    def look(self) -> Iterator[Line]:
        text = str(self.field.get())
        ordered = self.ordered(text, is_rtl(text))
        places, room = self.places(text, 0), max(1, self.winfo_width() - self._theme.px(2))
        high = self._theme.line_height(self._role)
        line = Line(ordered, 0, max(0, (self.winfo_height() - high) // 2), high, places)
        if ordered.width <= room:
            self._left = 0
            yield line._replace(x=room - ordered.width if ordered.rtl else 0)
            return
        caret = ordered.caret(line.index_at(self.caret()[1]))
        low = max(0, caret - room)
        self._left = max(low, min(self._left, caret, ordered.width - room))
        yield line._replace(x=-self._left)

    def caret(self) -> tuple[int, int]:
        return 1, int(self.field.index("insert"))

    def marked(self) -> tuple[tuple[int, int], tuple[int, int]] | None:
        if not self.field.selection_present():
            return None
        return (1, int(self.field.index("sel.first"))), (1, int(self.field.index("sel.last")))

    def spot(self, line: Line, index: int) -> int:
        place = line.places[index]
        if not 0 <= self._box(place)[0] < self.field.winfo_width():
            self.field.xview(place)
        left, _, width, _ = self._box(place)  # behind the end: of the last character
        return left + (width if place >= int(self.field.index("end")) else 0)

    def turned(self) -> bool:
        return is_rtl(self.field.get())

    def _box(self, place: int) -> tuple[int, ...]:
        found = self.tk.call(str(self.field), "bbox", place)  # tkinter's own bbox is that of a grid
        return tuple(map(int, self.tk.splitlist(found)))
