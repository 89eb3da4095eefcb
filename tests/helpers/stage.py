"""A window with one widget or a few, and hands on mouse and keyboard."""

import dataclasses
import time
import tkinter as tk
from collections.abc import Callable
from typing import Any

from hubbub.client.gui.kit.theme import Theme


@dataclasses.dataclass
class Stage:
    """What a test of widgets stands on; all places in device pixels from a widget's corner."""

    root: tk.Tk
    theme: Theme

    def settle(self) -> None:
        """Handles all that is to be handled now."""
        self.root.update()

    def show(self, widget: Any, **options: Any) -> Any:
        widget.pack(**{"fill": "x", **options})
        self.settle()
        return widget

    def until(self, true: Callable[[], object], seconds: float = 10) -> None:
        """Lets the window live until something is so."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, "waited in vain"
            self.root.update()
            time.sleep(0.002)

    def enter(self, widget: tk.Misc, x: int = 5, y: int = 5) -> None:
        self._at(widget, "<Enter>", x, y)
        self._at(widget, "<Motion>", x, y)

    def leave(self, widget: tk.Misc) -> None:
        self._at(widget, "<Leave>", -1, -1)

    def click(self, widget: tk.Misc, x: int = 5, y: int = 5, button: int = 1) -> None:
        self._at(widget, f"<ButtonPress-{button}>", x, y)
        if widget.winfo_exists():
            self._at(widget, f"<ButtonRelease-{button}>", x, y)

    def key(self, name: str, *, shift: bool = False) -> None:
        """To the widget that has the focus."""
        (self.root.focus_get() or self.root).event_generate(f"<{'Shift-' if shift else ''}Key-{name}>")
        self.settle()

    def type(self, text: str) -> None:
        for letter in text:
            names = {" ": "space", "\n": "Return"}
            self.key(names.get(letter, letter))

    def _at(self, widget: tk.Misc, event: str, x: int, y: int) -> None:
        root = (widget.winfo_rootx() + x, widget.winfo_rooty() + y)
        widget.event_generate(event, x=x, y=y, rootx=root[0], rooty=root[1])
        self.settle()
