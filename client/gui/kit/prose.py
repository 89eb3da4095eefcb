"""Words of our own that break into lines where their room ends."""

import tkinter as tk
from typing import Any

from hubbub.client.gui.kit.base import Label


class Prose(Label):
    """Pack it with fill="x": it wraps at the width that it gets, and is as high as that takes."""

    def __init__(self, parent: tk.Misc, text: str = "", role: str = "body", **options: Any) -> None:
        self._room = 0
        super().__init__(parent, text, role, **options)
        self.bind("<Configure>", self._resized)

    def restyle(self) -> None:
        super().restyle()
        self.configure(wraplength=self._room)

    def _resized(self, event: "tk.Event[tk.Misc]") -> None:
        if event.width != self._room:
            self._room = event.width
            self.configure(wraplength=event.width)
