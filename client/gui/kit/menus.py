"""A menu near the pointer: a card in the window with a row for each thing to do."""

import dataclasses
import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Final

from hubbub.client.gui.kit.card import Card
from hubbub.client.gui.kit.overlay import Overlay
from hubbub.client.gui.kit.pictures import Photo

_ROW: Final = 36
_GAP: Final = 9
_PAD: Final = 6
_ICON: Final = 16
_LEAST: Final = 180


@dataclasses.dataclass(frozen=True, slots=True)
class MenuItem:
    """One row; shortcut is only shown."""

    text: str
    icon: str | None = None
    command: Callable[[], object] | None = None
    danger: bool = False
    enabled: bool = True
    shortcut: str = ""


class Menu(Overlay):
    """Open from the start. Arrows, Enter and Escape work; a press outside closes it."""

    def __init__(self, window: tk.Misc, x: int, y: int, items: Sequence[MenuItem | None]) -> None:
        self.items = list(items)
        self.current: int | None = None
        super().__init__(window, Card(window, self._draw, radius=10))
        self._theme = self.page.theme
        self._row = self._theme.px(_ROW) + self._theme.more()
        self._tops = self._lay_out()
        self._hold: Photo | None = None
        self.page.show(x, y, *self._size())
        for event, handler in (
            ("<Motion>", self._moved),
            ("<Leave>", lambda _: self._choose(None)),
            ("<ButtonRelease-1>", self._released),
            ("<Key-Down>", lambda _: self._step(1)),
            ("<Key-Up>", lambda _: self._step(-1)),
            ("<Key-Return>", lambda _: self._run(self.current)),
            ("<Key-KP_Enter>", lambda _: self._run(self.current)),
            ("<Key-space>", lambda _: self._run(self.current)),
            ("<Key-Tab>", lambda _: self._step(1)),
        ):
            self.page.bind(event, handler)
        self._open()

    def choose(self, text: str) -> None:
        """Runs the row of that text, as a press on it does."""
        self._run(next(n for n, item in enumerate(self.items) if item and item.text == text))

    def _lay_out(self) -> list[int]:
        px = self._theme.px
        tops, y = [], px(_PAD)
        for item in self.items:
            tops.append(y)
            y += self._row if item else px(_GAP)
        return [*tops, y]

    def _size(self) -> tuple[int, int]:
        px = self._theme.px
        widest = max(
            (
                self._theme.measure("body", item.text)
                + (self._theme.measure("note", item.shortcut) + px(24) if item.shortcut else 0)
                for item in self.items
                if item
            ),
            default=0,
        )
        return max(px(_LEAST), widest + px(12 + 40) + self._theme.beside(_ICON)), self._tops[-1] + px(_PAD)

    def _draw(self) -> None:
        px, page = self._theme.px, self.page
        width, _ = page.extent
        side = self._theme.beside(_ICON)
        icons = any(item and item.icon for item in self.items)
        for top, item in zip(self._tops, self.items, strict=False):
            if item is None:
                middle = top + px(_GAP) // 2
                page.create_line(px(1), middle, width - px(1), middle, fill=self._theme.colour("line"))
                continue
            colour = "faint" if not item.enabled else "danger" if item.danger else "text"
            middle = top + self._row // 2
            if item.icon:
                tint = colour if item.danger or not item.enabled else "muted"
                page.put(
                    page.pictures.icon(item.icon, side, tint),
                    px(18),
                    middle - side // 2,
                    tags="front",
                )
            page.words(
                item.text, px(18) + (side + px(12) if icons else 0), middle, "body", colour, tags="front"
            )
            if item.shortcut:
                page.words(item.shortcut, width - px(18), middle, "note", "faint", anchor="e", tags="front")
        self._draw_chosen()

    def _choose(self, index: int | None) -> None:
        if index == self.current:
            return
        self.current = index
        self._draw_chosen()

    def _draw_chosen(self) -> None:
        self.page.delete("chosen")
        if (index := self.current) is None:
            return
        px = self._theme.px
        width, _ = self.page.extent
        item = self.items[index]
        fill = "danger_soft" if item and item.danger else "raised"
        self._hold = self.page.pictures.rounded(width - 2 * px(_PAD), self._row, px(6), fill)
        self.page.create_image(px(_PAD), self._tops[index], image=self._hold, anchor="nw", tags="chosen")
        self.page.tag_raise("front")

    def _at(self, x: int, y: int) -> int | None:
        width, _ = self.page.extent
        if not 0 <= x < width:
            return None
        for index, item in enumerate(self.items):
            if item and item.enabled and self._tops[index] <= y < self._tops[index] + self._row:
                return index
        return None

    def _step(self, by: int) -> str:
        usable = [n for n, item in enumerate(self.items) if item and item.enabled]
        if usable:
            place = usable.index(self.current) if self.current in usable else (-1 if by > 0 else 0)
            self._choose(usable[(place + by) % len(usable)])
        return "break"

    def _moved(self, event: "tk.Event[tk.Misc]") -> None:
        self._choose(self._at(event.x, event.y))

    def _released(self, event: "tk.Event[tk.Misc]") -> None:
        self._run(self._at(*self._inside(event)))

    def _run(self, index: int | None) -> str:
        item = self.items[index] if index is not None else None
        if item and item.enabled:
            self.close()
            if item.command:
                item.command()
        return "break"


def menu(window: tk.Misc, x: int, y: int, items: Sequence[MenuItem | None]) -> Menu:
    """Opens at x, y of the screen (an event's x_root, y_root); None is a line between rows."""
    root = window.winfo_toplevel()
    return Menu(window, x - root.winfo_rootx(), y - root.winfo_rooty(), items)
