"""Names in pills that wrap; a press takes one out."""

import tkinter as tk
from collections.abc import Callable, Sequence
from typing import Final

from hubbub.client.gui.kit.base import Drawn
from hubbub.client.gui.kit.line import emoji_line

_HEIGHT: Final = 28
_GAP: Final = 6
_PAD: Final = 12
_ICON: Final = 10
_LONGEST: Final = 180


class Chips(Drawn):
    """Shows (key, text) pairs."""

    def __init__(self, parent: tk.Misc, on_press: Callable[[str], object]) -> None:
        self._chips: list[tuple[str, str]] = []
        self._areas: list[tuple[str, tuple[int, int, int, int]]] = []
        super().__init__(parent, 1, 1, takefocus=0, cursor="hand2")
        self._on_press = on_press
        self.bind("<ButtonRelease-1>", self._released)

    def show(self, chips: Sequence[tuple[str, str]]) -> None:
        """These, in this order."""
        self._chips = list(chips)
        self.redraw()

    def draw(self) -> None:
        px = self.theme.px
        self._areas = []
        x, y, room, high = 0, 0, max(self.extent[0], px(200)), self._high
        for key, text in self._chips:
            words = min(self.theme.measure("note", text), self.theme.wide(_LONGEST))
            wide = words + px(2 * _PAD + _ICON + 6)
            if x and x + wide > room:
                x, y = 0, y + high + px(_GAP)
            self._draw_chip(x, y, wide, text)
            self._areas.append((key, (x, y, x + wide, y + high)))
            x += wide + px(_GAP)
        self.configure(height=y + high)

    @property
    def _high(self) -> int:
        return self.theme.px(_HEIGHT) + self.theme.more("note")

    def _draw_chip(self, x: int, y: int, wide: int, text: str) -> None:
        px = self.theme.px
        high, icon = self._high, px(_ICON)
        self.put(self.pictures.rounded(wide, high, high // 2, "accent_soft"), x, y)
        emoji_line(self, text, x + px(_PAD), y + high / 2, "note", "text", width=self.theme.wide(_LONGEST))
        self.put(
            self.pictures.icon("x-lg", icon, "muted"), x + wide - px(_PAD) - icon, y + (high - icon) // 2
        )

    def _released(self, event: "tk.Event[tk.Misc]") -> None:
        for key, (left, top, right, bottom) in self._areas:
            if left <= event.x < right and top <= event.y < bottom:
                self._on_press(key)
                return
