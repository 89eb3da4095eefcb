"""A small rounded card that is placed anywhere over the window, and blends its corners into what lies below."""

import contextlib
import tkinter as tk
from typing import Final

from hubbub.client.gui.kit.base import Drawn, ground_of

_EDGE: Final = 4  # kept free between card and window


class Card(Drawn):
    """Empty until `show`; draw on it afterwards. radius in pixels at 96 dpi."""

    def __init__(
        self, widget: tk.Misc, *, fill: str = "surface", border: str | None = "line", radius: int = 8
    ) -> None:
        self._fill = fill
        self._border = border
        self._radius = radius
        super().__init__(widget.winfo_toplevel(), 1, 1, takefocus=0)

    def show(self, x: int, y: int, width: int, height: int) -> None:
        """Places it at x, y of the window in device pixels, moved inside where it would stick out."""
        root = self.winfo_toplevel()
        edge = self.theme.px(_EDGE)
        x = max(edge, min(x, root.winfo_width() - width - edge))
        y = max(edge, min(y, root.winfo_height() - height - edge))
        grounds = self._below(root, x, y, width, height)
        self._size = (width, height)
        self.configure(width=width, height=height)
        self._paint(grounds)
        self.place(x=x, y=y)
        tk.Misc.tkraise(self)  # a canvas has a tkraise of its own, for its items

    def redraw(self) -> None:
        """Cards are short-lived: they keep the look that they were shown with."""

    def _below(self, root: tk.Misc, x: int, y: int, width: int, height: int) -> list[str]:
        left, top = root.winfo_rootx() + x, root.winfo_rooty() + y
        places = (
            (left, top),
            (left + width - 1, top),
            (left + width - 1, top + height - 1),
            (left, top + height - 1),
        )
        found = []
        for place in places:
            widget = None
            with contextlib.suppress(KeyError):  # a widget that Tk made by itself
                widget = root.winfo_containing(*place)
            found.append(self.theme.colour(ground_of(widget or root)))
        return found

    def _paint(self, grounds: list[str]) -> None:
        width, height = self.extent
        radius = self.theme.px(self._radius)
        middle = ((0, 0), (width - radius, 0), (width - radius, height - radius), (0, height - radius))
        for colour, (x, y) in zip(grounds, middle, strict=True):
            self.create_rectangle(x, y, x + radius, y + radius, fill=colour, width=0)
        photo = self.pictures.rounded(width, height, radius, self._fill, self._border, self.theme.px(1))
        self.put(photo, 0, 0)
