"""A rounded area of a colour of its own, in which other things stand."""

import tkinter as tk
from typing import Final

from hubbub.client.gui.kit.base import Drawn, Pane

_RADIUS: Final = 16


class Area(Drawn):
    """As high as what stands in `inside` needs. padding, radius: in pixels at 96 dpi."""

    def __init__(
        self, parent: tk.Misc, fill: str = "surface", *, padding: int = 32, radius: int = _RADIUS
    ) -> None:
        super().__init__(parent, 1, 1)
        self._fill, self._radius = fill, radius
        self.inside = Pane(self, fill)
        self.pad(padding)
        self.inside.bind("<Configure>", lambda _: self._grow())

    def set_fill(self, fill: str) -> None:
        """Another colour; what stands inside takes its own."""
        self._fill = fill
        self.inside.set_ground(fill)
        self.redraw()

    def pad(self, padding: int, inset: int = 0) -> None:
        """Pixels at 96 dpi between the edge and what stands inside; at the sides less by `inset`."""
        self._padding = self.theme.px(padding)
        side = self._padding - self.theme.px(inset)
        # Placed and no item of the canvas: those are not laid out before they are seen.
        self.inside.place(x=side, y=self._padding, relwidth=1.0, width=-2 * side)
        self._grow()

    def redraw(self) -> None:
        self.delete("all")
        self.draw()

    def draw(self) -> None:
        width, height = self.extent
        self.put(self.pictures.rounded(width, height, self.theme.px(self._radius), self._fill), 0, 0)
        self._shown = self._shown[-1:]

    def _grow(self) -> None:
        self.configure(height=self.inside.winfo_reqheight() + 2 * self._padding)
