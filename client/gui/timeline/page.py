"""Messages as lines of one Text, so that the mouse marks across them; what is marked is copied as one would write it in a mail."""

import tkinter as tk
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

from hubbub.client.gui.kit.indices import split
from hubbub.client.gui.kit.theme import theme_of
from hubbub.client.gui.model.media import FileKey
from hubbub.client.gui.model.rows import Bubble, DayLine
from hubbub.client.gui.timeline.actions import Actions
from hubbub.client.gui.timeline.marks import Marks
from hubbub.client.gui.timeline.strip import HEAD, Box, Strip
from hubbub.client.gui.timeline.styles import Styles
from hubbub.client.gui.timeline.turned import Turned
from hubbub.client.gui.timeline.writing import Writer

PAGETAG: Final = "HubbubPage"
_MOUSE: Final = (
    "<Button-1>", "<B1-Motion>", "<Double-Button-1>", "<Triple-Button-1>", "<Shift-Button-1>", "<Double-Shift-Button-1>",
    "<Triple-Shift-Button-1>", "<B1-Leave>", "<B1-Enter>", "<ButtonRelease-1>", "<Control-Button-1>",
)  # fmt: skip
"""What Tk has for marking in a Text. Its keys are left out: they would write."""
_PAD: Final = 16


class _Spot(NamedTuple):
    """A place in a row, which is the same when the row is written anew."""

    at: int
    line: int
    column: int


class Page(Strip):
    """A row is one line, or some where its text breaks. `retry`: read what could not be read."""

    def __init__(
        self, parent: tk.Misc, wheel: Callable[[int], object], actions: Actions, retry: Callable[[], object]
    ) -> None:
        theme = self.theme = theme_of(parent)
        super().__init__(
            parent, wheel, wrap="word", exportselection=True, padx=theme.px(_PAD), cursor="xterm"
        )
        self._behind = tk.Frame(self)
        """Hears of the mouse when all else has."""
        self.bindtags((str(self), PAGETAG, str(self._behind), *self.bindtags()[1:]))
        self.actions: Final = actions
        self._styles = Styles(self, theme)
        self._writer = Writer(self, theme, self._styles, actions, retry)
        self._marks = Marks(self, self._turned, lambda at: self._first_lines()[at], self._row_of)
        self._counts: list[int] = []
        self._lines: list[int] | None = None
        self._chosen = self._under = ""
        self._pressed = ""
        self._styles.configure()
        self._ends = [
            actions.media.picture_changed.connect(lambda _: self._load()),
            actions.media.file_changed.connect(self._on_file),
        ]
        self._listen()

    def destroy(self) -> None:
        for end in self._ends:
            end()
        super().destroy()
        self._writer.clear()

    # ------------------------------------------------------------------------------------------------------- the rows

    def put(self, at: int, item: Any) -> int:
        self.order.insert(at, item.key)
        self._counts.insert(at, 0)
        self._write(at, item)
        return self.heights([item.key])

    def draw(self, item: Any) -> None:
        """What is marked stays so."""
        at, ranges = self.order.index(item.key), self.tag_ranges("sel")
        marked = [self._spot(str(place)) for place in (ranges[0], ranges[-1])] if ranges else []
        said = self._marks.said(at) if marked else set[int]()
        self._erase(at)
        self._write(at, item)
        if self._turned(at) is not None:
            self._marks.mark(at, said)
        elif marked and marked[0].at <= at <= marked[1].at:
            begin, end = (self._place(spot) if spot.at == at else "" for spot in marked)
            self.tag_add("sel", begin or self._line(at), end or self._line(at + 1))

    def take(self, at: int) -> None:
        self._erase(at)
        del self.shown[self.order.pop(at)]
        del self._counts[at]
        self._lines = None

    def view(self, key: str) -> None:
        return None

    def choose(self, key: str, chosen: bool) -> None:
        self._chosen = key if chosen else ""
        if key in self.shown:
            at = self.order.index(key)
            act = self.tag_add if chosen else self.tag_remove
            act("chosen", self._line(at), self._line(at + 1))

    def look(self, height: int) -> None:
        first, end = self.seen(height)
        self._writer.load(set(self.order[first:end]))

    def paint(self, ground: str) -> None:
        super().paint(ground)
        self.configure(padx=self.theme.px(_PAD))
        self._styles.configure()

    def _write(self, at: int, row: Any) -> None:
        self.shown[row.key] = row
        first = self._first_lines()[at]
        self._counts[at] = lines = self._writer.write(f"{first}.0", row)
        self._lines = None
        end = f"{first + lines}.0"
        if not isinstance(row, Bubble):
            self.tag_add("days" if isinstance(row, DayLine) else "others", f"{first}.0", end)
            if row.key == "unread":
                self.tag_add("unread", f"{first}.0", end)
            return
        self.tag_add("row", f"{first}.0", end)
        if lines > 1:
            self.tag_add("more", f"{first + 1}.0", end)
        for style, wanted in (("found", row.marked), ("chosen", row.key == self._chosen)):
            if wanted:
                self.tag_add(style, f"{first}.0", end)

    def _erase(self, at: int) -> None:
        """All of a row; its place in the order stays."""
        self._writer.forget(self.order[at])
        self.delete(self._line(at), self._line(at + 1))
        self._counts[at], self._lines = 0, None

    def _load(self) -> None:
        self.look(self.winfo_height())

    def _on_file(self, key: FileKey) -> None:
        if (row := self.shown.get(key[0])) is not None:
            self.draw(row)

    # --------------------------------------------------------------------------------------------------------- places

    def heights(self, keys: Sequence[str]) -> int:
        if not keys:
            return 0
        at = self.order.index(keys[0])
        return self._pixels(self._line(at), self._line(at + len(keys)))

    def box(self, at: int) -> Box | None:
        begin, end = self._line(at), self._line(at + 1)
        if (found := self.dlineinfo(begin)) is not None:
            return Box(found[1], found[1] + self._pixels(begin, end))
        if self.compare(begin, ">=", "@0,0") or self.compare(end, "<=", "@0,0"):
            return None
        first = self.dlineinfo("@0,0")
        top = (first[1] if first else 0) - self._pixels(begin, "@0,0")
        return Box(top, top + self._pixels(begin, end))

    def _line(self, at: int) -> str:
        return f"{self._first_lines()[at]}.0"

    def _at(self, y: int) -> int:
        return self._row_of(f"@0,{max(0, y)}")

    def _row_of(self, place: str) -> int:
        line, _ = split(self.index(place))
        return min(bisect_right(self._first_lines(), line), len(self.order)) - 1

    def _turned(self, at: int) -> Turned | None:
        return self._writer.turned(self.order[at])

    def _first_lines(self) -> list[int]:
        """Of each row, and of what follows the last one."""
        if self._lines is None:
            self._lines, line = [1 + HEAD], 1 + HEAD
            for lines in self._counts:
                line += lines
                self._lines.append(line)
        return self._lines

    def _spot(self, place: str) -> _Spot:
        line, column = split(self.index(place))
        at = max(0, self._row_of(place))
        return _Spot(at, line - self._first_lines()[at], column)

    def _place(self, spot: _Spot) -> str:
        return f"{self._first_lines()[spot.at] + spot.line}.{spot.column}"

    def _pixels(self, begin: str, end: str) -> int:
        return int(self.tk.call(str(self), "count", "-update", "-ypixels", begin, end) or 0)

    # ------------------------------------------------------------------------------------------------------ the mouse

    def _listen(self) -> None:
        for event in _MOUSE:
            self.tk.call("bind", PAGETAG, event, self.tk.call("bind", "Text", event))
        self.bind("<Motion>", lambda event: self._hover(self._act_at(event.x, event.y)))
        self.bind("<Leave>", lambda _: self._hover(""))
        self.bind("<Button-1>", self._press)
        self.bind("<ButtonRelease-1>", self._release)
        macs = ("<Button-2>", "<Control-Button-1>") if self.tk.call("tk", "windowingsystem") == "aqua" else ()
        for event in ("<Button-3>", *macs):
            self.bind(event, self._menu)
        for event in ("<B1-Motion>", "<ButtonRelease-1>", "<Shift-Button-1>"):
            self._behind.bind(event, lambda _: self._marks.follow() if self._writer.turns else None)
        for kind in ("STRING", "UTF8_STRING"):
            self.selection_handle(self._give, type=kind)

    def _press(self, event: "tk.Event[tk.Misc]") -> None:
        self._pressed = self._act_at(event.x, event.y)

    def _release(self, event: "tk.Event[tk.Misc]") -> None:
        pressed, self._pressed = self._pressed, ""
        self.wheel(0)  # marking may have led elsewhere
        if not pressed or self.tag_ranges("sel") or self._act_at(event.x, event.y) != pressed:
            return
        if (act := self._writer.act(pressed)) is not None:
            act()

    def _act_at(self, x: int, y: int) -> str:
        """The tag of what a click there does; empty: nothing."""
        place = str(self.index(f"@{x},{y}"))
        found = self.bbox(place)
        if found is None or not (found[0] <= x < found[0] + found[2] and found[1] <= y < found[1] + found[3]):
            return ""
        return next((tag for tag in self.tag_names(place) if self._writer.act(tag) is not None), "")

    def _hover(self, tag: str) -> None:
        if tag != self._under:
            self._under = tag
            self.tag_remove("hovered", "1.0", "end")
            if tag and (ranges := self.tag_ranges(tag)):
                self.tag_add("hovered", *map(str, ranges))
            self.configure(cursor="hand2" if tag else "xterm")

    def _menu(self, event: "tk.Event[tk.Misc]") -> None:
        if self.order and isinstance(row := self.shown[self.order[max(0, self._at(event.y))]], Bubble):
            self.actions.open_menu(row, event.x_root, event.y_root)

    # -------------------------------------------------------------------------------------------------------- marking

    @property
    def marked(self) -> str:
        """A message is "14:05 name: text"; of a single one just what is marked is copied."""
        ranges = self.tag_ranges("sel")
        if not ranges or not self.order:
            return ""
        begin, end = str(ranges[0]), str(ranges[-1])
        first, last = max(0, self._row_of(begin)), self._row_of(f"{end} - 1 indices")
        if first >= last:
            return self._copied(begin, end)
        told = [self._told(at, begin, end) for at in range(first, last + 1)]
        return "\n".join(row for row in told if row)

    def mark_all(self) -> None:
        """All rows."""
        if self.order:
            self.tag_add("sel", self._line(0), f"{self._line(len(self.order))} - 1 indices")

    def _told(self, at: int, begin: str, end: str) -> str:
        """What is marked of a row among others: who said it, and when, belongs to it."""
        first, last = self._line(at), self._line(at + 1)
        begin = begin if self.compare(begin, ">", first) else first
        end = end if self.compare(end, "<", last) else last
        said = self._body(at)
        if said and self.compare(begin, ">", first):
            begin = begin if self.compare(begin, ">", said) else said
            return self._copied(first, said, whole=True) + self._copied(begin, end)
        return self._copied(first, end)

    def _body(self, at: int) -> str:
        """Where what was said begins, behind time and name; empty: nobody said it."""
        found = self.tag_nextrange("name", self._line(at), self._line(at + 1))
        return str(found[1]) if found else ""

    def _copied(self, begin: str, end: str, *, whole: bool = False) -> str:
        """Without what tells only what became of a message. whole: also what is not marked there."""
        if self._writer.turns:
            text = self._marks.copied(max(0, self._row_of(begin)), begin, end, whole=whole)
            if text is not None:
                return text.strip("\n").replace("\t", " ")
        parts, place = list[str](), begin
        while self.compare(place, "<", end):
            silent = "silent" in self.tag_names(place)
            until = self._change(place, end, silent=silent)
            if not silent:
                parts += self._dumped(place, until)
            place = until
        return "".join(parts).strip("\n").replace("\t", " ")

    def _change(self, place: str, end: str, *, silent: bool) -> str:
        """Where what is silent ends, or begins."""
        if silent:
            found = self.tag_prevrange("silent", f"{place} + 1 indices")
        else:
            found = self.tag_nextrange("silent", place, end)
        until = str(found[int(silent)]) if found else end
        return until if self.compare(until, "<", end) else end

    def _dumped(self, begin: str, end: str) -> list[str]:
        parts: list[str] = []

        def take(kind: str, value: str, _: str) -> None:
            parts.append(value if kind == "text" else self._writer.copied(value))

        self.dump(begin, end, take, text=True, image=True)
        return parts

    def _give(self, offset: str, length: str) -> str:
        """To a program that asks for what is marked."""
        return self.marked[int(offset) : int(offset) + int(length)]
