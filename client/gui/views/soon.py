"""Drawing once for many changes."""

import tkinter as tk
from collections.abc import Callable


class Soon:
    """Call it as often as something changes: `draw` is called once, when Tk has nothing else to do. Ends with the widget."""

    def __init__(self, widget: tk.Misc, draw: Callable[[], object]) -> None:
        self._widget = widget
        self._draw = draw
        self._wanted = ""
        widget.bind("<Destroy>", self._on_destroy, add="+")

    def __call__(self, *_: object) -> None:
        """It has changed."""
        if not self._wanted:
            self._wanted = self._widget.after_idle(self.now)

    def now(self) -> None:
        """Draw at once."""
        self._cancel()
        self._draw()

    def _cancel(self) -> None:
        if self._wanted:
            self._widget.after_cancel(self._wanted)
            self._wanted = ""

    def _on_destroy(self, event: "tk.Event[tk.Misc]") -> None:
        if event.widget is self._widget:
            self._cancel()
