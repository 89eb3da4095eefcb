"""Colours to choose one of."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from hubbub.client.gui.kit.base import Pressable
from hubbub.client.gui.kit.theme import theme_of

COLOURS: Final = (
    "", "#c2410c", "#b4305f", "#9333a8", "#6d4ad1", "#3d5bdb", "#0b6fa8", "#0c7a75", "#2b7a3d", "#8a6400",
)  # fmt: skip
"""Empty: by the name."""
_SIDE: Final = 28
_STEP: Final = 38


class Swatches(Pressable):
    """In as many rows as they need; arrows move along."""

    def __init__(
        self, parent: tk.Misc, colour: str, on_change: Callable[[str], object], *, name: str | None = None
    ) -> None:
        self.colours = COLOURS if colour in COLOURS else (*COLOURS, colour)
        self.colour = colour
        self._on_change = on_change
        px = theme_of(parent).px
        super().__init__(parent, px(_STEP), px(_STEP), None, **({"name": name} if name else {}))
        self.bind("<ButtonRelease-1>", lambda event: self._choose(self._at(event.x, event.y)))
        self.bind("<Key-Left>", lambda _: self._choose(self.colours.index(self.colour) - 1))
        self.bind("<Key-Right>", lambda _: self._choose(self.colours.index(self.colour) + 1))

    def set(self, colour: str) -> None:
        """Without telling anybody."""
        if colour != self.colour:
            self.colours = self.colours if colour in self.colours else (*self.colours, colour)
            self.colour = colour
            self.redraw()

    def draw(self) -> None:
        px = self.theme.px
        step, across = px(_STEP), self._across()
        self.configure(height=step * -(-len(self.colours) // across))
        for place, colour in enumerate(self.colours):
            self._draw_one(colour, step * (place % across) + px(4), step * (place // across) + px(4))

    def _draw_one(self, colour: str, x: int, y: int) -> None:
        px = self.theme.px
        side, icon = px(_SIDE), px(14)
        if colour == self.colour:
            ring = "accent" if self.ringed else "faint"
            whole = side + 2 * px(4)
            self.put(self.pictures.rounded(whole, whole, whole // 2, None, ring, px(2)), x - px(4), y - px(4))
        self.put(self.pictures.circle(side, colour or "raised"), x, y)
        if not colour:
            inset = (side - icon) // 2
            self.put(self.pictures.icon("slash-lg", icon, "muted"), x + inset, y + inset)

    def _across(self) -> int:
        return max(1, min(len(self.colours), self.extent[0] // self.theme.px(_STEP)))

    def _at(self, x: int, y: int) -> int:
        step = self.theme.px(_STEP)
        return y // step * self._across() + x // step

    def _choose(self, place: int) -> None:
        if self.enabled and 0 <= place < len(self.colours) and self.colours[place] != self.colour:
            self.set(self.colours[place])
            self._on_change(self.colour)
