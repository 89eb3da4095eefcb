"""A card near a place of the window with any widgets in it; Escape or a press outside closes it."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from hubbub.client.gui.kit.base import Pane
from hubbub.client.gui.kit.card import Card
from hubbub.client.gui.kit.overlay import Overlay

_INSET: Final = 8


class Popup(Overlay):
    """Opens at x, y of the screen; width and height in pixels at 96 dpi. Put widgets into `.body`.

    above: its lower left corner goes to x, y, for what opens from the bottom of the window.
    """

    modal = True

    def __init__(
        self,
        window: tk.Misc,
        x: int,
        y: int,
        width: int,
        height: int,
        *,
        above: bool = False,
        on_close: Callable[[], object] | None = None,
    ) -> None:
        root = window.winfo_toplevel()
        super().__init__(window, Card(window, radius=12), on_close)
        theme = self.page.theme
        wide, high = theme.px(width), theme.px(height)
        left, top = x - root.winfo_rootx(), y - root.winfo_rooty()
        self.page.show(left, top - high if above else top, wide, high)
        self.body = Pane(self.page, "surface")
        inset = theme.px(_INSET)
        self.page.create_window(
            inset, inset, window=self.body, anchor="nw", width=wide - 2 * inset, height=high - 2 * inset
        )
        self._open()
