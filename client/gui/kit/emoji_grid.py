"""Emoji in rows, drawn where they are seen; a long press opens the skin tones of one."""

import time
import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from hubbub.client.gui.kit.base import Drawn
from hubbub.client.gui.kit.binding import doing
from hubbub.client.gui.kit.emoji import Emoji, EmojiPictures, tone_of, tones
from hubbub.client.gui.kit.emoji_tones import ToneRow
from hubbub.client.gui.kit.pictures import Photo
from hubbub.client.gui.kit.scroll import Scrollbar, Wheel
from hubbub.client.gui.kit.theme import theme_of

CELL: Final = 36
COLUMNS: Final = 9
_SIZE: Final = 24
_LONG_MS: Final = 450
"""A press of this length opens the skin tones."""
_OPENING: Final = {
    "x11": ("<Alt-Key-Down>", "<Key-Menu>", "<Shift-Key-F10>"),
    "win32": ("<Alt-Key-Down>", "<Key-App>", "<Shift-Key-F10>"),
    "aqua": ("<Option-Key-Down>", "<Shift-Key-F10>"),
}
"""So do these keys."""
_TURN_S: Final = 0.008  # a row of new pictures takes 5 to 10 ms: others get their turn between them


class _Line(NamedTuple):
    """A row of the grid: a heading, or emoji."""

    heading: str
    emoji: Sequence[Emoji]


class EmojiGrid(Drawn):
    """Arrows move along, Enter picks. on_pick: this one; on_point: it would be picked, None: none would be; on_tone: one was picked in
    this skin tone, of the row that a long press opens, the right button, or Alt+Down, None: there is no such row."""

    def __init__(
        self,
        parent: tk.Misc,
        on_pick: Callable[[Emoji], object],
        on_point: Callable[[Emoji | None], object],
        on_tone: Callable[[int], object] | None = None,
    ) -> None:
        px = theme_of(parent).px
        super().__init__(parent, px(COLUMNS * CELL + 8), px(200), takefocus=1)
        self.lines: list[_Line] = []
        self.current: tuple[int, int] | None = None  # line and column
        self._on_pick = on_pick
        self._on_point = on_point
        self._on_tone = on_tone
        self._row: ToneRow | None = None
        self._held: str | None = None
        self._opened_by_press = False
        self._photos: dict[int, list[Photo]] = {}
        self._ring: Photo | None = None
        self._later: str | None = None
        self.theme.part(Wheel)
        self.scrollbar = Scrollbar(self, self._bar_moved)
        self.configure(yscrollincrement=1)
        self._listen()

    def _listen(self) -> None:
        self.bind("<Motion>", self._moved)
        self.bind("<Leave>", lambda _: self.point(None))
        self.bind("<ButtonPress-1>", self._pressed)
        self.bind("<ButtonRelease-1>", self._released)
        for button in ("<Button-2>", "<Button-3>", "<Control-Button-1>"):
            self.bind(button, self._menu)
        for key in _OPENING[str(self.tk.call("tk", "windowingsystem"))]:
            self.bind(key, lambda _: self._open_tones(self.current))
        for key in ("Return", "KP_Enter", "space"):
            self.bind(f"<Key-{key}>", lambda _: self._pick(self.current))
        self.bind("<Key-Escape>", lambda _: "break" if self.close_tones() else None)
        for key, by in (("Left", (0, -1)), ("Right", (0, 1)), ("Up", (-1, 0)), ("Down", (1, 0))):
            self.bind(f"<Key-{key}>", doing(self._step, *by))

    @property
    def spoken(self) -> str:
        """What a screen reader says of the one that would be picked."""
        found = self._row.members[self._row.current] if self._row is not None else self._emoji(self.current)
        return found.name if found else "Emoji"

    def show(self, groups: dict[str, Sequence[Emoji]]) -> None:
        """Other emoji, by heading; an empty heading is not shown."""
        self.close_tones()
        self.lines = []
        for heading, members in groups.items():
            if heading and members:
                self.lines.append(_Line(heading, ()))
            self.lines += [_Line("", members[at : at + COLUMNS]) for at in range(0, len(members), COLUMNS)]
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
            cell = self.theme.px(CELL)
            self._ring = self.pictures.rounded(cell, cell, self.theme.px(8), "raised")
            self.create_image(place[1] * cell, place[0] * cell, image=self._ring, anchor="nw", tags="pointed")
            self.tag_lower("pointed")

    def wheel(self, pixels: int) -> None:
        """Scrolls by device pixels."""
        self.close_tones()
        self._scroll_to(int(self.canvasy(0)) + pixels)

    def draw(self) -> None:
        self._photos.clear()
        self._fill()

    def _fill(self) -> None:
        cell = self.theme.px(CELL)
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
        self._let_go()
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
        cell = self.theme.px(CELL)
        place = (int(self.canvasy(y)) // cell, x // cell)
        return place if self._emoji(place) else None

    def _moved(self, event: "tk.Event[tk.Misc]") -> None:
        if self._row is None:
            self.point(self._at(event.x, event.y))
        elif (place := self._row.at(event.x, int(self.canvasy(event.y)))) is not None:
            self._point_tone(place)

    def _pressed(self, event: "tk.Event[tk.Misc]") -> None:
        place = self._at(event.x, event.y)
        self._opened_by_press = False
        if self._row is None and place is not None and self._on_tone is not None:
            self._held = self.after(_LONG_MS, lambda: self._hold_on(place))

    def _menu(self, event: "tk.Event[tk.Misc]") -> None:
        self._open_tones(self._at(event.x, event.y))
        self._opened_by_press = event.num == 1

    def _hold_on(self, place: tuple[int, int]) -> None:
        self._held = None
        self._open_tones(place)
        self._opened_by_press = self._row is not None

    def _released(self, event: "tk.Event[tk.Misc]") -> None:
        """Behind a long press the pointer may be led to a tone, or let go of first."""
        self._let_go()
        if self._row is None:
            self._pick(self._at(event.x, event.y))
            return
        place = self._row.at(event.x, int(self.canvasy(event.y)))
        if place is not None:
            self._take_tone(place)
        elif not self._opened_by_press:
            self.close_tones()
        self._opened_by_press = False

    def _let_go(self) -> None:
        if self._held:
            self.after_cancel(self._held)
            self._held = None

    def _open_tones(self, place: tuple[int, int] | None) -> str:
        found = self._emoji(place)
        members = tones(found.sequence) if found and self._on_tone else []
        self.close_tones()
        if found and place and members:
            self.focus_set()
            self.point(place)
            cell, size = self.theme.px(CELL), self.theme.px(_SIZE)
            chosen = tone_of(found.sequence)
            self._row = ToneRow(self, place[1] * cell, place[0] * cell, cell, size, members, chosen)
            self._point_tone(chosen)
        return "break"

    def close_tones(self) -> bool:
        """Take the row of tones away; whether there was one."""
        self._let_go()
        row, self._row = self._row, None
        if row is not None:
            row.close()
            self._on_point(self._emoji(self.current))
        return row is not None

    def _point_tone(self, place: int) -> None:
        if self._row is not None:
            self._row.point(place)
            self._on_point(self._row.members[self._row.current])

    def _take_tone(self, place: int) -> None:
        if self._row is None or self._on_tone is None:
            return
        found = self._row.members[place]
        self.close_tones()
        self._on_tone(place)
        self._on_pick(found)

    def _pick(self, place: tuple[int, int] | None) -> str:
        if self._row is not None:
            self._take_tone(self._row.current)
            return "break"
        found = self._emoji(place)
        if found:
            self._on_pick(found)
        return "break"

    def _step(self, down: int, right: int) -> str:
        if self._row is not None:
            if down:
                self.close_tones()
            else:
                self._point_tone(self._row.current + right)
            return "break"
        line, column = self.current or (-1, 0)
        while True:
            line, column = line + down, column + right
            if column < 0 or (
                0 <= line < len(self.lines) and right and column >= len(self.lines[line].emoji)
            ):
                line, column = line + right, (COLUMNS - 1 if right < 0 else 0)
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
        cell, top = self.theme.px(CELL), int(self.canvasy(0))
        if line * cell < top:
            self._scroll_to(line * cell)
        elif (line + 1) * cell > top + self.extent[1]:
            self._scroll_to((line + 1) * cell - self.extent[1])

    def _whole(self) -> int:
        return max(self.extent[1], len(self.lines) * self.theme.px(CELL))

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
