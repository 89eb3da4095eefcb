"""A small rounded card that is placed anywhere over the window, and blends its corners into what lies below."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from hubbub.client.gui.kit.base import Drawn
from hubbub.client.gui.kit.beneath import corners, kind_of

_EDGE: Final = 4  # kept free between card and window


class Card(Drawn):
    """Empty until `show`, which places it and calls `paint` for what stands on it; so does every change of the theme. Widgets on it
    take care of themselves. radius in pixels at 96 dpi."""

    def __init__(
        self,
        widget: tk.Misc,
        paint: Callable[[], object] = lambda: None,
        *,
        fill: str = "surface",
        border: str | None = "line",
        radius: int = 8,
    ) -> None:
        self._paint = paint
        self._fill = fill
        self._border = border
        self._radius = radius
        self._corner: tuple[int, int] | None = None
        super().__init__(widget.winfo_toplevel(), 1, 1, ground=fill, takefocus=0)

    def show(self, x: int, y: int, width: int, height: int) -> None:
        """Places it at x, y of the window in device pixels, moved inside where it would stick out."""
        root = self.winfo_toplevel()
        edge = self.theme.px(_EDGE)
        x = max(edge, min(x, root.winfo_width() - width - edge))
        y = max(edge, min(y, root.winfo_height() - height - edge))
        self._size, self._corner = (width, height), (x, y)
        self.configure(width=width, height=height)
        self.redraw()
        self.place(x=x, y=y)
        tk.Misc.tkraise(self)  # a canvas has a tkraise of its own, for its items

    def redraw(self) -> None:
        """In the colours of now."""
        before, self._shown = self._shown, []
        self.delete(*(item for item in self.find_all() if kind_of(self, item) != "window"))
        if self._corner is not None:
            self._draw_ground(*self._corner)
            self._paint()
        before.clear()

    def _draw_ground(self, left: int, top: int) -> None:
        width, height = self.extent
        radius = self.theme.px(self._radius)
        middle = ((0, 0), (width - radius, 0), (width - radius, height - radius), (0, height - radius))
        grounds = corners(self, left, top, width, height)
        for colour, (x, y) in zip(grounds, middle, strict=True):
            self.create_rectangle(x, y, x + radius, y + radius, fill=colour, width=0)
        self.put(
            self.pictures.rounded(width, height, radius, self._fill, self._border, self.theme.px(1)), 0, 0
        )
