"""The name of a control, shown beside it when the pointer rests there."""

import tkinter as tk
from typing import Final

from hubbub.client.gui.kit.card import Card
from hubbub.client.gui.kit.theme import theme_of

_REST_MS: Final = 500
_GAP: Final = 6


class Tooltip:
    """Attached to a widget; an empty text shows nothing. Goes with the pointer, a press or the widget."""

    def __init__(self, widget: tk.Misc, text: str) -> None:
        self.text = text
        self._widget = widget
        self._timer: str | None = None
        self._card: Card | None = None
        widget.bind("<Enter>", self._entered, add="+")
        for event in ("<Leave>", "<ButtonPress>", "<Destroy>", "<Unmap>"):
            widget.bind(event, self._left, add="+")

    def show(self) -> None:
        """Now, without waiting."""
        self.hide()
        if not self.text or not self._widget.winfo_viewable():
            return
        theme = theme_of(self._widget)
        width = theme.measure("note", self.text) + 2 * theme.px(10)
        height = theme.line_height("note") + 2 * theme.px(5)
        root = self._widget.winfo_toplevel()
        left = self._widget.winfo_rootx() - root.winfo_rootx() + (self._widget.winfo_width() - width) // 2
        top = self._widget.winfo_rooty() - root.winfo_rooty()
        below = top + self._widget.winfo_height() + theme.px(_GAP)
        if below + height > root.winfo_height():
            below = top - height - theme.px(_GAP)

        def paint() -> None:
            card.words(self.text, width / 2, height / 2, "note", "surface", anchor="center")

        card = self._card = Card(self._widget, paint, fill="text", border=None, radius=6)
        card.show(left, below, width, height)

    def hide(self) -> None:
        """Until the pointer comes again."""
        if self._timer is not None:
            self._widget.after_cancel(self._timer)
            self._timer = None
        if self._card is not None:
            self._card.destroy()
            self._card = None

    def _entered(self, _: object) -> None:
        self.hide()
        if self.text:
            self._timer = self._widget.after(_REST_MS, self.show)

    def _left(self, _: object) -> None:
        self.hide()
