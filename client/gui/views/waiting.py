"""A word at the top of the window while the server takes its time over what somebody asked for."""

import tkinter as tk
from collections.abc import Callable
from typing import Final

from hubbub.client.gui.kit.card import Card
from hubbub.client.gui.kit.progress import Spinner
from hubbub.client.gui.kit.theme import theme_of
from hubbub.client.gui.model.acting import Acting

FELT_MS: Final = 300
"""What takes longer is felt as a wait."""
LONG_MS: Final = 5_000
_WORDS: Final = "Waiting for the server"
_LONG: Final = "The server takes longer than usual"
_SPINNER: Final = 16
_GAP: Final = 8


class WaitingSign:
    """Over everything, sheets too; it takes no focus and no clicks away. below: where it may begin, in the window's pixels."""

    def __init__(self, window: tk.Misc, acting: Acting, below: Callable[[], int]) -> None:
        self._window, self._acting, self._below = window, acting, below
        self._theme = theme_of(window)
        self._timer: str | None = None
        self._card: Card | None = None
        self.text = ""
        """What it says; empty: it is not there."""
        self._end = acting.changed.connect(self._on_changed)

    def close(self) -> None:
        """The window shows something else."""
        self._end()
        self._hide()

    def _on_changed(self) -> None:
        if not self._acting.awaited:
            self._hide()
        elif self._timer is None and self._card is None:
            self._timer = self._window.after(FELT_MS, self._show, _WORDS)

    def _show(self, words: str) -> None:
        self._hide()
        theme, px = self._theme, self._theme.px
        self.text = words
        side, height = px(_SPINNER), px(36) + theme.more("note")
        width = theme.measure("note", words) + side + px(40)

        def paint() -> None:
            card.words(words, px(22) + side, height / 2, "note", "text")

        card = self._card = Card(self._window, paint, radius=18)
        card.show((theme.root.winfo_width() - width) // 2, self._below() + px(_GAP), width, height)
        card.create_window(px(14), height // 2, window=Spinner(card, _SPINNER), anchor="w")
        if words == _WORDS:
            self._timer = self._window.after(LONG_MS, self._show, _LONG)

    def _hide(self) -> None:
        if self._timer is not None:
            self._window.after_cancel(self._timer)
            self._timer = None
        if self._card is not None:
            self._card.destroy()
            self._card = None
        self.text = ""
