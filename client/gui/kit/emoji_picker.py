"""Chooses an emoji: all of them by group, or those that a word finds."""

import time
import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from hubbub.client.gui.kit import emoji
from hubbub.client.gui.kit.base import Drawn, Label, Pane
from hubbub.client.gui.kit.emoji import Emoji, EmojiPictures
from hubbub.client.gui.kit.fields import SearchField
from hubbub.client.gui.kit.pictures import Photo
from hubbub.client.gui.kit.popup import Popup
from hubbub.client.gui.kit.scroll import Scrollbar, Wheel
from hubbub.client.gui.kit.theme import theme_of

_CELL: Final = 36
_SIZE: Final = 24
_COLUMNS: Final = 9
_WIDTH: Final = _COLUMNS * _CELL + 32
_HEIGHT: Final = 380
_TURN_S: Final = 0.008  # a row of new pictures takes 5 to 10 ms: others get their turn between them


class _Line(NamedTuple):
    """A row of the grid: a heading, or emoji."""

    heading: str
    emoji: Sequence[Emoji]


class EmojiGrid(Drawn):
    """Rows of emoji, drawn where they are seen. Arrows move along, Enter picks."""

    def __init__(
        self, parent: tk.Misc, on_pick: Callable[[Emoji], object], on_point: Callable[[Emoji | None], object]
    ) -> None:
        px = theme_of(parent).px
        super().__init__(parent, px(_COLUMNS * _CELL + 8), px(200), takefocus=1)
        self.lines: list[_Line] = []
        self.current: tuple[int, int] | None = None  # line and column
        self._on_pick = on_pick
        self._on_point = on_point
        self._photos: dict[int, list[Photo]] = {}
        self._ring: Photo | None = None
        self._later: str | None = None
        self.theme.part(Wheel)
        self.scrollbar = Scrollbar(self, self._bar_moved)
        self.configure(yscrollincrement=1)
        self.bind("<Motion>", lambda event: self.point(self._at(event.x, event.y)))
        self.bind("<Leave>", lambda _: self.point(None))
        self.bind("<ButtonRelease-1>", lambda event: self._pick(self._at(event.x, event.y)))
        self.bind("<Key-Return>", lambda _: self._pick(self.current))
        self.bind("<Key-KP_Enter>", lambda _: self._pick(self.current))
        self.bind("<Key-space>", lambda _: self._pick(self.current))
        for key, by in (("Left", (0, -1)), ("Right", (0, 1)), ("Up", (-1, 0)), ("Down", (1, 0))):
            self.bind(f"<Key-{key}>", lambda _, by=by: self._step(*by))  # type: ignore[misc]  # mypy: a default in a lambda

    def show(self, groups: dict[str, Sequence[Emoji]]) -> None:
        """Other emoji, by heading; an empty heading is not shown."""
        self.lines = []
        for heading, members in groups.items():
            if heading and members:
                self.lines.append(_Line(heading, ()))
            self.lines += [_Line("", members[at : at + _COLUMNS]) for at in range(0, len(members), _COLUMNS)]
        self.point(None)
        self.configure(scrollregion=(0, 0, self.extent[0], self._whole()))
        self.redraw()
        self.wheel(-self._whole())

    def point(self, place: tuple[int, int] | None) -> None:
        """Shows which one would be picked."""
        if place == self.current:
            return
        self.current = place
        self.delete("pointed")
        self._on_point(self._emoji(place))
        if place:
            cell = self.theme.px(_CELL)
            self._ring = self.pictures.rounded(cell, cell, self.theme.px(8), "raised")
            self.create_image(place[1] * cell, place[0] * cell, image=self._ring, anchor="nw", tags="pointed")
            self.tag_lower("pointed")

    def wheel(self, pixels: int) -> None:
        """Scrolls by device pixels."""
        self._scroll_to(int(self.canvasy(0)) + pixels)

    def draw(self) -> None:
        self._photos.clear()
        self._fill()

    def _fill(self) -> None:
        cell = self.theme.px(_CELL)
        first = int(self.canvasy(0)) // cell
        last = min(len(self.lines), first + self.extent[1] // cell + 2)
        end = time.perf_counter() + _TURN_S
        for line in [line for line in self._photos if not first <= line < last]:
            self.delete(f"line{line}")
            del self._photos[line]
        for line in range(max(0, first), last):
            if line in self._photos:
                continue
            if time.perf_counter() > end:
                self._later = self._later or self.after(1, self._go_on)
                return
            self._photos[line] = self._draw_line(line, cell)

    def _go_on(self) -> None:
        self._later = None
        self._fill()

    def destroy(self) -> None:
        if self._later:
            self.after_cancel(self._later)
        super().destroy()

    def _draw_line(self, at: int, cell: int) -> list[Photo]:
        line, tag = self.lines[at], f"line{at}"
        if line.heading:
            low = (at + 1) * cell - self.theme.px(12)
            self.words(line.heading, self.theme.px(6), low, "note", "muted", weight="semibold", tags=tag)
        photos = []
        for column, member in enumerate(line.emoji):
            photo = self.theme.part(EmojiPictures).image(member.sequence, self.theme.px(_SIZE))
            if photo:
                x, y = (column + 0.5) * cell, (at + 0.5) * cell
                self.create_image(round(x), round(y), image=photo, anchor="center", tags=tag)
                photos.append(photo)
        return photos

    def _emoji(self, place: tuple[int, int] | None) -> Emoji | None:
        if place and 0 <= place[0] < len(self.lines) and 0 <= place[1] < len(self.lines[place[0]].emoji):
            return self.lines[place[0]].emoji[place[1]]
        return None

    def _at(self, x: int, y: int) -> tuple[int, int] | None:
        cell = self.theme.px(_CELL)
        place = (int(self.canvasy(y)) // cell, x // cell)
        return place if self._emoji(place) else None

    def _pick(self, place: tuple[int, int] | None) -> str:
        found = self._emoji(place)
        if found:
            self._on_pick(found)
        return "break"

    def _step(self, down: int, right: int) -> str:
        line, column = self.current or (-1, 0)
        while True:
            line, column = line + down, column + right
            if column < 0 or (
                0 <= line < len(self.lines) and right and column >= len(self.lines[line].emoji)
            ):
                line, column = line + right, (_COLUMNS - 1 if right < 0 else 0)
            if not 0 <= line < len(self.lines):
                return "break"
            members = self.lines[line].emoji
            if members:
                place = (line, min(column, len(members) - 1))
                self.point(place)
                self._see(line)
                return "break"
            down = down or right  # a heading: on to the line behind it
            right = 0

    def _see(self, line: int) -> None:
        cell, top = self.theme.px(_CELL), int(self.canvasy(0))
        if line * cell < top:
            self._scroll_to(line * cell)
        elif (line + 1) * cell > top + self.extent[1]:
            self._scroll_to((line + 1) * cell - self.extent[1])

    def _whole(self) -> int:
        return max(self.extent[1], len(self.lines) * self.theme.px(_CELL))

    def _scroll_to(self, top: int) -> None:
        whole, height = self._whole(), self.extent[1]
        top = max(0, min(top, whole - height))
        self.yview_moveto(top / whole)
        self._fill()
        self.scrollbar.set(top / whole, (top + height) / whole)

    def _bar_moved(self, _: str, share: float) -> None:
        self._scroll_to(round(share * self._whole()))

    def _resized(self, event: "tk.Event[tk.Misc]") -> None:
        self._size = (event.width, event.height)
        self.configure(scrollregion=(0, 0, event.width, self._whole()))
        self._scroll_to(int(self.canvasy(0)))


class EmojiPicker(Pane):
    """A search box, the grid, and the name of the one that is pointed at. recent: sequences to show first."""

    def __init__(
        self, parent: tk.Misc, on_pick: Callable[[Emoji], object], *, recent: Sequence[str] = ()
    ) -> None:
        super().__init__(parent)
        px = self.theme.px
        self._on_pick = on_pick
        self._recent = [piece for text in recent for piece in emoji.pieces(text) if isinstance(piece, Emoji)]
        self.search = SearchField(self, "Search emoji", on_change=self._searched, on_enter=self._first)
        self.search.pack(fill="x", pady=(0, px(8)))
        self.name = Label(self, "", "note", colour="muted")
        self.name.pack(side="bottom", fill="x", padx=px(6), pady=(px(6), 0))
        self.grid_of = EmojiGrid(self, on_pick, self._pointed)
        self.grid_of.pack(fill="both", expand=True)
        self.search.entry.bind("<Key-Down>", self._into_grid)
        self._searched("")

    def _searched(self, words: str) -> None:
        if words.strip():
            self.grid_of.show({"": emoji.search(words, most=180)})
            self.name.set("" if self.grid_of.lines else "No emoji of that name")
        else:
            self.grid_of.show({"Recent": self._recent, **emoji.groups()})

    def _pointed(self, found: Emoji | None) -> None:
        self.name.set(found.name[:1].upper() + found.name[1:] if found else "")

    def _first(self) -> None:
        found = next((line.emoji[0] for line in self.grid_of.lines if line.emoji), None)
        if found and self.search.value.strip():
            self._on_pick(found)

    def _into_grid(self, _: object) -> str:
        self.grid_of.focus_set()
        self.grid_of.event_generate("<Key-Down>")
        return "break"


def pick_emoji(
    window: tk.Misc,
    x: int,
    y: int,
    on_pick: Callable[[Emoji], object],
    *,
    above: bool = False,
    recent: Sequence[str] = (),
) -> Popup:
    """Opens a picker at x, y of the screen; it closes with the first pick."""

    def picked(found: Emoji) -> None:
        popup.close()
        on_pick(found)

    popup = Popup(window, x, y, _WIDTH, _HEIGHT, above=above)
    picker = EmojiPicker(popup.body, picked, recent=recent)
    picker.pack(fill="both", expand=True)
    picker.search.focus()
    return popup
