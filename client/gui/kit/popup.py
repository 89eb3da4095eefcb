"""A card near a place of the window with any widgets in it; Escape or a press outside closes it."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from hubbub.client.gui.kit.base import Pane
from hubbub.client.gui.kit.card import Card
from hubbub.client.gui.kit.layers import Layers, hold_pointer

_INSET: Final = 8


class Popup:
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
        self._on_close = on_close
        self.page = Card(window, radius=12)
        theme = self.page.theme
        self._layers = theme.part(Layers)
        wide, high = theme.px(width), theme.px(height)
        left, top = x - root.winfo_rootx(), y - root.winfo_rooty()
        self.page.show(left, top - high if above else top, wide, high)
        self.body = Pane(self.page, "surface")
        inset = theme.px(_INSET)
        self.page.create_window(
            inset, inset, window=self.body, anchor="nw", width=wide - 2 * inset, height=high - 2 * inset
        )
        self.page.bind("<ButtonPress>", self._pressed)
        self._layers.opened(self, window)
        self.page.focus_set()
        hold_pointer(self.page)

    def close(self) -> None:
        """Takes it away and gives the focus back."""
        if self.page.winfo_exists():
            self.page.grab_release()
            self.page.destroy()
            self._layers.closed(self)
            if self._on_close:
                self._on_close()

    def _pressed(self, event: "tk.Event[tk.Misc]") -> None:
        x, y = event.x_root - self.page.winfo_rootx(), event.y_root - self.page.winfo_rooty()
        if not (0 <= x < self.page.winfo_width() and 0 <= y < self.page.winfo_height()):
            self.close()
