"""What lies over the window near a place until it is closed: by what it does, by Escape, by a press outside, or since what it is about
goes. Then the focus is where it was before."""

import tkinter as tk
from collections.abc import Callable

from hubbub.client.gui.kit.card import Card
from hubbub.client.gui.kit.layers import Layers, hold_pointer


class Overlay:
    """`page` holds all of it. modal: Tab stays inside. on_close: once, when it is gone."""

    modal = False

    def __init__(self, window: tk.Misc, page: Card, on_close: Callable[[], object] | None = None) -> None:
        self.page = page
        self._window, self._on_close = window, on_close
        self._layers = page.theme.part(Layers)

    def close(self) -> None:
        """Takes it away and gives the focus back; again does nothing."""
        if self.page.winfo_exists():
            self.page.grab_release()
            self.page.destroy()
            self._layers.closed(self)
            if self._on_close:
                self._on_close()

    def _open(self) -> None:
        """Its page is shown: keys and the pointer are its own from now on."""
        self.page.bind("<ButtonPress>", self._pressed)
        self.page.bind("<Unmap>", lambda _: self.close())
        self._layers.opened(self, self._window)
        self.page.focus_set()
        hold_pointer(self.page)

    def _pressed(self, event: "tk.Event[tk.Misc]") -> None:
        if not self._holds(*self._inside(event)):
            self.close()

    def _inside(self, event: "tk.Event[tk.Misc]") -> tuple[int, int]:
        """The page's place of an event. The grab brings presses from anywhere, with places that only the screen's corner makes sense of."""
        return event.x_root - self.page.winfo_rootx(), event.y_root - self.page.winfo_rooty()

    def _holds(self, x: int, y: int) -> bool:
        width, height = self.page.extent
        return 0 <= x < width and 0 <= y < height
