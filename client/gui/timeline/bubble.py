"""One message, drawn on a canvas of its own."""

import tkinter as tk

from hubbub.client.gui.model.rows import Bubble
from hubbub.client.gui.timeline.actions import Actions

BINDTAG = "HubbubBubble"
"""What all bubbles react to is bound to this, once; whoever holds them may bind the wheel to it."""


class BubbleView(tk.Canvas):
    """A message. Its requested height is right once `show` returns."""

    def __init__(self, parent: tk.Misc, actions: Actions) -> None:
        super().__init__(parent, highlightthickness=0, borderwidth=0, width=1, height=1)
        self.bubble: Bubble | None = None
        self._actions = actions
        self._width = 0

    def show(self, bubble: Bubble, width: int) -> None:
        """Draw this message, in a line so many pixels wide; what did not change is left as it is."""
        if (bubble, width) == (self.bubble, self._width):
            return
        self.bubble, self._width = bubble, width
        self.delete("all")
        self.create_text(8, 4, anchor="nw", text=bubble.message.text, width=width - 16)
        _, top, _, bottom = self.bbox("all") or (0, 0, 0, 0)
        self.configure(width=width, height=bottom - top + 8)

    def select(self, selected: bool) -> None:
        """Whether the keyboard is at this message: a ring says so."""
